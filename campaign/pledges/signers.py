"""Who signed, for those who lead a campaign: a row a signer, with their words and what they agreed to, as CSV.

    asked for ─ powers, campaign ─► in the audit log, committed ─► rows by number, as they are read ─► all, or no file

A signer stands who confirmed and took nothing back. Of a high-safety campaign nothing leaves, no pseudonym either: such
a list is of use only to whoever looks for one of them, and what a company is told is how many they are.

The shared fields are columns by themselves: a new one (`campaign.people.sharedfields`) is one here. Behind them all
stands a column for each question of the campaign's own that was ever asked (`campaign.actions.questions`), with its
number and its words.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from psycopg import Connection, sql
from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.actions.questions.answering import Answer, kept_answers, say_answer
from campaign.actions.questions.asked import AskedQuestion, list_ever_asked
from campaign.audit.service import Thing, record
from campaign.campaigns.models import Campaign, CampaignTally
from campaign.campaigns.texts import pick
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import ConflictError, NotFoundError
from campaign.kernel.scoping import check_campaign, scoped
from campaign.kernel.spreadsheets import Cell, write_rows
from campaign.people.consents import LAST, find_stops
from campaign.people.sharedfields import TYPED
from campaign.pledges.service import KIND

_SHARED = tuple(name for name in TYPED if name != "answers")

COLUMNS = (
    "number", "email", *_SHARED, "confirmed_at",
    "consent", "consent_words", "consent_language", "consent_at", "consent_by", "may_be_mailed",
)  # fmt: skip
"""Others rely on these names (docs/reference.md). Behind them stand answers to the campaign's own questions."""

_CHUNK = 2000

_AT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
_TYPED = ", ".join(f"a.{name}" for name in _SHARED)
# Row by row along the index of numbers, so that the first comes at once: a plan that joins or sorts all of them first
# is a little faster at its end, and keeps all of them somewhere.
_ROW_BY_ROW = "SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
_SIGNERS = f"""
COPY (
    SELECT CASE WHEN a.is_made_up THEN 'made up' END, p.email,
        a.number, p.email_display, {_TYPED}, {_AT.format("a.confirmed_at")},
        CASE WHEN c.is_granted THEN 'agreed' WHEN c.id IS NOT NULL THEN 'taken back' END,
        w.text, w.language, {_AT.format("c.at")}, c.door, a.answers
    FROM actions a JOIN people p ON p.id = a.person_id
    LEFT JOIN LATERAL ({LAST.format(o="{organization}", p="p.id")}) c ON true
    LEFT JOIN consent_wordings w ON w.id = c.wording_id
    WHERE a.campaign_id = {{campaign}} AND a.state = 'confirmed' AND a.is_counted ORDER BY a.number
) TO STDOUT
"""  # noqa: S608 - joined from constants
_AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class Signers:
    """What is to be given out: of which campaign, about how many have signed it, and what it ever asked of its own."""

    campaign_id: int
    organization_id: int
    count: int
    languages: tuple[str, ...] = ()
    questions: tuple[AskedQuestion, ...] = ()


@dataclass(slots=True)
class Told:
    """What was given out: how many rows; and how many were made up."""

    signers: int = 0
    made_up: int = 0


def begin_export(session: Session, actor: Actor, slug: str) -> Signers:
    """Let an actor have a campaign's signers, and write it down: to be committed before the first row is read.

    Raises:
        ForbiddenError: the actor may not read and export people.
        NotFoundError: there is no such campaign of the actor's.
        ConflictError: it is a high-safety one.

    Side effects: an entry of the audit log.
    """
    actor.require(Power.READ, Power.EXPORT)
    query = select(Campaign, CampaignTally.confirmed).outerjoin(CampaignTally).where(Campaign.slug == slug)
    found = session.execute(scoped(query, actor)).one_or_none()
    if found is None:
        raise NotFoundError(f"there is no campaign {slug!r}")
    campaign, count = found
    if campaign.is_high_safety:
        raise ConflictError(
            f"{slug} is a high-safety campaign: no pseudonym leaves it, and nothing else is kept of its signers; "
            "its page says how many they are"
        )
    record(session, actor, "export", Thing("campaign", campaign.public_id, campaign_id=campaign.id))
    questions = [one for one in list_ever_asked(session, [campaign.id])[campaign.id] if one.kind == KIND]
    return Signers(campaign.id, campaign.organization_id, count or 0, tuple(campaign.languages), tuple(questions))


