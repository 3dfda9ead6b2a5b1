"""Load a company and its offices."""

from campaign.content.loading import Loading
from campaign.content.specs import Placed
from campaign.revisions.wording import cut
from campaign.targets.commands import SaveCompany
from campaign.targets.saving import save_company


def apply_company(loading: Loading, placed: Placed[SaveCompany]) -> None:
    """Add the company or bring it to what the file says; offices the file is silent about stay.

    Raises:
        ForbiddenError: it is new, or in others' care, and the actor is not the operator.
        ContentError: an office's address is another company's.
    """
    spec = placed.command
    label = f"company {spec.slug}"
    with placed.refusals():
        saved = save_company(loading.session, loading.actor, spec, loading.edit, loading.marks)
    for one in saved.differences:
        moved = saved.readdressed.get(one.name)
        if moved is None:
            loading.tell(label, [one], {"offices": "{name}"})
            continue
        loading.say(f"{label}, {one.name}", f"address {cut(moved.old)} → {cut(moved.new)}")
        if moved.letters_count:
            followed = f"letters that have not gone yet follow to the new address: {moved.letters_count}"
            loading.say(f"{label}, {one.name}", followed)
