"""The form of a new campaign: what was typed, what a start puts into its empty boxes, which company was meant.

A text's box is called by its name and language, `title.en`, as where texts are edited.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from campaign.kernel.formdata import FormData
from campaign.kernel.languages import KNOWN, ORGANIZERS
from campaign.kernel.problems import Problem
from campaign.kernel.text import sort_key
from campaign.organize.creating.given import ASKED, NewCampaign
from campaign.organize.creating.starts import Start
from campaign.organize.texts.sheets import settle

GOAL = "1000"
"""The number of signatures that stands in the form at first."""

MOST_COMPANIES = 20


@dataclass(frozen=True)
class Typed:
    """What stands in the boxes. `company`: a name that is not among `companies` (slugs) yet.

    `start`: what is chosen to begin from; `filled`: what the boxes were filled from; `seen`: slugs of similar campaigns
    that were shown.
    """

    languages: Sequence[str]
    texts: Mapping[str, str]
    start: str = ""
    filled: str = ""
    slug: str = ""
    goal: str = GOAL
    company: str = ""
    companies: Sequence[str] = ()
    is_high_safety: bool = False
    proposes: bool = False
    country: str = "US"
    timezone: str = "America/New_York"
    seen: Sequence[str] = ()

    def new(self, organization: str) -> NewCampaign:
        """Return it as the rules take it."""
        texts = {name: {tag: self.texts.get(f"{name}.{tag}", "") for tag in self.languages} for name in ASKED}
        return NewCampaign(
            organization, self.languages, texts, self.slug, self.companies, self.goal, self.is_high_safety
        )


def blank_form(language: str) -> Typed:
    """Return the form as it begins for who reads `language`: that one first, and the other that organizers read."""
    return Typed((language, *(tag for tag in ORGANIZERS if tag != language)), {})


def read_typed(form: FormData, language: str) -> Typed:
    """Return what was typed; of fields that no form of ours has, nothing."""
    values, lists = form.values, form.lists
    tags = [tag for tag in lists.get("languages", ()) if tag in KNOWN] or list(blank_form(language).languages)
    first = values.get("first", "")
    languages = tuple(dict.fromkeys([first, *tags] if first in tags else tags))
    keys = [f"{name}.{tag}" for name in ASKED for tag in languages]
    return Typed(
        languages=languages,
        texts={key: settle(values.get(key, "")) for key in keys},
        start=values.get("start", ""),
        filled=values.get("filled", ""),
        slug=values.get("slug", "").strip(),
        goal=values.get("goal", "").strip(),
        company=values.get("company", "").strip(),
        companies=tuple(dict.fromkeys(lists.get("companies", ())))[:MOST_COMPANIES],
        is_high_safety=values.get("safety") == "high",
        proposes=values.get("proposes") == "yes",
        country=values.get("country", "US"),
        timezone=values.get("timezone", "").strip() or "America/New_York",
        seen=tuple(word for word in values.get("seen", "").split(",") if word),
    )


def fill(typed: Typed, before: Start, start: Start) -> Typed:
    """Return the form with a start's texts in the boxes that are empty, or that hold those of `before`."""
    tags = [tag for tag in start.languages if tag in KNOWN]
    languages = tuple(dict.fromkeys((*typed.languages, *tags)))
    if tags and typed.languages[0] not in tags:
        languages = tuple(dict.fromkeys((tags[0], *languages)))
    texts = {key: text for key, text in typed.texts.items() if text and text != _text(before, key)}
    for key in (f"{name}.{tag}" for name in ASKED for tag in languages):
        texts.setdefault(key, _text(start, key))
    had = str(before.given.get("goal", GOAL))
    goal = str(start.given.get("goal", GOAL)) if typed.goal in ("", had) else typed.goal
    is_high_safety = typed.is_high_safety or start.is_high_safety
    return replace(
        typed, languages=languages, texts=texts, goal=goal, filled=typed.start, is_high_safety=is_high_safety
    )


def _text(start: Start, key: str) -> str:
    name, _, tag = key.partition(".")
    return settle(str(start.given.get(name, {}).get(tag, "")))


@dataclass(frozen=True)
class Meant:
    """Which company a name means. `slug` is None where none is, or several are: `others` then, by name."""

    slug: str | None
    others: Sequence[str] = ()


def find_meant(name: str, known: Iterable[tuple[str, str]]) -> Meant:
    """Return the company (of pairs of slug and name) that is called so, or the only one whose name has it within it."""
    key = sort_key(name)
    known = list(known)
    for slug, called in known:
        if key in (slug, sort_key(called)):
            return Meant(slug)
    within = [(slug, called) for slug, called in known if key and key in sort_key(called)]
    return Meant(within[0][0]) if len(within) == 1 else Meant(None, [called for _, called in within])


def box_of(problem: Problem, own: str) -> str:
    """Return the name of the box that a problem is about; empty where it is about none of this form."""
    words = [str(step) for step in problem.field]
    if words[:1] == ["companies"]:
        return "company"
    if words[:1] == ["safety"]:
        return "safety"
    if words[:1] and words[0] in ASKED:
        tag = str(problem.parameters.get("language", own)) if problem.code == "missing_in" else ""
        return f"{words[0]}.{words[1] if len(words) > 1 else tag or own}"
    return words[0] if words in (["slug"], ["goal"]) else ""
