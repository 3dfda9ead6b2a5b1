"""Marches and days of action: events by leg, places on them, and whoever waits for one."""
