"""Imports every module that declares tables, for migrations and for tests that compare them with the models."""

from campaign.accounts import models as accounts
from campaign.actions import models as actions
from campaign.actions.questions import models as questions
from campaign.audit import models as audit
from campaign.campaigns import models as campaigns
from campaign.cards import models as cards
from campaign.delivery import models as delivery
from campaign.events import models as events
from campaign.events.marshals import models as marshals
from campaign.letters import models as letters
from campaign.media import models as media
from campaign.outbox import models as outbox
from campaign.people import models as people
from campaign.proposals import models as proposals
from campaign.revisions import models as revisions
from campaign.targets import models as targets

RETIRED = frozenset(
    {("campaigns", "letter_subjects"), ("campaigns", "letter_body"), ("campaigns", "talking_points")}
    | {("event_legs", name) for name in ("has_meal", "meal_capacity", "meal_about")}
    | {("event_legs", name) for name in ("has_lodging", "bed_capacity", "lodging_about", "lodging_place")}
    | {("rsvps", name) for name in ("phone", "ride", "ride_from", "needs", "speaks", "helps_as")}
)
"""Columns that nothing reads any more, as (table, column). They stay for the release before this one, which does; a
migration of the next release drops them and empties this list."""

MODULES = (
    accounts,
    actions,
    audit,
    campaigns,
    cards,
    delivery,
    events,
    letters,
    marshals,
    media,
    outbox,
    people,
    proposals,
    questions,
    revisions,
    targets,
)


def is_compared(item: object, name: str | None, kind: str, is_stored: bool, model: object) -> bool:  # noqa: FBT001 - Alembic's
    """Whether migrations compare a stored table, column or index with the models: all but what is retired."""
    table = getattr(getattr(item, "table", None), "name", "")
    return not (kind == "column" and is_stored and model is None and (table, name) in RETIRED)
