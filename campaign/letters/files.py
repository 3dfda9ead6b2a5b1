"""The letter of a campaign in a content file: what its supporters can write, checked and applied."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from campaign.campaigns.models import Campaign
from campaign.content.loading import Loading
from campaign.content.sections import CampaignPart
from campaign.content.specs import LoadCampaign, Placed
from campaign.kernel.problems import Problem
from campaign.letters.service import KIND, save_template


def check_letter(
    given: object, now: datetime, languages: tuple[str, ...], *, is_high_safety: bool
) -> tuple[Mapping[str, object] | None, Sequence[Problem]]:
    """Return the columns of the letter `given`, or None with what is wrong with it."""
    from campaign.kernel.checking import Context  # noqa: PLC0415 - as below
    from campaign.letters import rules  # noqa: PLC0415 - pydantic costs 150 ms, and no web process needs it

    return rules.check_letter(given, Context(now, languages), is_high_safety=is_high_safety)


def apply_letter(
    loading: Loading, placed: Placed[LoadCampaign], campaign: Campaign, columns: Mapping[str, object] | None
) -> None:
    """Bring the campaign's letter to what the file says, or take it away; say what that changed.

    Raises:
        ContentError: the campaign is one of high safety.
    """
    with placed.refusals():
        difference = save_template(loading.session, loading.actor, campaign, columns, loading.edit)
    if difference is not None:
        loading.tell(f"campaign {campaign.slug}", [difference], {KIND: KIND})


LETTER_PART = CampaignPart("letter", check_letter, apply_letter)
