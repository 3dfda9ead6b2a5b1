"""Delivery's periodic work: brake a lane that readers or mailboxes refuse, forget what is old, count what is over."""

from sqlalchemy.orm import Session

from campaign.delivery.brakes import apply_automatic_brakes
from campaign.delivery.daily_limit import purge_allowances
from campaign.delivery.strangers import settle_credits
from campaign.delivery.upkeep import purge, purge_rules
from campaign.kernel.periodic import PeriodicJob
from campaign.outbox.census import count_open, go_round

_MINUTE = 60
_HOUR = 3600


def _brake(session: Session) -> int:
    return len(apply_automatic_brakes(session))


def _count(session: Session) -> int:
    count_open(session)
    go_round(session)
    return 0  # a slice a minute, however long the way round


JOBS = (
    PeriodicJob("delivery.brakes", _MINUTE, _brake, is_urgent=True),
    PeriodicJob("outbox.count", _MINUTE, _count),
    PeriodicJob("delivery.strangers", _MINUTE, settle_credits),
    PeriodicJob("delivery.purge", _HOUR, purge),
    PeriodicJob("delivery.purge_rules", _HOUR, purge_rules),
    PeriodicJob("delivery.purge_allowances", _HOUR, purge_allowances),
)
