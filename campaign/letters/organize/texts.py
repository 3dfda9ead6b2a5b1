"""The letter of a campaign, where its texts are edited."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from campaign.actions.kind import TextBox, TextPart
from campaign.campaigns.models import Campaign
from campaign.letters.files import LETTER_PART
from campaign.letters.queries import find_template
from campaign.letters.service import save_template
from campaign.revisions.differences import take_columns


def _is_offered(campaign: Campaign) -> bool:
    return not campaign.is_high_safety


def _read(session: Session, campaign: Campaign) -> Mapping[str, Any]:
    stored = find_template(session, campaign.id)
    return take_columns(stored, {"campaign_id"}) if stored else {}


LETTER_TEXTS = TextPart(
    LETTER_PART.name,
    _("Letter to executives"),
    (
        TextBox(
            "subjects",
            _("Subject lines"),
            "lines",
            _("One a line. Supporters choose one, or write their own."),
            rows=4,
        ),
        TextBox(
            "body",
            _("Letter"),
            "text",
            _(
                "We fill in {executive}, {company}, {given_name}, {family_name}, {town}, and, for the supporter’s own"
                " words, {personal}."
            ),
            rows=14,
        ),
        TextBox("talking_points", _("Talking points"), "lines", _("One a line. They help supporters write."), rows=4),
    ),
    _is_offered,
    _read,
    save_template,
)
