"""What a visit knows already, for its next action: nobody types their name twice, or confirms one address twice."""

from dataclasses import replace
from uuid import UUID

from campaign.actions.journey import Journey
from campaign.actions.typed import Typed
from campaign.kernel.localized import current_language
from campaign.people.addresses import BadAddressError, parse_address

_FIELDS = ("given_name", "family_name", "email", "postal_code", "country")


def known_of(journey: Journey) -> dict[str, str]:
    """Return what fills in the next form, by field."""
    return {name: value for name in _FIELDS if (value := getattr(journey, name))}


def voucher_for(journey: Journey, typed: Typed) -> UUID | None:
    """Return the voucher of a visit for what was typed: only from the very address that was just confirmed."""
    if journey.voucher is None or typed.address is None:
        return None
    try:
        is_same = parse_address(journey.email).canonical == typed.address.canonical
    except BadAddressError:
        return None
    return journey.voucher if is_same else None


def onward(journey: Journey, kind: str, public_id: UUID | None = None) -> Journey:
    """Return what is known after an action that was vouched for; the voucher is spent.

    Args:
        journey: as it came along.
        kind: of the action just taken.
        public_id: of that action, where the page that thanks shows it.
    """
    shown = str(public_id) if public_id else ""
    return replace(
        journey,
        kind=kind,
        language=current_language(),
        outcome="confirmed",
        number=None,
        vouched_by="",
        public_id=shown,
    )
