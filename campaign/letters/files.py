"""The letter of a campaign in a content file: what its supporters can write, read and applied."""

from collections.abc import Mapping, Sequence

from campaign.campaigns.models import Campaign
from campaign.content import values
from campaign.content.errors import ContentError, Problem
from campaign.content.loading import Loading
from campaign.content.nodes import Entry
from campaign.content.sections import CampaignPart
from campaign.letters.models import LetterTemplate
from campaign.letters.queries import find_template

_BODY_LENGTH = 10_000  # characters
_NONE_IN_SAFETY = "a campaign of high safety has no letter: nobody may be named to a company"


def read_letter(entry: Entry, languages: Sequence[str], *, is_high_safety: bool) -> Mapping[str, object]:
    """Return the columns of the letter; what is wrong is noted on the entry."""
    if is_high_safety:
        entry.wrong(entry.line, _NONE_IN_SAFETY)
    return {
        "subjects": values.lists_by_language(entry, "subjects", languages, required=True),
        "body": values.by_language(entry, "body", languages, required=True, longest=_BODY_LENGTH),
        "talking_points": values.lists_by_language(entry, "talking_points", languages),
    }


def apply_letter(
    loading: Loading, label: str, line: int, campaign: Campaign, columns: Mapping[str, object] | None
) -> None:
    """Bring the campaign's letter to what the file says, or take it away.

    Raises:
        ContentError: the campaign is one of high safety.
    """
    stored = find_template(loading.session, campaign.id)
    if columns is None:
        if stored is not None:
            loading.session.delete(stored)
            loading.changes.say(label, "letter taken away")
        return
    if campaign.is_high_safety:
        raise ContentError([Problem(line, f"{label}: {_NONE_IN_SAFETY}")])
    if stored is not None:
        loading.changes.bring(f"{label}, letter", stored, columns)
        return
    loading.session.add(LetterTemplate(campaign_id=campaign.id, **columns))
    loading.changes.say(label, "letter added")


LETTER_PART = CampaignPart("letter", read_letter, apply_letter)
