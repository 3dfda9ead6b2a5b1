"""The pledge, as the registry knows it."""

from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind, TickerJob
from campaign.petitions.demo import clear_demo, load_demo
from campaign.petitions.panels import campaign_panel, describe
from campaign.petitions.service import KIND, audit_tallies, note_day, sign
from campaign.petitions.views import create_blueprint

_HOUR = 3600
_DAY_NOTED_EVERY = 600  # seconds; what a day shows of its last minutes does not matter


def _audit(session: Session) -> None:
    audit_tallies(session)


PLEDGE = ActionKind(
    name=KIND,
    take=sign,
    blueprint=create_blueprint,
    campaign_panel=campaign_panel,
    describe=describe,
    thanks="petitions/thanks.html",
    jobs=(
        TickerJob("petitions.audit_tallies", _HOUR, _audit),
        TickerJob("petitions.note_day", _DAY_NOTED_EVERY, note_day),
    ),
    load_demo=load_demo,
    clear_demo=clear_demo,
)
