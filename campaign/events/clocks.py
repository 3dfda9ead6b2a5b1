"""A night that is of one day. How days and hours are said: `campaign.kernel.moments`."""

from datetime import timedelta

LONGEST_NIGHT = timedelta(hours=12)
"""What lasts past midnight is of the day on which it begins, where it is no longer than this."""
