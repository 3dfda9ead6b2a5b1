"""Who did what, and when: the log of what actors change and of whose data they look at."""
