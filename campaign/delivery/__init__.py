"""Mail out: composed in batches, handed to SendGrid, followed to its end by signed events."""
