"""What organizations propose of shared rows (companies, offices, agreements), for others to accept."""
