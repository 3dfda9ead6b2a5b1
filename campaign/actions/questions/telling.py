"""What somebody answered, for their own eyes: the words of questions and choices, in the language of the page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy.orm import Session

from campaign.actions.queries import OwnAction
from campaign.actions.questions.answering import Answer, kept_answers, say_answer
from campaign.actions.questions.asked import AskedQuestion, list_ever_asked
from campaign.campaigns.texts import Text, pick

_NONE_BEFORE: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class ToldAnswer:
    """A question and what was answered; empty where nothing was. `before`: what holds until then, where it differs."""

    question: Text
    answer: str
    before: str | None


def tell_answers(
    session: Session, actions: Collection[OwnAction], language: str, before: Mapping[int, str] = _NONE_BEFORE
) -> dict[int, list[ToldAnswer]]:
    """Return what was answered with each of these actions, by their ids; those without an answer are absent.

    `before`: what holds until they are confirmed, by id of the action that would change it.
    """
    answered = [action for action in actions if action.answers or action.id in before]
    if not answered:
        return {}
    questions = list_ever_asked(session, {action.campaign.id for action in answered})
    yes_no = (gettext("Yes"), gettext("No"))
    return {
        action.id: _tell(action, questions[action.campaign.id], language, before.get(action.id), yes_no)
        for action in answered
    }


def _tell(
    action: OwnAction,
    questions: Collection[AskedQuestion],
    language: str,
    before: str | None,
    yes_no: tuple[str, str],
) -> list[ToldAnswer]:
    languages = action.campaign.languages

    def say(question: AskedQuestion, answers: Mapping[str, Answer]) -> str:
        answer = answers.get(str(question.number))
        return "" if answer is None else say_answer(question, answer, language, languages, yes_no)

    now, then = kept_answers(action.answers), kept_answers(before)
    told = []
    for question in questions:
        if str(question.number) in {*now, *then}:
            said, had = say(question, now), say(question, then)
            is_changed = before is not None and said != had
            told.append(ToldAnswer(pick(question.label, language, languages), said, had if is_changed else None))
    return told
