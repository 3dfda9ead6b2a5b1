"""The pledge, as the registry knows it."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind, MailPart, Withdrawing
from campaign.kernel.periodic import PeriodicJob
from campaign.pledges.auditing import audit_tallies
from campaign.pledges.cli import export
from campaign.pledges.demo import clear_demo, load_demo
from campaign.pledges.organize import CONFIRM_MAIL
from campaign.pledges.panels import campaign_panel, describe
from campaign.pledges.service import KIND, note_day, sign
from campaign.pledges.views import create_blueprint

_MINUTE = 60
_AUDIT_PAUSE = 3600.0  # seconds between two audits of one campaign
_DAY_NOTED_EVERY = 600  # seconds; what a day shows of its last minutes does not matter


def _audit(session: Session) -> int:
    audit_tallies(session, pause_seconds=_AUDIT_PAUSE)
    return 0  # a slice a minute, however long the way round


def _note_day(session: Session) -> int:
    note_day(session)
    return 0


PLEDGE = ActionKind(
    name=KIND,
    take=sign,
    blueprint=create_blueprint,
    campaign_panel=campaign_panel,
    mail_part=MailPart("pledge/waits"),
    confirm_mail=CONFIRM_MAIL,
    describe=describe,
    form_words=_("The petition’s form"),
    thanks="pledges/thanks.html",
    withdrawing=Withdrawing(
        _("Withdraw my signature"),
        _("Withdraw your signature?"),
        _("Keep my signature"),
        "pledges/withdraw.html",
        restore=lambda _session, _action_ids: None,  # withdrawing took nothing of its own
    ),
    jobs=(
        # Their rows keep the names they were first written under.
        PeriodicJob("petitions.audit_tallies", _MINUTE, _audit),
        PeriodicJob("petitions.note_day", _DAY_NOTED_EVERY, _note_day),
    ),
    commands=(export,),
    load_demo=load_demo,
    clear_demo=clear_demo,
)
