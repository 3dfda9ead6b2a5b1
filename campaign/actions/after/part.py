"""What follows signing in a content file: checked, applied."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from campaign.actions.after.saving import save_after
from campaign.actions.after.stored import REMIND, THANKS
from campaign.actions.kind import ActionKind
from campaign.actions.next_steps import all_steps
from campaign.campaigns.models import Campaign
from campaign.content.loading import Loading
from campaign.content.sections import CampaignPart
from campaign.content.specs import LoadCampaign, Placed
from campaign.kernel.problems import Problem

if TYPE_CHECKING:
    from campaign.actions.after.rules import Known

PART = "after"


def mails_of(kinds: Iterable[ActionKind]) -> list[str]:
    """Return the mails in which a campaign may have words of its own, by name."""
    return [*(kind.name for kind in kinds if kind.confirm_mail is not None), REMIND, THANKS]


def after_part(kinds: Sequence[ActionKind]) -> CampaignPart:
    """Return what is read of a content file, with the steps and mails of `kinds`."""
    return CampaignPart(PART, partial(_check, kinds), _apply)


def _check(
    kinds: Sequence[ActionKind],
    given: object,
    now: datetime,
    languages: tuple[str, ...],
    *,
    is_high_safety: bool,
) -> tuple[Mapping[str, Any] | None, Sequence[Problem]]:
    from campaign.actions.after import rules  # noqa: PLC0415 - pydantic costs 150 ms, and no web process needs it
    from campaign.kernel.checking import Context  # noqa: PLC0415 - as above

    return rules.check_after(given, Context(now, languages), _known(kinds), is_high_safety=is_high_safety)


def _known(kinds: Sequence[ActionKind]) -> "Known":
    from campaign.actions.after.rules import Known  # noqa: PLC0415 - as above

    steps = all_steps(kinds)
    return Known(list(steps), {name for name, step in steps.items() if step.words.button}, mails_of(kinds))


def _apply(
    loading: Loading, placed: Placed[LoadCampaign], campaign: Campaign, columns: Mapping[str, object] | None
) -> None:
    """Bring a campaign to what the file says of what follows signing, or to what is so everywhere (`null`)."""
    with placed.refusals():
        difference = save_after(loading.session, loading.actor, campaign, columns, loading.edit)
    if difference is not None:
        loading.tell(f"campaign {campaign.slug}", [difference], {PART: "after signing"})
