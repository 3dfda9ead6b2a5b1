"""What stands before organizers' pages, and what those of every floor share: cookies, guards, forms, words."""
