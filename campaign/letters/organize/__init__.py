"""What letters bring to the organizers' side."""
