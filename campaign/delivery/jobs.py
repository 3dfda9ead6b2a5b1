"""Delivery's periodic work: brake a lane that readers or mailboxes refuse, forget what is old."""

from sqlalchemy.orm import Session

from campaign.delivery.brakes import apply_automatic_brakes
from campaign.delivery.upkeep import purge
from campaign.kernel.periodic import PeriodicJob

_MINUTE = 60
_HOUR = 3600


def _brake(session: Session) -> int:
    return len(apply_automatic_brakes(session))


JOBS = (
    PeriodicJob("delivery.brakes", _MINUTE, _brake, is_urgent=True),
    PeriodicJob("delivery.purge", _HOUR, purge),
)
