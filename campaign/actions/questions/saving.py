"""Ask, change, order and end the questions of a campaign's own.

What was answered keeps its meaning: once somebody answered a question, neither its words nor its sort change. A choice
whose words change is another choice, whether somebody chose it or not: a form that is open meanwhile must not answer
what nobody asked. Nothing is deleted; what is ended can be asked again, and what was answered stays with its action.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from campaign.actions.questions.asked import AskedQuestion, asked_of
from campaign.actions.questions.commands import MOST_ASKED, OptionGiven, SaveQuestion
from campaign.actions.questions.models import Question
from campaign.audit.service import Thing
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_own_campaign_by_slug
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import ConflictError, NotFoundError, RefusedError
from campaign.kernel.problems import Problem
from campaign.kernel.scoping import of_campaign, scoped
from campaign.revisions.differences import UNSAID, Difference, added, bring, take_columns
from campaign.revisions.service import Edit, lock, write_down

_PART = "questions"

# What holds answers has an index of its own.
_COUNT = text(f"""
SELECT u.number, (
    SELECT count(*) FROM actions a WHERE a.campaign_id = :campaign AND a.answers IS NOT NULL
        AND jsonb_exists(CAST(a.answers AS jsonb), CAST(u.number AS text))) AS count
FROM unnest(CAST(:numbers AS int[])) AS u(number) WHERE {of_campaign(":campaign")}
""")  # noqa: S608 - joined from constants


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question as an organizer sees it. `answered`: how many actions hold an answer, confirmed or not."""

    asked: AskedQuestion
    version: int
    answered: int


def list_questions(session: Session, actor: Actor, campaign: str) -> list[OwnQuestion]:
    """Return all that a campaign asks or asked, in the order of its forms, what is asked no more last.

    Raises:
        NotFoundError: there is no such campaign of the actor's.
    """
    found = get_own_campaign_by_slug(session, actor, campaign)
    order = (Question.ended_at.is_not(None), Question.place, Question.number)
    query = select(Question).where(Question.campaign_id == found.id).order_by(*order)
    rows = session.scalars(scoped(query, actor)).all()
    counts = count_answers(session, actor, found.id, [row.number for row in rows])
    return [OwnQuestion(asked_of(row), row.version, counts[row.number]) for row in rows]


def get_question(session: Session, actor: Actor, campaign: str, number: int) -> OwnQuestion:
    """Return one of them; raise `NotFoundError`."""
    found = get_own_campaign_by_slug(session, actor, campaign)
    row = _get(session, actor, found, number)
    return OwnQuestion(asked_of(row), row.version, count_answers(session, actor, found.id, [number])[number])


