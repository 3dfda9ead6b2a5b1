"""What is asked: organizations, agreements, campaigns in several languages, their updates and their state."""
