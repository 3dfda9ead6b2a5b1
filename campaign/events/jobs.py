"""The periodic work of events: end what is over and offer it on; remind; forget; keep the cards true."""

from sqlalchemy.orm import Session

from campaign.cards.jobs import REFRESH_SECONDS
from campaign.cards.service import LANE
from campaign.delivery.topics import MailTopic
from campaign.events.capacity.offers import settle_overdue
from campaign.events.capacity.undoing import forget_undos
from campaign.events.cards import DRAW, ask_for_stale, draw_stale
from campaign.events.purging import empty_details, purge_details
from campaign.events.reminding import remind
from campaign.kernel.clock import now
from campaign.kernel.periodic import PeriodicJob

_MINUTE = 60
_FEW_MINUTES = 300
_HOUR = 3600
_LEGS_AT_ONCE = 200


def _settle(session: Session) -> int:
    count = settle_overdue(session, now(), _LEGS_AT_ONCE)
    return count if count == _LEGS_AT_ONCE else 0  # a leg may be found again though nothing can be done for it


def _remind(session: Session) -> int:
    return remind(session, now()).passed


def _purge(session: Session) -> int:
    return empty_details(session, now()) or purge_details(session, now())


DRAW_CARDS = MailTopic(DRAW, LANE, draw_stale)

JOBS = (
    PeriodicJob("events.settle", _MINUTE, _settle),
    PeriodicJob("events.remind", _FEW_MINUTES, _remind),
    PeriodicJob("events.purge", _HOUR, _purge),
    PeriodicJob("events.forget_undos", _FEW_MINUTES, forget_undos),
    PeriodicJob("events.cards", REFRESH_SECONDS, ask_for_stale),
)
