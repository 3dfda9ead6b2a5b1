"""Rows that hold a mark in every column, and what is left of the marks after an ending."""

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Boolean, DateTime, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from campaign.events.questions import QUESTIONS
from campaign.kernel.base import Base
from tests.actions.visitor import OPEN
from tests.events.stage import make_event

_LONG_AGO = datetime(2024, 2, 29, 13, 14, 15, 161718, tzinfo=UTC)


@dataclass(frozen=True, eq=False)
class Marked:
    """A row with its marks: its table, the column that finds it, and the values it was written with."""

    table: str
    key: str
    values: dict

    def __getattr__(self, name):
        return self.values[name]


@dataclass(frozen=True)
class Left:
    """What an ending may leave of a row; every other column must hold nothing.

    `keeps`: as it was. `days`: of the moment its day. `anew`: something else than before. `is_gone`: no row at all.
    `empties`: of an ending that empties these and no more; then every column that is not named here stays as it was.
    """

    keeps: frozenset = frozenset()
    days: frozenset = frozenset()
    anew: frozenset = frozenset()
    is_gone: bool = False
    empties: frozenset | None = None


@dataclass
class Stage:
    """A campaign with people, in a transaction that is rolled back afterwards."""

    session: object
    installation: object
    count: int = field(default=0)

    def one(self, statement, **values):
        return self.session.execute(text(statement), values).scalar_one()

    def campaign(self, slug=OPEN):
        return self.one("SELECT id FROM campaigns WHERE slug = :slug", slug=slug)

    def person(self):
        self.count += 1
        statement = "INSERT INTO people (email, email_display, language) VALUES (:email, :email, 'en') RETURNING id"
        return self.one(statement, email=f"mark{self.count}@example.org")

    def wording(self):
        statement = """
            INSERT INTO consent_wordings (organization_id, language, text)
            SELECT organization_id, 'en', :words FROM campaigns WHERE slug = :slug RETURNING id"""
        return self.one(statement, words=str(uuid.uuid4()), slug=OPEN)

    def action(self, **fixed):
        if "person_id" not in fixed:
            fixed["person_id"] = self.person()
        usual = {"kind": "pledge", "campaign_id": self.campaign(), "is_counted": True, "wording_id": self.wording()}
        return self.row("actions", "id", **{**usual, "is_held": False, "erased_at": None, **fixed})

    def letter(self, action):
        executive = self.one("SELECT id FROM executives ORDER BY id LIMIT 1")
        return self.row("letters", "id", action_id=action.id, executive_id=executive)

    def rsvp(self, *, starts_in=timedelta(days=30)):
        """An RSVP's action, what it asks beside, what it claims of a leg, and that its party came."""
        action = self.action(kind="rsvp", is_counted=False, number=None, state="confirmed")
        event, (leg,) = make_event(self.session, f"march-{self.count}", legs=1, starts_in=starts_in)
        rsvp = self.row("rsvps", "action_id", action_id=action.id, event_id=event.id)
        asks = {"resource": "place", "amount": 1, "state": "gone", "until": None}
        claim = self.row("rsvp_claims", "id", action_id=action.id, leg_id=leg, **asks)
        check_in = self.row("check_ins", "id", leg_id=leg, is_walk_up=False, came=1, subject=rsvp.signer_key)
        return action, rsvp, claim, check_in

    def row(self, table, key, **fixed):
        """Write a row with a mark in every column that is not `fixed`."""
        self.count += 1
        columns = Base.metadata.tables[table].columns
        values = {column.name: fixed[column.name] if column.name in fixed else self._mark(column) for column in columns}
        json_names = {column.name for column in columns if isinstance(column.type, JSONB)}
        holders = ", ".join(f"CAST(:{name} AS jsonb)" if name in json_names else f":{name}" for name in values)
        statement = f"INSERT INTO {table} ({', '.join(values)}) OVERRIDING SYSTEM VALUE VALUES ({holders})"
        statement += " RETURNING *"  # with the columns that no model knows any more
        written = {name: json.dumps(value) if name in json_names else value for name, value in values.items()}
        return Marked(table, key, _apart(self.session.execute(text(statement), written).mappings().one()))

    def _mark(self, column):  # noqa: PLR0911 - one for each type
        number = 7_000_000 + self.count * 10_000 + sum(map(ord, column.name))
        match column.type:
            case JSONB():
                if column.table.name == "rsvps" and column.name == "answers":
                    return {
                        one.name: [f"mark-{one.name}"] if one.takes_several else f"mark-{one.name}" for one in QUESTIONS
                    }
                return {f"mark-{column.name}": 1}
            case LargeBinary():
                return f"{number} {column.name}"[:16].encode()
            case Text():
                return f"mark-{column.name}-{self.count}"
            case Boolean():
                return True
            case DateTime():
                return _LONG_AGO + timedelta(seconds=number % 9973)
            case Uuid():
                return uuid.uuid5(uuid.NAMESPACE_OID, f"{column.name} {number}")
            case BigInteger():
                return number
        return number % 1000

    def leftovers(self, row, left):
        """Return the columns that hold what they should not, or lost what they should keep."""
        statement = text(f"SELECT * FROM {row.table} WHERE {row.key} = :key")
        after = self.session.execute(statement, {"key": row.values[row.key]}).mappings().one_or_none()
        if after is None or left.is_gone:
            return set() if (after is None) == left.is_gone else {"the row"}
        apart = _apart(after)
        return {name for name, before in row.values.items() if not _is_right(name, before, apart.get(name), left)}


def _apart(row):
    """The values of a row by column; an RSVP's answers each for itself, as `answers.needs`."""
    answers = row.get("answers")
    if not isinstance(answers, dict):
        return dict(row)
    apart = {name: value for name, value in row.items() if name != "answers"}
    return apart | {f"answers.{question}": answer for question, answer in answers.items()}


def _is_right(name, before, after, left):
    if isinstance(before, bytes) and after is not None:
        after = bytes(after)
    if name in left.anew:
        return after != before
    if name in left.days:
        return after is None or after == after.replace(hour=0, minute=0, second=0, microsecond=0)
    if name in left.keeps or (left.empties is not None and name not in left.empties):
        return after == before
    return after in (None, False, [], {})
