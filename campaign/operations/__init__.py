"""For whoever keeps the service running: is the process up, is it ready, what are its numbers."""
