"""Subscriptions ("Stay connected"): an address, and the consent to hear from one organization."""
