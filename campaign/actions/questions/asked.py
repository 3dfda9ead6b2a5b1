"""The questions of a campaign as its forms ask them, read once for many who answer."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.actions.questions.commands import Sort
from campaign.actions.questions.models import Question
from campaign.campaigns.texts import Text, pick

PREFIX = "question-"
"""How the names of their boxes begin; the question's number follows."""


@dataclass(frozen=True, slots=True)
class AskedOption:
    """What may be chosen; one that `is_over` may not any more, and is still what was chosen before."""

    key: str
    label: Mapping[str, str]
    is_over: bool


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question, with its words by language."""

    number: int
    kind: str
    sort: Sort
    label: Mapping[str, str]
    purpose: Mapping[str, str]
    options: tuple[AskedOption, ...]
    is_required: bool
    is_over: bool

    @property
    def name(self) -> str:
        """The name of its box."""
        return f"{PREFIX}{self.number}"

    @property
    def offered(self) -> tuple[AskedOption, ...]:
        """What may be chosen now."""
        return tuple(option for option in self.options if not option.is_over)

    def shown(self, language: str, languages: Sequence[str]) -> "ShownQuestion":
        """Return it for a page in `language`, of a campaign that has `languages`."""
        options = tuple((option.key, pick(option.label, language, languages)) for option in self.offered)
        label, purpose = pick(self.label, language, languages), pick(self.purpose, language, languages)
        return ShownQuestion(self.name, self.sort, label, purpose, options, self.is_required)


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question as one page asks it. `options`: keys with their words."""

    name: str
    sort: Sort
    label: Text
    purpose: Text
    options: tuple[tuple[str, Text], ...]
    is_required: bool


def list_asked(session: Session, campaign_id: int) -> dict[str, tuple[AskedQuestion, ...]]:
    """Return what a campaign asks now, by kind of action, in the order of its forms; who asks nothing is absent."""
    query = select(Question).where(Question.campaign_id == campaign_id, Question.ended_at.is_(None))
    found: dict[str, list[AskedQuestion]] = defaultdict(list)
    for row in session.scalars(query.order_by(Question.place, Question.number)):
        found[row.kind].append(asked_of(row))
    return {kind: tuple(questions) for kind, questions in found.items()}


def list_ever_asked(session: Session, campaign_ids: Collection[int]) -> dict[int, list[AskedQuestion]]:
    """Return what campaigns ask or ever asked, by their ids, in the order of their forms."""
    query = select(Question).where(Question.campaign_id.in_(campaign_ids)).order_by(Question.place, Question.number)
    found: dict[int, list[AskedQuestion]] = defaultdict(list)
    for row in session.scalars(query):
        found[row.campaign_id].append(asked_of(row))
    return found


def asked_of(row: Question) -> AskedQuestion:
    """Return a stored question as forms know it."""
    options = tuple(AskedOption(one["key"], one["label"], bool(one.get("is_over"))) for one in row.options)
    return AskedQuestion(
        row.number,
        row.kind,
        row.sort,  # type: ignore[arg-type]  # a constraint of the table
        row.label,
        row.purpose,
        options,
        row.is_required,
        row.ended_at is not None,
    )
