"""The letter of a campaign in a content file: what its supporters can write, checked and applied."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from campaign.campaigns.models import Campaign
from campaign.content.loading import Loading
from campaign.content.sections import CampaignPart
from campaign.content.specs import LoadCampaign, Placed
from campaign.kernel.problems import Problem
from campaign.letters.models import LetterTemplate
from campaign.letters.queries import find_template


def check_letter(
    given: object, now: datetime, languages: tuple[str, ...], *, is_high_safety: bool
) -> tuple[Mapping[str, object] | None, Sequence[Problem]]:
    """Return the columns of the letter `given`, or None with what is wrong with it."""
    from campaign.kernel.checking import Context  # noqa: PLC0415 - as below
    from campaign.letters import rules  # noqa: PLC0415 - pydantic costs 150 ms, and no web process needs it

    return rules.check_letter(given, Context(now, languages), is_high_safety=is_high_safety)


def apply_letter(
    loading: Loading, placed: Placed[LoadCampaign], campaign: Campaign, columns: Mapping[str, object] | None
) -> bool:
    """Bring the campaign's letter to what the file says, or take it away; return whether that changed anything.

    Raises:
        ContentError: the campaign is one of high safety.
    """
    label = f"campaign {campaign.slug}"
    stored = find_template(loading.session, campaign.id)
    if columns is None:
        if stored is not None:
            loading.session.delete(stored)
            loading.changes.say(label, "letter taken away")
        return stored is not None
    if campaign.is_high_safety:
        raise placed.refusal(f"{label}: a campaign of high safety has no letter: nobody may be named to a company")
    if stored is not None:
        return bool(loading.changes.bring(f"{label}, letter", stored, columns))
    loading.session.add(LetterTemplate(campaign_id=campaign.id, **columns))
    loading.changes.say(label, "letter added")
    return True


LETTER_PART = CampaignPart("letter", check_letter, apply_letter)
