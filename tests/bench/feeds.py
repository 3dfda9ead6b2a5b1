"""Supporters by the thousand: forms to post, pledges that wait for their link, letters that may go.

What is prepared here is written by the service's own code, in large batches, before anything is measured.
"""

import re
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy import text

from campaign.actions.commands import ConfirmAction, TakeAction
from campaign.actions.doorstep import Doorstep, read_doorstep
from campaign.actions.keys import digest, mailbox_key, recipient_key, signer_key
from campaign.actions.service.confirming import confirm
from campaign.actions.service.recording import record
from campaign.actions.tokens import confirm_signer
from campaign.features import KINDS
from campaign.kernel.keyed_hash import KeyedHash
from campaign.letters.commands import LetterText, WriteLetters
from campaign.letters.service import write
from campaign.outbox.paces import set_mailbox_pace
from campaign.people.service import Wordings
from tests.bench.servers import Inside

SLUG = "fair-food"
MARCH = "bench-march"
LEGS = 400
"""As many as keep two requests at once from the same leg, nearly always."""
_BATCH = 1000
_COMMENT = "My grandmother picked tomatoes in Immokalee."
LETTER = "Dear {office},\n\n" + "The Fair Food Program has ended forced labor on its farms; please join it. " * 12
_ANY_PACE = 500_000_000
"""Letters an hour to one mailbox: far above what anybody measures."""

_EXECUTIVES = text("""
SELECT e.id, e.company_id, e.address, e.office FROM executives e
JOIN campaign_targets t ON t.company_id = e.company_id WHERE t.campaign_id = :campaign_id ORDER BY e.id
""")
_ASKED_ALREADY = text("UPDATE outbox_messages SET state = 'sent' WHERE topic = 'actions.confirm' AND state = 'due'")
_WAITING = text("SELECT public_id FROM actions WHERE signer_key = ANY(:keys)")


@dataclass(frozen=True)
class Supporter:
    """One made-up person; `name` makes the address unlike any other of the run."""

    name: str

    @property
    def email(self) -> str:
        return f"{self.name}@mail{sum(self.name.encode()) % 40}.example.org"


def supporters(group: str, count: int) -> list[Supporter]:
    """`count` persons whose addresses begin with the group's name."""
    return [Supporter(f"{group}.{number}") for number in range(count)]


def bare_rows(group: str, count: int) -> Iterator[tuple[str, str]]:
    """What the bare view is sent: an address and nothing else."""
    return (("/", person.email) for person in supporters(group, count))


def pledge_forms(base: str, group: str, count: int) -> Iterator[tuple[str, str]]:
    """The pledge form as a browser posts it, with the stamp of a page fetched a moment before."""
    stamp = _stamp(base)
    for person in supporters(group, count):
        yield f"/campaigns/{SLUG}/pledge", urlencode(_form(person) | {"stamp": stamp})


def rsvp_forms(base: str, group: str, count: int, legs: Sequence[object]) -> Iterator[tuple[str, str]]:
    """The form of an RSVP with a guest to one leg each, in turn of `legs` (public ids), as a browser posts it."""
    stamp = _stamp(base)
    for number, person in enumerate(supporters(group, count)):
        values = _form(person) | {"stamp": stamp, "legs": str(legs[number % len(legs)]), "guests": "1"}
        yield f"/events/{MARCH}/rsvp", urlencode(values)


def _stamp(base: str) -> str:
    with urllib.request.urlopen(f"{base}/campaigns/{SLUG}", timeout=10) as answer:
        found = re.search(r'name="stamp"[^>]*value="([^"]+)"', answer.read().decode())
    if found is None:
        raise RuntimeError("the campaign's page has no stamp")
    return found[1]


def _form(person: Supporter) -> dict[str, str]:
    return {
        "stamp": "", "language": "en", "source": "", "given_name": "Ana", "family_name": f"Ruiz {person.name}",
        "email": person.email, "country": "US", "postal_code": "34142", "comment": _COMMENT, "consent": "yes",
        "show_name": "yes", "fax_number": "",
    }  # fmt: skip


def confirm_links(inside: Inside, group: str, count: int) -> list[tuple[str, str]]:
    """Store pledges that wait, and return the button's POST of each."""
    signer = confirm_signer(inside.installation)
    ids = pledges(inside, group, count)
    return [(f"/confirm/{signer.sign([str(public_id), SLUG])}", "") for public_id in ids]


def pledges(inside: Inside, group: str, count: int) -> list[object]:
    """Store `count` pledges that wait for their link, each with its mail in the outbox; return their public ids."""
    ids: list[object] = []
    for batch in _batches(group, count):
        commands = _commands(inside, batch, "pledge")
        with inside.sessions() as session, session.begin():
            record(session, commands)
            ids += session.scalars(_WAITING, {"keys": [command.signer_key for command in commands]})
    return ids


def letters(inside: Inside, group: str, count: int) -> None:
    """Store `count` letters of confirmed writers, due now, to all executives of the campaign at any pace."""
    kinds = {kind.name: kind for kind in KINDS}
    for batch in _batches(group, count):
        with inside.sessions() as session, session.begin():
            doorstep = read_doorstep(session, SLUG, KINDS)
            offices = session.execute(_EXECUTIVES, {"campaign_id": doorstep.id}).all()
            for office in offices:
                set_mailbox_pace(session, office.address, _ANY_PACE, is_always_open=True)
            commands = []
            for number, command in enumerate(_commands(inside, batch, "letter")):
                to = offices[number % len(offices)]
                body = f"{LETTER.format(office=to.office)}\n\n{command.family_name}"
                commands.append(
                    WriteLetters(command, (LetterText(to.id, to.company_id, to.address, "Join the program", body),))
                )
            write(session, commands)
            waiting = session.scalars(_WAITING, {"keys": [command.action.signer_key for command in commands]})
            confirm(session, [ConfirmAction(public_id) for public_id in waiting], kinds)
            session.execute(_ASKED_ALREADY)


def _batches(group: str, count: int) -> Iterator[list[Supporter]]:
    people = supporters(group, count)
    return (people[start : start + _BATCH] for start in range(0, count, _BATCH))


def _commands(inside: Inside, people: list[Supporter], kind: str) -> list[TakeAction]:
    with inside.sessions() as session:
        doorstep = read_doorstep(session, SLUG, KINDS)
    wording = Wordings(inside.sessions).id_of(doorstep.organization_id, "en", "You may write to me.")
    return [_command(inside.installation.hashes, doorstep, person, kind, wording) for person in people]


def _command(hashes: KeyedHash, doorstep: Doorstep, person: Supporter, kind: str, wording_id: int) -> TakeAction:
    return TakeAction(
        kind=kind,
        campaign_id=doorstep.id,
        organization_id=doorstep.organization_id,
        is_high_safety=False,
        is_counted=kind == "pledge",
        email=person.email,
        email_display=person.email,
        signer_key=signer_key(hashes, doorstep.id, person.email),
        recipient_key=recipient_key(hashes, person.email),
        mailbox_key=mailbox_key(hashes, person.email),
        digest=digest(hashes, (kind, person.name)),
        given_name="Ana",
        family_name=f"Ruiz {person.name}",
        language="en",
        postal_code="34142",
        country="US",
        comment=_COMMENT,
        show_name=True,
        wording_id=wording_id,
        door="form",
        source="",
        is_held=False,
    )
