"""The spine's periodic work: remind and thank once, forget what nobody confirmed, reviews and links that are over."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.actions.service.links import purge_links
from campaign.actions.service.reminding import remind
from campaign.actions.service.restoring import empty_withdrawn
from campaign.actions.service.reviewing import end_reviews
from campaign.actions.service.taking_back import forget_erased, purge_unconfirmed
from campaign.actions.service.thanking import thank
from campaign.actions.service.unlinking_mails import mix_rows
from campaign.kernel.installation import installation_of
from campaign.kernel.periodic import PeriodicJob

_FEW_SECONDS = 5
_FEW_MINUTES = 300
_HOUR = 3600


def _remind(session: Session) -> int:
    return remind(session, installation_of(session).hashes).passed


def _thank(session: Session) -> int:
    return thank(session).passed


JOBS = (
    PeriodicJob("actions.remind", _FEW_MINUTES, _remind),
    PeriodicJob("actions.thank", _FEW_SECONDS, _thank),
    PeriodicJob("actions.purge_unconfirmed", _HOUR, purge_unconfirmed),
    PeriodicJob("actions.empty_withdrawn", _FEW_MINUTES, empty_withdrawn),
    PeriodicJob("actions.purge_links", _HOUR, purge_links),
    PeriodicJob("actions.mix_rows", _HOUR, mix_rows),
)


def jobs_of(kinds: Mapping[str, ActionKind]) -> tuple[PeriodicJob, ...]:
    """Return the jobs that end what is over for good; each kind lets go of what is its own."""
    return (
        PeriodicJob("actions.end_reviews", _HOUR, lambda session: end_reviews(session, kinds)),
        PeriodicJob("actions.forget_erased", _HOUR, lambda session: forget_erased(session, kinds)),
    )
