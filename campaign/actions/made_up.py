"""Actions of people who do not exist, for the demonstration: stored as confirmed, marked, and taken back whole.

They pass no form and no mail, but what counts is counted as anybody's is: with a number, in the campaign's tally. Their
addresses are reserved ones that no mail can reach (RFC 2606). What a kind keeps beside its actions it stores itself,
by the ids it gets.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.keys import digest, signer_key
from campaign.kernel.installation import installation_of
from campaign.kernel.rowset import as_rows
from campaign.kernel.text import sort_key


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Somebody who does not exist, as they fill in a form. `email`: canonical, reserved; `at`: when they confirmed."""

    email: str
    given_name: str
    family_name: str
    language: str
    postal_code: str
    at: datetime
    country: str = "US"
    show_name: bool = False


_COLUMNS = """
email text, signer_key bytea, digest bytea, number bigint, given_name text, family_name text, sort_key text,
language text, postal_code text, country text, show_name boolean, at timestamptz
"""
_PEOPLE = text(f"""
INSERT INTO people (email, email_display, language, is_made_up)
SELECT email, email, language, true FROM json_to_recordset(CAST(:rows AS json)) AS u({_COLUMNS})
ON CONFLICT (email) DO NOTHING
""")  # noqa: S608 - a constant
_ACTIONS = text(f"""
INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, number, given_name,
    family_name, language, postal_code, country, show_name, door, is_made_up, created_at, asked_at, confirmed_at)
SELECT :kind, :campaign_id, p.id, u.signer_key, u.digest, 'confirmed', :is_counted, u.number, u.given_name,
    u.family_name, u.language, u.postal_code, u.country, u.show_name, 'demo', true, u.at, u.at, u.at
FROM json_to_recordset(CAST(:rows AS json)) AS u({_COLUMNS}) JOIN people p ON p.email = u.email
RETURNING id, signer_key
""")  # noqa: S608 - a constant
_SUPPORTERS = text(f"""
INSERT INTO supporters (organization_id, person_id, given_name, family_name, sort_key, postal_code, country, updated_at)
SELECT c.organization_id, p.id, u.given_name, u.family_name, u.sort_key, u.postal_code, u.country, now()
FROM json_to_recordset(CAST(:rows AS json)) AS u({_COLUMNS})
JOIN people p ON p.email = u.email JOIN campaigns c ON c.id = :campaign_id ON CONFLICT DO NOTHING
""")  # noqa: S608 - a constant
_TALLY = text("""
UPDATE campaign_tallies SET confirmed = confirmed + :count, last_number = last_number + :count, as_of = now()
WHERE campaign_id = :campaign_id RETURNING last_number
""")

# Their numbers are not given again: what anybody confirmed meanwhile keeps its own.
_TAKE_BACK = (
    text("""
        UPDATE campaign_tallies t SET confirmed = t.confirmed - s.count, as_of = now()
        FROM (SELECT campaign_id, count(*) AS count FROM actions
              WHERE is_made_up AND kind = :kind AND state = 'confirmed' AND is_counted GROUP BY campaign_id) s
        WHERE t.campaign_id = s.campaign_id
    """),
    text("DELETE FROM actions WHERE is_made_up AND kind = :kind"),
)
_FORGET = (
    text("""
        DELETE FROM supporters s USING people p
        WHERE p.id = s.person_id AND p.is_made_up AND NOT EXISTS (SELECT FROM actions a WHERE a.person_id = p.id)
    """),
    text("""
        DELETE FROM people p WHERE p.is_made_up AND NOT EXISTS (SELECT FROM actions a WHERE a.person_id = p.id)
        AND NOT EXISTS (SELECT FROM consents c WHERE c.person_id = p.id)
    """),
)


def seed(
    session: Session,
    kind: str,
    campaign_id: int,
    people: Sequence[MadeUp],
    *,
    is_counted: bool = False,
    about: str = "",
) -> list[int]:
    """Let each of `people` take an action of `kind` in a campaign that is no high-safety one; return the ids, in order.

    Args:
        session: the caller's.
        kind: its name.
        campaign_id: in which campaign.
        people: each once; those who acted before are the same person.
        is_counted: whether each gets a number, in this order.
        about: what sets this action apart from the same people's others of its kind, such as an event's id.
    """
    hashes = installation_of(session).hashes
    numbers: Sequence[int | None] = [None] * len(people)
    if is_counted and people:
        last = session.execute(_TALLY, {"count": len(people), "campaign_id": campaign_id}).scalar_one()
        numbers = range(last - len(people) + 1, last + 1)
    keys = [signer_key(hashes, campaign_id, one.email) for one in people]
    rows = as_rows(
        [
            asdict(one)
            | {
                "signer_key": key,
                "digest": digest(hashes, ("demo", kind, str(campaign_id), about, one.email)),
                "number": number,
                "sort_key": sort_key(f"{one.family_name} {one.given_name}"),
            }
            for one, key, number in zip(people, keys, numbers, strict=True)
        ]
    )
    session.execute(_PEOPLE, {"rows": rows})
    values = {"rows": rows, "kind": kind, "campaign_id": campaign_id, "is_counted": is_counted}
    ids = {bytes(row.signer_key): row.id for row in session.execute(_ACTIONS, values)}
    session.execute(_SUPPORTERS, {"rows": rows, "campaign_id": campaign_id})
    return [ids[key] for key in keys]


def take_back(session: Session, kind: str) -> None:
    """Delete the made-up actions of a kind, and the made-up people who have no other left."""
    for statement in _TAKE_BACK:
        session.execute(statement, {"kind": kind})
    for statement in _FORGET:
        session.execute(statement)
