"""What one step of a visit tells the next, sealed, so that nobody types their name twice and nothing needs a cookie.

After posting it holds what was typed, alike for known and new. After confirming it holds nothing typed: the number, and
a voucher, good for one action without another confirmation, by the name and address that were just confirmed, for as
long as that action stands.
"""

from dataclasses import dataclass, fields
from uuid import UUID

from campaign.actions.tokens import visit_state_sealer
from campaign.kernel.installation import Installation
from campaign.kernel.tokens import ForgedTokenError
from campaign.people.sharedfields import SharedFields, values_of


@dataclass(frozen=True, slots=True)
class VisitState(SharedFields):
    """What is known of a visit, with what was typed. Empty where nothing is.

    `share_code` says who shares (`campaign.actions.sharing`).

    `public_id`: of the action just confirmed, where the page that thanks may show it: not on high-safety campaigns.

    The shared fields, `consent` and `via` are as they were posted, so that the same can be sent anew under another
    address; `is_cut`: the comment was too long to come along.

    `ends_on`: the day (ISO 8601) on which what is under review is deleted, where nobody has looked at it by then.

    `known_as`: public id of the action by whose receipt somebody came: it fills in their form, and vouches for nothing.
    `asked`: what was just asked for, as its kind reads it again (`ActionKind.asked`); empty where it says nothing more.

    `waits_url`: the path of the page with what came while somebody read what they confirmed, and still waits.
    """

    kind: str = ""
    email: str = ""
    outcome: str = ""
    number: int | None = None
    vouched_by: str = ""
    public_id: str = ""
    share_code: str = ""
    consent: bool = False
    via: str = ""
    is_cut: bool = False
    ends_on: str = ""
    waits_url: str = ""
    known_as: str = ""
    asked: str = ""

    @property
    def voucher(self) -> UUID | None:
        """The public id of the action just confirmed, or None."""
        return UUID(self.vouched_by) if self.vouched_by else None

    @property
    def standing(self) -> UUID | None:
        """The public id of the action whose supporter this visit is of, or None."""
        known = self.vouched_by or self.known_as
        return UUID(known) if known else None

    @property
    def texts(self) -> dict[str, str]:
        """What was typed into fields of text, by field."""
        return {name: value for name, value in values_of(self).items() if isinstance(value, str)}


_NAMES = tuple(field.name for field in fields(VisitState))


def seal_visit_state(installation: Installation, visit_state: VisitState) -> str:
    """Return `visit_state` as a token for the next page's address."""
    return visit_state_sealer(installation).seal(
        {name: value for name in _NAMES if (value := getattr(visit_state, name))}
    )


def open_visit_state(installation: Installation, token: str) -> VisitState:
    """Return what `token` knows of a visit; an empty one where it is missing, foreign or too old."""
    if not token:
        return VisitState()
    try:
        value = visit_state_sealer(installation).open(token)
    except ForgedTokenError:
        return VisitState()
    return (
        VisitState(**{name: item for name, item in value.items() if name in _NAMES})
        if isinstance(value, dict)
        else VisitState()
    )
