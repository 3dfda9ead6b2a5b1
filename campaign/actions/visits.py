"""What a visit knows already, for its next action: nobody types their name twice, or confirms one address twice.

The visit's token carries a voucher and nothing typed; who it stands for is looked up each time, so that a token goes
blank with the action behind it. A page says of them what its owner knows by, and a stranger with a copied link learns
little from: a first name, an initial, an address without its middle. Left blank, the form is filled in behind the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from campaign.actions.doorstep import Doorstep
from campaign.actions.posted import PostedForm
from campaign.actions.queries import OwnAction, find_standing_action
from campaign.actions.vouchers import VisitState
from campaign.kernel.formdata import FormData
from campaign.kernel.localized import current_language
from campaign.people.consents import list_mailable
from campaign.people.sharedfields import KNOWN, values_of

_BY_HAND = ("email", *(name for name in KNOWN if name != "country"))
"""What is typed of oneself; a country is always chosen, so it says nothing by itself."""


@dataclass(frozen=True, slots=True)
class Known:
    """Who a visit's voucher stands for.

    `values`: what fills in a form, by field; never written into a page, nor is `source`, by which they came at first.
    `is_mailed`: whether they agreed to the updates of who leads the campaign, and get them: nobody is asked twice.
    """

    name: str
    email: str
    values: Mapping[str, str]
    source: str = ""
    is_mailed: bool = False


def known_of(session: Session, visit_state: VisitState, doorstep: Doorstep) -> Known | None:
    """Return who a visit is of, by its voucher or a receipt's link; None where that action does not stand any more.

    On a high-safety campaign nobody is known: nothing ties who acts there to what they did under their own name.
    """
    if visit_state.standing is None or doorstep.is_high_safety:
        return None
    action = find_standing_action(session, visit_state.standing)
    if action is None or action.state != "confirmed" or action.person_id is None:
        return None
    is_mailed = bool(list_mailable(session, doorstep.organization_id, [action.person_id]))
    return Known(_short_name(action), _short_address(action.email), _values(action), action.source, is_mailed)


def fill_in(posted: PostedForm, known: Known | None) -> PostedForm:
    """Return what was posted, with who acts filled in where the visit knows it and nothing of it was typed."""
    get = posted.form.values.get
    if known is None or any(get(name, "").strip() for name in _BY_HAND):
        return posted
    filled = {**known.values, "source": get("source") or known.source}
    pairs = [(name, value) for name, value in posted.form.pairs if name not in filled]
    return replace(posted, form=FormData([*pairs, *filled.items()], is_damaged=posted.form.is_damaged))


def onward(visit_state: VisitState, kind: str, public_id: object = "") -> VisitState:
    """Return what is known after an action that was vouched for; the voucher is spent.

    Args:
        visit_state: as it came along.
        kind: of the action just taken.
        public_id: of that action, where the page that thanks shows it.
    """
    return replace(
        visit_state,
        kind=kind,
        language=current_language(),
        outcome="confirmed",
        number=None,
        vouched_by="",
        public_id=str(public_id),
    )


def _values(action: OwnAction) -> Mapping[str, str]:
    return {**values_of(action, KNOWN), "email": action.email}


def _short_name(action: OwnAction) -> str:
    initial = action.family_name[:1]
    return f"{action.given_name} {initial}.".lstrip() if initial else action.given_name


def _short_address(email: str) -> str:
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}…@{domain}"
