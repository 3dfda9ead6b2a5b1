"""Load a campaign: its texts, its status, the companies it addresses and where they stand, its news."""

from collections.abc import Sequence
from dataclasses import replace

from campaign.campaigns.saving import save_campaign
from campaign.content.loading import Loading
from campaign.content.sections import CampaignPart
from campaign.content.specs import LoadCampaign, Placed
from campaign.kernel.actors import Power
from campaign.revisions.differences import Difference
from campaign.targets.commands import TakesStance
from campaign.targets.saving import address_companies

_DAY = len("2024-02-03")


def apply_campaign(loading: Loading, placed: Placed[LoadCampaign], parts: Sequence[CampaignPart] = ()) -> None:
    """Add the campaign or bring it to what the file says; whatever of it changes, its page is of today.

    Raises:
        ContentError: the file changes its safety though somebody acted in it already, or gives it what its safety
            forbids (`parts`); it names an organization, or has an address, that is another's than the actor's.
        ForbiddenError: the actor may not publish.
    """
    loading.actor.require(Power.PUBLISH)
    spec, standings = placed.command.save, placed.command.standings
    session, actor, edit = loading.session, loading.actor, loading.edit
    label = f"campaign {spec.slug}"
    with placed.refusals():
        saved = save_campaign(session, actor, spec, edit, has_actions=loading.has_actions, marks=loading.marks)
    campaign = saved.row
    for one in saved.differences:
        if not one.part:
            _tell_campaign(loading, label, one, campaign.status)
    if standings is not None:
        with placed.refusals():
            addressed = address_companies(session, actor, campaign.id, standings, edit)
        _tell_companies(loading, label, addressed, standings)
    news = [one for one in saved.differences if one.part]
    loading.tell(label, news, {"updates": "update {name!r}"})
    for part in parts:
        if part.name in placed.command.parts:
            part.apply(loading, placed, campaign, placed.command.parts[part.name])


def _tell_campaign(loading: Loading, label: str, difference: Difference, status: str) -> None:
    if difference.is_new:
        loading.say(label, f"added, {status}")
    elif won := difference.values.get("won_at"):
        loading.say(label, f"won at {won[0][:_DAY]} → {won[1][:_DAY]}")
    else:
        loading.tell(label, [difference])


def _tell_companies(
    loading: Loading, label: str, differences: Sequence[Difference], standings: Sequence[TakesStance]
) -> None:
    known = {one.company: one for one in standings}
    for one in differences:
        if one.part == "stances":
            loading.say(label, f"{one.name} {known[one.name].stance} as of {known[one.name].as_of}")
        elif one.is_new or one.is_gone:
            loading.say(label, f"{'addresses' if one.is_new else 'no longer addresses'} {one.name}")
        else:
            told = {name: values for name, values in one.values.items() if name != "position"}
            loading.tell(label, [replace(one, values=told)], {"companies": "{name}"})
