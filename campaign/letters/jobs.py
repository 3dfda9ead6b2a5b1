"""The letters' periodic work: forget who wrote to which office once the week is over."""

from campaign.kernel.periodic import PeriodicJob
from campaign.letters.turns import purge_turns

_HOUR = 3600

JOBS = (PeriodicJob("letters.purge_turns", _HOUR, purge_turns),)
