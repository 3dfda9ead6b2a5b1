"""What can be asked of the spine: frozen commands, the same from every door."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from campaign.people.sharedfields import SharedFields

Door = Literal["form", "widget", "api", "import"]
"""By what an action comes in: a form on a page of ours, one on somebody else's, a program, a file of people.

It is kept with the action and with the consent, which is a fact about where somebody ticked a box.
"""


@dataclass(frozen=True, slots=True)
class Origin:
    """How an action came in.

    Args:
        door: by what.
        ip: the client's, for the limits only, never stored; empty where nobody's line is to be counted.
        is_suspect: whether it is to be looked at before it counts: a machine may have filled it in, or the kind has
            reasons of its own.
    """

    door: Door
    ip: str = ""
    is_suspect: bool = False


@dataclass(frozen=True, slots=True)
class TakeAction(SharedFields):
    """Somebody takes an action of some kind, with what they typed.

    Args:
        email: canonical address. email_display: as typed.
        signer_key, recipient_key, mailbox_key, digest: 16-byte keyed hashes (`campaign.actions.keys`).
        wording_id: the consent wording that was ticked, or None.
        vouched_by: public id of the just confirmed action whose holder sends this one, or None. It spares what is not
            counted its confirmation.
        mends: signer's key and digest of the same request under a wrong address, or None.
        referred_by: id of the action whose supporter shared the page, as the code in the form says; None without one.
    """

    kind: str
    campaign_id: int
    organization_id: int
    is_high_safety: bool
    is_counted: bool
    email: str
    email_display: str
    signer_key: bytes
    recipient_key: bytes
    mailbox_key: bytes
    digest: bytes
    wording_id: int | None
    door: Door
    is_held: bool
    ip: str = ""  # for the limits only; never stored
    limit_scope: str = ""  # what its limits count together (`campaign.actions.doorstep`)
    vouched_by: UUID | None = None
    referred_by: int | None = None
    mends: tuple[bytes, bytes] | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a `TakeAction`.

    `outcome`: `accepted`, `repeat` (the same was asked a moment ago), `vouched` (stands confirmed at once) or `closed`
    (the campaign takes no actions now). `action_id` is None only when closed. `is_new` tells the kind to write what it
    keeps beside the action. `is_new_mailbox`: it was asked to confirm nothing within a day before, so nothing is held
    for it.
    """

    outcome: str
    action_id: int | None = None
    is_new: bool = False
    is_new_mailbox: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmAction:
    """The holder of a mailed link confirms the action it names."""

    public_id: UUID


@dataclass(frozen=True, slots=True)
class Signed:
    """What the next step has to know of a confirmed action: where, and in which language; nothing that was typed.

    `language`: the supporter's, without a person (high safety) the campaign's own.
    """

    kind: str
    slug: str
    language: str
    has_person: bool


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What became of a `ConfirmAction`.

    `outcome`: `confirmed`, `merged` (signed before; the new values hold), `held` (under review), `already`, `withdrawn`
    or `gone`. `signed` is told with `confirmed` and `merged`, as it was typed. `sharer_id`: id of the action that
    counts now and that others may be referred by, told with the same two, where there is a person.
    """

    outcome: str
    number: int | None = None
    signed: Signed | None = None
    sharer_id: int | None = None
