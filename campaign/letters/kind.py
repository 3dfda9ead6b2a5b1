"""The letter, as the registry knows it."""

from flask_babel import lazy_gettext as _

from campaign.actions.kind import ActionKind, MailPart, ReceiptOffer, Withdrawing
from campaign.letters.cli import letters
from campaign.letters.departing import foretell_waiting
from campaign.letters.files import LETTER_PART
from campaign.letters.jobs import JOBS
from campaign.letters.mails import MAILS
from campaign.letters.organize.after import CONFIRM_MAIL, LETTER_STEP
from campaign.letters.organize.texts import LETTER_TEXTS
from campaign.letters.panels import (
    arrived,
    campaign_panel,
    company_panel,
    describe,
    missing_panel,
    privacy_panel,
)
from campaign.letters.queries import having_letters
from campaign.letters.service import KIND, erase, send_confirmed, write
from campaign.letters.views import create_blueprint, previews

LETTER = ActionKind(
    name=KIND,
    take=write,
    blueprint=create_blueprint,
    offered_in=having_letters,
    campaign_panel=campaign_panel,
    company_panel=company_panel,
    privacy_panel=privacy_panel,
    next_step=LETTER_STEP,
    thanks="letters/thanks.html",
    arrived=arrived,
    receipt_offer=ReceiptOffer("letter/offer", "letter"),
    mail_part=MailPart("letter/waits", foretell_waiting),
    confirm_mail=CONFIRM_MAIL,
    describe=describe,
    previews=previews,
    withdrawing=Withdrawing(
        _("Withdraw my letters"), _("Withdraw your letters?"), _("Keep my letters"), "letters/withdraw.html"
    ),
    on_confirmed=send_confirmed,
    on_withdrawn=erase,
    on_erased=erase,
    lanes=("letters",),
    mails=MAILS,
    organize_missing=missing_panel,
    part=LETTER_PART,
    texts=LETTER_TEXTS,
    jobs=JOBS,
    commands=(letters,),
)
