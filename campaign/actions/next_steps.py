"""What can be done next, one thing at a time: what the kinds offer (letter, event), then passing it on, then giving.

    number ─► letter ─► event ─► share ─► give ─► thank you, and the campaign's page
       each is one page; "not now" leads to the next as well as doing it; nobody is counted or asked again

A step is named by the query, so the chain needs no script and keeps nothing. A campaign may order its steps, leave some
out, and say them in words of its own (`campaign.actions.after`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from campaign.actions.after.stored import OF_A_STEP, WORDS, chosen_steps, own_words
from campaign.actions.doorstep import Doorstep
from campaign.actions.intake import current_intake
from campaign.actions.kind import ActionKind, NextStep, Panel, StepWords
from campaign.actions.sharing import share_for
from campaign.actions.vouchers import VisitState
from campaign.campaigns.texts import pick
from campaign.kernel.addresses import web_address
from campaign.kernel.localized import current_language, path_of

END = "end"
SHARE, GIVE = "share", "give"


def _offer_sharing(doorstep: Doorstep, visit_state: VisitState, _token: str) -> Panel | None:
    language = current_language()
    title = pick(doorstep.title, language, doorstep.languages).value
    demand = pick(doorstep.demand, language, doorstep.languages).value
    share = share_for(
        doorstep.slug, title, visit_state.share_code, demand=demand, is_high_safety=doorstep.is_high_safety
    )
    return Panel("actions/step_share.html", {"share": share})


def _offer_giving(doorstep: Doorstep, _visit_state: VisitState, _token: str) -> Panel | None:
    return Panel("actions/step_give.html", {"campaign": doorstep}) if web_address(doorstep.donate_url) else None


_OWN = {
    SHARE: NextStep(_offer_sharing, StepWords(_("Tell one friend"), _("Send it however you usually talk.")), order=500),
    GIVE: NextStep(
        _offer_giving,
        StepWords(
            _("Help pay for this"),
            _("%(organization)s leads this campaign. People who give what they can keep it going."),
            _("Donate to %(organization)s"),
        ),
        order=600,
    ),
}
"""The steps that belong to no kind of action."""


@dataclass(frozen=True)
class Step:
    """One page of the chain. `onward_url`: the path of the next, or of the end; `is_first`: it is shown at once."""

    name: str
    template: str
    context: Mapping[str, object]
    words: StepWords
    onward_url: str
    is_first: bool


def all_steps(kinds: Iterable[ActionKind]) -> dict[str, NextStep]:
    """Return all the steps there are by name, in the order they have where a campaign chose none."""
    steps = {kind.name: kind.next_step for kind in kinds if kind.next_step is not None} | _OWN
    return dict(sorted(steps.items(), key=lambda named: named[1].order))


def say_words(words: StepWords, organization_name: str) -> StepWords:
    """Return a step's words in the present language, with the name of who leads the campaign."""
    said = {part: str(getattr(words, part)).replace("%(organization)s", organization_name) for part in OF_A_STEP}
    return StepWords(**said)


def list_steps(doorstep: Doorstep, visit_state: VisitState, token: str) -> list[Step]:
    """Return the chain for a visit, in order."""
    steps = all_steps(current_intake().kinds.values())
    panels = {
        name: panel
        for name in chosen_steps(doorstep.after_signing, list(steps))
        if (panel := steps[name].offer(doorstep, visit_state, token)) is not None
    }
    names = list(panels)
    return [
        Step(
            name,
            panels[name].template,
            panels[name].context,
            _words(doorstep, name, steps[name].words),
            _address(doorstep.slug, following, token),
            is_first=name == names[0],
        )
        for name, following in zip(names, [*names, END][1:], strict=True)
    ]


def _words(doorstep: Doorstep, name: str, ours: StepWords) -> StepWords:
    said = say_words(ours, doorstep.organization_name)
    own = {part: own_words(doorstep.after_signing, WORDS, name, part, current_language()) for part in OF_A_STEP}
    return StepWords(**{part: own[part] or getattr(said, part) for part in OF_A_STEP})


def _address(slug: str, step: str, token: str) -> str:
    told = f"t={token}" if token else f"lang={current_language()}"
    return f"{path_of('actions.thanks', slug=slug)}?step={step}&{told}"


def find_step(steps: Sequence[Step], name: str) -> Step | None:
    """Return the step of that name; the first for any other name; None at the end."""
    if name == END:
        return None
    return next((step for step in steps if step.name == name), steps[0] if steps else None)
