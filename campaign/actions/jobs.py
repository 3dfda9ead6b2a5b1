"""The spine's periodic work: forget what nobody confirmed, and links whose time is over."""

from sqlalchemy.orm import Session

from campaign.actions.kind import TickerJob
from campaign.actions.service.links import purge_links
from campaign.actions.service.undoing import purge_unconfirmed

_HOUR = 3600


def _purge(session: Session) -> None:
    purge_unconfirmed(session)


JOBS = (
    TickerJob("actions.purge_unconfirmed", _HOUR, _purge),
    TickerJob("actions.purge_links", _HOUR, purge_links),
)
