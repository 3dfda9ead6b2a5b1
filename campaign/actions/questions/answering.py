"""Answers to a campaign's own questions: read from a form, checked, kept as one text, and told again.

Kept is JSON, by number of the question: a text, a whole number, `yes` or `no`, the key of a choice, or several. It is
one text like any other that an action holds, so that whatever stores, merges, digests, carries on or empties those has
it.
"""

import json
import re
from collections.abc import Mapping, Sequence

from campaign.actions.questions.asked import PREFIX, AskedQuestion
from campaign.actions.questions.commands import MOST_OF_A_NUMBER, MOST_OF_AN_ANSWER
from campaign.campaigns.texts import pick
from campaign.kernel.plain import plain
from campaign.kernel.problems import Problems
from campaign.kernel.text import count_characters, has_hidden_controls, has_line_break, is_storable

Answer = str | int | list[str]

_DIGITS = re.compile(r"[0-9]{1,6}")
_YES_NO = ("yes", "no")
_CARRIED = "answers"
"""The field by which a page sends on what was answered before, all at once."""
_MOST_KEPT = 8_000  # characters: more than ten answers of any sort come to


def read_answers(lists: Mapping[str, Sequence[str]], questions: Sequence[AskedQuestion], problems: Problems) -> str:
    """Return what was answered, as it is kept; empty where nothing was. What is wrong is said in `problems`.

    Args:
        lists: all that was given under each name; `question-3` for the question of that number.
        questions: what is asked; what else was answered is not looked at.
        problems: to add to.
    """
    if _CARRIED in lists and not any(question.name in lists for question in questions):
        lists = _unfolded(lists[_CARRIED][0])
    found: dict[str, Answer] = {}
    for question in questions:
        given = [value for value in lists.get(question.name, ()) if value.strip()]
        if given:
            answer = _read(question, given, problems)
            if answer is not None:
                found[str(question.number)] = answer
        elif question.is_required:
            problems.say(question.name, "unanswered")
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) if found else ""


def _read(question: AskedQuestion, given: Sequence[str], problems: Problems) -> Answer | None:
    first = given[0].strip()
    if question.sort == "text":
        if count_characters(first) > MOST_OF_AN_ANSWER:
            problems.say(question.name, "too_long", most=MOST_OF_AN_ANSWER)
        elif has_hidden_controls(first) or has_line_break(first) or not is_storable(first):
            problems.say(question.name, "holds_unseen")
        else:
            return first
        return None
    if question.sort == "number":
        digits = plain(first).strip()
        if _DIGITS.fullmatch(digits):
            return int(digits)
        problems.say(question.name, "not_whole", most=MOST_OF_A_NUMBER)
        return None
    offered = _YES_NO if question.sort == "yes_no" else tuple(option.key for option in question.offered)
    if not set(given) <= set(offered):
        problems.say(question.name, "not_offered")
        return None
    return [key for key in offered if key in given] if question.sort == "several" else first


def _unfolded(text: str) -> dict[str, list[str]]:
    return {
        f"{PREFIX}{number}": [str(one) for one in answer] if isinstance(answer, list) else [str(answer)]
        for number, answer in kept_answers(text).items()
    }


def kept_answers(text: str | None) -> dict[str, Answer]:
    """Return what is kept of answers, by number of the question; nothing of what is none of ours."""
    try:
        found = json.loads(text) if text and len(text) <= _MOST_KEPT else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def say_answer(
    question: AskedQuestion, answer: Answer, language: str, languages: Sequence[str], yes_no: tuple[str, str] = _YES_NO
) -> str:
    """Return an answer in words: those of its choices as they are called in `language`. `yes_no`: what these are."""
    if question.sort == "yes_no":
        return yes_no[answer != "yes"]
    if question.sort not in ("one", "several"):
        return str(answer)
    words = {option.key: pick(option.label, language, languages).value for option in question.options}
    chosen = answer if isinstance(answer, list) else [str(answer)]
    return "; ".join(words.get(key, key) for key in chosen)
