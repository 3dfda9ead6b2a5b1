"""Pledges: a supporter's name under a campaign's demand."""
