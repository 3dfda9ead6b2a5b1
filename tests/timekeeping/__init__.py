"""What tests took the last time somebody wrote it down, who runs which of them by that, and where the time went."""
