"""The spine's periodic work: remind and thank once, forget what nobody confirmed, and links whose time is over."""

from sqlalchemy.orm import Session

from campaign.actions.kind import TickerJob
from campaign.actions.service.links import purge_links
from campaign.actions.service.reminding import remind
from campaign.actions.service.thanking import thank
from campaign.actions.service.undoing import purge_unconfirmed
from campaign.kernel.installation import installation_of

_FEW_MINUTES = 300
_HOUR = 3600


def _remind(session: Session) -> None:
    remind(session, installation_of(session).hashes)


def _thank(session: Session) -> None:
    thank(session)


def _purge(session: Session) -> None:
    purge_unconfirmed(session)


# Few at a time, and often: a job holds up the ticker, and no row stays locked for long.
JOBS = (
    TickerJob("actions.remind", _FEW_MINUTES, _remind),
    TickerJob("actions.thank", _FEW_MINUTES, _thank),
    TickerJob("actions.purge_unconfirmed", _HOUR, _purge),
    TickerJob("actions.purge_links", _HOUR, purge_links),
)
