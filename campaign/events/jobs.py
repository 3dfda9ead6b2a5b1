"""The periodic work of events: end what is over and offer it on; remind; forget; keep the cards true."""

from sqlalchemy.orm import Session

from campaign.actions.kind import TickerJob
from campaign.cards.jobs import REFRESH_SECONDS
from campaign.cards.service import LANE
from campaign.delivery.topics import MailTopic
from campaign.events.cards import DRAW, ask_for_stale, draw_stale
from campaign.events.claims.offering import settle_overdue
from campaign.events.purging import purge_details
from campaign.events.reminding import remind
from campaign.kernel.clock import now

_MINUTE = 60
_FEW_MINUTES = 300
_HOUR = 3600


def _settle(session: Session) -> None:
    settle_overdue(session, now())


def _remind(session: Session) -> None:
    remind(session, now())


def _purge(session: Session) -> None:
    purge_details(session, now())


DRAW_CARDS = MailTopic(DRAW, LANE, draw_stale)

JOBS = (
    TickerJob("events.settle", _MINUTE, _settle),
    TickerJob("events.remind", _FEW_MINUTES, _remind),
    TickerJob("events.purge", _HOUR, _purge),
    TickerJob("events.cards", REFRESH_SECONDS, ask_for_stale),
)