def write_signers(
    session: Session,
    actor: Actor,
    signers: Signers,
    out: TextIO,
    *,
    is_for_people: bool = False,
    with_made_up: bool = False,
    on_rows: Callable[[int], object] = lambda _count: None,
) -> Told:
    """Write the signers that `begin_export` let an actor have, as of one moment, in little memory.

    Args:
        session: for looking up what stops mail; the rows come over a connection of their own, beside it.
        actor: who gets them.
        signers: of `begin_export`.
        out: where the CSV goes; it writes line ends as they are.
        is_for_people: whether they open it with a spreadsheet (`campaign.kernel.spreadsheets`).
        with_made_up: whether the demonstration's made-up signers are among them.
        on_rows: told after each chunk of how many signers it was.

    Raises:
        ForbiddenError, NotFoundError: as `begin_export`.
    """
    actor.require(Power.READ, Power.EXPORT)
    check_campaign(session, actor, signers.campaign_id)
    told = Told()
    with session.get_bind().engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, Connection)  # noqa: S101 - the one driver there is
        rows = _read(driver, signers)
        write_rows(
            _rows(session, signers, rows, told, on_rows, with_made_up=with_made_up), out, is_for_people=is_for_people
        )
    return told


def statement_of(campaign_id: int, organization_id: int) -> sql.Composed:
    """Return the COPY of the signers of a campaign, and of what they agreed to with its organization."""
    return sql.SQL(_SIGNERS).format(campaign=campaign_id, organization=organization_id)


_Row = Sequence[str | None]


def _read(driver: "Connection[tuple[object, ...]]", signers: Signers) -> Iterator[_Row]:
    """Yield the rows as text, as PostgreSQL sends them."""
    with driver.cursor() as cursor:
        cursor.execute(_ROW_BY_ROW)
        with cursor.copy(statement_of(signers.campaign_id, signers.organization_id)) as copy:
            yield from copy.rows()


def _rows(
    session: Session,
    signers: Signers,
    rows: Iterator[_Row],
    told: Told,
    on_rows: Callable[[int], object],
    *,
    with_made_up: bool,
) -> Iterator[Sequence[Cell]]:
    yield (*COLUMNS, *(_title_of(question, signers.languages) for question in signers.questions))
    while chunk := list(islice(rows, _CHUNK)):
        named = []
        for why, *row in chunk:
            told.made_up += why == "made up"
            if why is None or (with_made_up and why == "made up"):
                named.append(row)
        told.signers += len(named)
        yield from _cells(session, signers, named)
        on_rows(len(chunk))


_CONSENT = COLUMNS.index("consent")
_SHOW_NAME = COLUMNS.index("show_name")


def _cells(session: Session, signers: Signers, rows: Sequence[_Row]) -> Iterator[Sequence[Cell]]:
    """Yield the cells of signers, of whom come: the address that suppressions know, all cells but one, and answers."""
    agreed = [str(email) for email, *cells in rows if cells[_CONSENT] == _AGREED]
    stops = iter(find_stops(session, signers.organization_id, agreed))
    for _, *read, answers in rows:
        cells: list[Cell] = [cell or "" for cell in read]
        cells[0] = int(read[0] or 0)
        cells[_SHOW_NAME] = "yes" if read[_SHOW_NAME] == "t" else ""
        cells.append("yes" if read[_CONSENT] == _AGREED and next(stops) is None else "")
        kept = kept_answers(answers)
        cells += (_said(question, kept.get(str(question.number)), signers.languages) for question in signers.questions)
        yield cells


def _title_of(question: AskedQuestion, languages: Sequence[str]) -> str:
    return f"answer_{question.number}: {pick(question.label, languages[0], languages).value}"


def _said(question: AskedQuestion, answer: Answer | None, languages: Sequence[str]) -> str:
    return "" if answer is None else say_answer(question, answer, languages[0], languages)
