"""What can be done next, one thing at a time: what the kinds offer (letter, event), then passing it on, then giving.

    number ─► letter ─► event ─► share ─► give ─► thank you, and the campaign's page
       each is one page; "not now" leads to the next as well as doing it; nobody is counted or asked again

A step is named by the query, so the chain needs no script and keeps nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign.actions.doorstep import Doorstep
from campaign.actions.intake import current_intake
from campaign.actions.kind import Panel
from campaign.actions.sharing import share_for
from campaign.actions.vouchers import VisitState
from campaign.campaigns.texts import pick
from campaign.kernel.addresses import web_address
from campaign.kernel.localized import current_language, path_of

END = "end"
SHARE, GIVE = "share", "give"
_SHARE_ORDER, _GIVE_ORDER = 500, 600


@dataclass(frozen=True)
class Step:
    """One page of the chain. `onward_url`: the path of the next, or of the end; `is_first`: it is shown at once."""

    name: str
    template: str
    context: Mapping[str, object]
    onward_url: str
    is_first: bool


def list_steps(doorstep: Doorstep, visit_state: VisitState, token: str, title: str) -> list[Step]:
    """Return the chain for a visit, in order."""
    panels = {
        name: panel
        for name, kind in current_intake().kinds.items()
        if kind.next_step is not None and (panel := kind.next_step(doorstep, visit_state, token)) is not None
    }
    demand = pick(doorstep.demand, current_language(), doorstep.languages).value
    share = share_for(
        doorstep.slug, title, visit_state.share_code, demand=demand, is_high_safety=doorstep.is_high_safety
    )
    panels[SHARE] = Panel("actions/step_share.html", {"share": share}, _SHARE_ORDER)
    if web_address(doorstep.donate_url):
        panels[GIVE] = Panel("actions/step_give.html", {"campaign": doorstep}, _GIVE_ORDER)
    names = sorted(panels, key=lambda name: panels[name].order)
    return [
        Step(
            name,
            panels[name].template,
            panels[name].context,
            _address(doorstep.slug, following, token),
            is_first=name == names[0],
        )
        for name, following in zip(names, [*names[1:], END], strict=True)
    ]


def _address(slug: str, step: str, token: str) -> str:
    told = f"t={token}" if token else f"lang={current_language()}"
    return f"{path_of('actions.thanks', slug=slug)}?step={step}&{told}"


def find_step(steps: Sequence[Step], name: str) -> Step | None:
    """Return the step of that name; the first for any other name; None at the end."""
    if name == END:
        return None
    return next((step for step in steps if step.name == name), steps[0] if steps else None)
