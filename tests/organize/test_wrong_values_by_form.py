"""The same rules by file and by form: each wrong value is tried through both doors, with one verdict, told in its place."""

import re
from copy import deepcopy

import pytest
import yaml

from campaign.content.errors import ContentError
from campaign.content.reading import read_content
from campaign.content.words import _SENTENCES
from campaign.features import KINDS, SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.organize.texts.given import given_of
from campaign.organize.texts.saving import Which, read_texts
from tests.organize.test_text_pages import ana, begin, change, send, stored

__all__ = ["ana", "stored"]

AFTER = "/organize/ciw/campaigns/fair-food/after"
HIDDEN = "fair\u202efood"
BELL = "fair\x07food"
LEFT_OUT = None

WRONG = [
    *((f"{box}.{tag}", "x" * (most + 1), "too_long")
      for box, most in (("title", 200), ("demand", 1000), ("standfirst", 160), ("story", 20_000), ("letter.body", 10_000),
                        ("letter.subjects", 200), ("letter.talking_points", 200))
      for tag in ("en", "es")),
    *((f"{box}.{tag}", HIDDEN, "holds_unseen")
      for box in ("title", "demand", "standfirst", "story", "letter.body", "letter.subjects", "letter.talking_points")
      for tag in ("en", "es")),
    *((f"{box}.en", BELL, "holds_unseen") for box in ("title", "demand", "story", "letter.body")),
    *((f"{box}.{tag}", "One\nTwo", "line_break") for box in ("title", "demand", "standfirst") for tag in ("en", "es")),
    *((f"{box}.{tag}", "", "empty") for box in ("title", "demand") for tag in ("en", "es")),
    *((f"{box}.en", LEFT_OUT, "missing_in")
      for box in ("standfirst", "story", "letter.body", "letter.subjects", "letter.talking_points")),
    *((f"letter.{box}.{tag}", "Dear {first name}", "unfilled") for box in ("body", "subjects") for tag in ("en", "es")),
    *((f"after.words.letter.{box}.{tag}", "x" * (most + 1), "too_long")
      for box, most in (("heading", 60), ("sentence", 240), ("button", 40)) for tag in ("en", "es")),
    *((f"after.words.share.{box}.es", "One\nTwo", "line_break") for box in ("heading", "sentence")),
    *((f"after.words.{step}.heading.en", HIDDEN, "holds_unseen") for step in ("rsvp", "give")),
    *((f"after.mails.{mail}.{box}.en", "x" * (most + 1), "too_long")
      for mail in ("pledge", "remind", "thanks") for box, most in (("subject", 60), ("paragraph", 600))),
    *((f"after.mails.{mail}.paragraph.es", "Vea evil.com", "leads_away") for mail in ("pledge", "letter", "thanks")),
    *((f"after.mails.{mail}.subject.en", "Press [[link]]", "holds_marks") for mail in ("rsvp", "remind")),
    *(("goal", value, "whole")
      for value in ("", "0", "-1", "1.5", "many", "1,000", "0x10", "1e3", "٣", "9" * 12, "5 000", "+5")),
]  # fmt: skip
"""Box, what is typed or written, and the rules' code for it. `LEFT_OUT`: an empty box, a key that a file lacks."""

RIGHT = [
    ("title.es", "Comida justa"),
    ("standfirst.en", "x" * 160),
    ("story.en", "\u200f" + "x" * 19_000),
    ("letter.body.en", "Dear {executive} {and so on is literal\n\n{personal}"),
    ("letter.subjects.en", "One\nTwo"),
    ("goal", "1_000"),
    ("after.words.letter.heading.es", "¡Escríbales! " + "x" * 47),
    ("after.mails.thanks.paragraph.en", "Prof. Garcia says: thank you. Really."),
]


def test_there_are_sixty_of_them():
    assert len(WRONG) >= 60


@pytest.fixture
def whole(sessions):
    """What a file would say of the stored campaign; each language of each text is there."""
    with sessions() as session:
        texts = read_texts(session, OPERATOR, Which("fair-food", KINDS))
        return given_of(texts.campaign, texts.sheet, texts.groups)


def _written(whole, key, value):
    """The file with one value changed."""
    given = deepcopy(whole)
    *way, last = key.split(".")
    holder = given
    for step in way:
        holder[step] = holder.get(step) or {}
        holder = holder[step]
    is_list = way and way[-1] in ("subjects", "talking_points")
    if value is LEFT_OUT:
        holder.pop(last, None)
    else:
        holder[last] = value.split("\n") if is_list else value
    return yaml.dump({"campaigns": [given]}, allow_unicode=False, sort_keys=False).encode()


def _by_file(raw):
    try:
        read_content(raw, now(), SECTIONS)
    except ContentError as error:
        return [problem.text for problem in error.problems]
    return []


def _by_form(ana, fields, key, value):
    if key.startswith("after."):
        return send(ana, [("languages", "en"), ("languages", "es"), ("base", "0"), (key, value)], AFTER)
    return send(ana, change(fields, **{key.replace(".", "__"): value}))


def _said(code):
    return max(re.split(r"\{\{|\}\}|\{[^}]*\}", _SENTENCES[code]), key=len)


def test_both_doors_refuse_each_and_say_it_in_its_place(ana, whole, stored):
    before, fields, wrong = stored("title", "demand", "standfirst", "story", "goal"), begin(ana), {}
    for key, value, code in WRONG:
        by_file = _by_file(_written(whole, key, value))
        page = _by_form(ana, fields, key, value or "")
        html = page.get_data(as_text=True)
        name = f"{key} {(value or '')[:12]!r} {code}"
        if not any(_said(code) in line for line in by_file):
            wrong[name] = f"file: {by_file}"
        elif page.status_code != 422 or f'id="field-{key}-error"' not in html:
            wrong[name] = f"form: {page.status_code}, {re.findall('id=.field-([^ ]+)-error', html)}"
        elif f'<a href="#field-{key}">' not in html:
            wrong[name] = "not in the summary"
    assert wrong == {}
    assert stored("title", "demand", "standfirst", "story", "goal") == before


@pytest.mark.parametrize(("key", "value"), RIGHT)
def test_both_doors_take_what_is_right(ana, whole, key, value):
    assert _by_file(_written(whole, key, value)) == []
    assert _by_form(ana, begin(ana), key, value).status_code == 303