def count_answers(session: Session, actor: Actor, campaign_id: int, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many actions of a campaign hold an answer to each of these questions; none where it is another's."""
    found = dict.fromkeys(numbers, 0)
    values = {"campaign": campaign_id, "numbers": list(numbers)}
    return found | {row[0]: row[1] for row in session.execute(scoped(_COUNT, actor), values)}


def save_question(session: Session, actor: Actor, command: SaveQuestion, edit: Edit) -> int:
    """Ask something, or change how it is asked; return its number.

    Raises:
        ForbiddenError: the actor may not publish.
        NotFoundError: there is no such campaign of theirs, or no such question of it.
        ConflictError: it is a campaign of high safety, which stores nothing else.
        RefusedError: that many are asked already (`too_many_questions`); somebody changed it meanwhile
            (`changed_meanwhile`); what people answered would mean something else (`answered`, with their `count`).

    Side effects: the history of the campaign, the audit log.
    """
    campaign = _lock(session, actor, command.campaign)
    if campaign.is_high_safety:
        raise ConflictError("a high-safety campaign asks nothing but a name to sign with and an address")
    difference: Difference | None
    if command.number is None:
        row, difference = _add(session, campaign, command)
    else:
        row = _get(session, actor, campaign, command.number)
        difference = _change(session, actor, row, campaign, command)
    _write(session, actor, edit, campaign, difference)
    return row.number


def end_question(session: Session, actor: Actor, campaign: str, number: int, edit: Edit) -> None:
    """Ask a question no more; answers stay with their actions.

    Raises:
        ForbiddenError, NotFoundError: as `save_question`.
    """
    owner = _lock(session, actor, campaign)
    row = _get(session, actor, owner, number)
    if row.ended_at is None:
        row.ended_at, row.version = edit.at, row.version + 1
        _write(session, actor, edit, owner, Difference(_PART, str(number), is_gone=True))


def ask_again(session: Session, actor: Actor, campaign: str, number: int, edit: Edit) -> None:
    """Ask again what was asked before, behind the others.

    Raises:
        ForbiddenError, NotFoundError, RefusedError (`too_many_questions`): as `save_question`.
    """
    owner = _lock(session, actor, campaign)
    row = _get(session, actor, owner, number)
    if row.ended_at is not None:
        _check_room(session, owner, row.kind)
        row.ended_at, row.version, row.place = None, row.version + 1, _last_place(session, owner, row.kind) + 1
        _write(session, actor, edit, owner, Difference(_PART, str(number), is_new=True))


def move_question(session: Session, actor: Actor, campaign: str, number: int, edit: Edit, *, is_up: bool) -> None:
    """Change places with the question before, or behind.

    Raises:
        ForbiddenError, NotFoundError: as `save_question`.
    """
    owner = _lock(session, actor, campaign)
    row = _get(session, actor, owner, number)
    query = select(Question).where(Question.campaign_id == owner.id, Question.kind == row.kind)
    rows = session.scalars(scoped(query.where(Question.ended_at.is_(None)), actor)).all()
    ordered = sorted(rows, key=lambda one: (one.place, one.number))
    if row not in ordered:
        return
    at = ordered.index(row)
    to = at - 1 if is_up else at + 1
    if not 0 <= to < len(ordered):
        return
    before = [one.number for one in ordered]
    ordered[at], ordered[to] = ordered[to], ordered[at]
    for place, one in enumerate(ordered, 1):
        one.place = place
    values = {"order": (before, [one.number for one in ordered])}
    _write(session, actor, edit, owner, Difference(_PART, values=values))


def _lock(session: Session, actor: Actor, slug: str) -> Campaign:
    actor.require(Power.PUBLISH)
    campaign = get_own_campaign_by_slug(session, actor, slug)
    lock(session, campaign)
    return campaign


def _get(session: Session, actor: Actor, campaign: Campaign, number: int) -> Question:
    query = select(Question).where(Question.campaign_id == campaign.id, Question.number == number)
    row = session.scalars(scoped(query, actor)).one_or_none()
    if row is None:
        raise NotFoundError("there is no such question")
    return row


def _add(session: Session, campaign: Campaign, command: SaveQuestion) -> tuple[Question, Difference]:
    _check_room(session, campaign, command.kind)
    last = select(func.max(Question.number)).where(Question.campaign_id == campaign.id)
    row = Question(
        campaign_id=campaign.id,
        kind=command.kind,
        number=(session.scalar(last) or 0) + 1,  # narrowed: the campaign is theirs, and locked
        sort=command.sort,
        label=dict(command.label),
        purpose=dict(command.purpose),
        options=_options_of((), command.options),
        is_required=command.is_required,
        place=_last_place(session, campaign, command.kind) + 1,
    )
    session.add(row)
    session.flush()
    columns = take_columns(row, UNSAID | {"campaign_id", "number", "place", "version", "ended_at"})
    return row, Difference(_PART, str(row.number), is_new=True, values=added(columns))


def _change(
    session: Session, actor: Actor, row: Question, campaign: Campaign, command: SaveQuestion
) -> Difference | None:
    if row.version != command.version:
        raise RefusedError(Problem(("form",), "changed_meanwhile"))
    # What stands in a language that the campaign has no more, no form shows.
    label, purpose = (
        {language: words for language, words in stored.items() if language not in campaign.languages} | given
        for stored, given in ((row.label, dict(command.label)), (row.purpose, dict(command.purpose)))
    )
    count = count_answers(session, actor, row.campaign_id, [row.number])[row.number]
    if count:
        _check_meaning(row, command.sort, label, count)
    values = bring(
        row,
        {
            "sort": command.sort,
            "label": label,
            "purpose": purpose,
            "options": _options_of(row.options, command.options),
            "is_required": command.is_required,
        },
    )
    if not values:
        return None
    row.version += 1
    return Difference(_PART, str(row.number), values=values)


def _check_meaning(row: Question, sort: str, label: Mapping[str, str], count: int) -> None:
    """Refuse what would let answers that were given mean something else; words in one more language do not."""
    if row.sort != sort:
        raise RefusedError(Problem(("sort",), "answered", {"count": count}))
    for language, words in row.label.items():
        if label.get(language, "") != words:
            raise RefusedError(Problem(("label", language), "answered", {"count": count}))


def _options_of(stored: Sequence[Mapping[str, Any]], given: Sequence[OptionGiven]) -> list[dict[str, Any]]:
    """Return the choices to store: those given, in their order, then those that are offered no more."""
    by_key = {option["key"]: option for option in stored}
    last = max((int(key) for key in by_key), default=0)
    found: list[dict[str, Any]] = []
    for option in given:
        label = {language: words for language, words in option.label.items() if words}
        before = by_key.get(option.key)
        if before is not None and all(label.get(language) == words for language, words in before["label"].items()):
            del by_key[option.key]
            found.append({"key": option.key, "label": label})
        else:
            last += 1
            found.append({"key": str(last), "label": label})
    return found + [{**option, "is_over": True} for option in by_key.values()]


def _check_room(session: Session, campaign: Campaign, kind: str) -> None:
    asked = select(func.count()).where(
        Question.campaign_id == campaign.id, Question.kind == kind, Question.ended_at.is_(None)
    )
    if (session.scalar(asked) or 0) >= MOST_ASKED:  # narrowed: the campaign is theirs, and locked
        raise RefusedError(Problem(("form",), "too_many_questions", {"most": MOST_ASKED}))


def _last_place(session: Session, campaign: Campaign, kind: str) -> int:
    last = select(func.max(Question.place)).where(Question.campaign_id == campaign.id, Question.kind == kind)
    return session.scalar(last) or 0  # narrowed: the campaign is theirs, and locked


def _write(session: Session, actor: Actor, edit: Edit, campaign: Campaign, difference: Difference | None) -> None:
    if difference is not None:
        campaign.updated_at = edit.at  # what pages are kept by
        thing = Thing("campaign", campaign.public_id, campaign.organization_id)
        write_down(session, actor, edit, thing, [difference], row_id=campaign.id)
