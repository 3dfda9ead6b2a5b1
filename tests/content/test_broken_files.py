"""Whatever is wrong with a file is told in one line each, with its line, and nothing of it is loaded."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import NOW, SAMPLE, load_text
from sqlalchemy import func, select

from campaign.campaigns.models import Campaign, Organization
from campaign.content.errors import ContentError
from campaign.content.reading import read_content
from campaign.features import SECTIONS


def problems(text: str | bytes) -> list[tuple[int, str]]:
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(ContentError) as caught:
        read_content(raw, NOW, SECTIONS)
    return [(problem.line, problem.text) for problem in caught.value.problems]


def line_of(words: str) -> int:
    return SAMPLE[: SAMPLE.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("slug: ciw", "slug: Ciw Org", "organization Ciw Org: slug 'Ciw Org' must be lower-case letters"),
        ("place: Immokalee", "plaice: Immokalee", "organization ciw: unknown key 'plaice'"),
        ("https://ciw.example", "ftp://ciw.example", "organization ciw: donate_url must be an address"),
        ("since: 2011", "since: long ago", "agreement fair-food-program: since must be a whole number"),
        ("timezone: America/New_York}", "timezone: Mars/Olympus}", "company kroger: timezone must be a time zone"),
        (
            "country: US, timezone: America/New_York, l",
            "country: usa, timezone: America/New_York, l",
            "company publix: country",
        ),
        ("slug: publix", "slug: kroger", "company kroger: stands twice in this file (first in line 6)"),
        ("goal: 50000", "goal: many", "campaign fair-food: goal must be a whole number of 1 or more"),
        ("goal: 50000", "goal: 99999999999", "campaign fair-food: goal must be a whole number"),
        ("    goal: 50000\n", "    # none\n", "campaign fair-food: goal is missing"),
        ("status: open", "status: opne", "campaign fair-food: status must be one of draft, open, paused, won, closed"),
        ("as_of: 2023-12-31", "as_of: 31.12.2023", "campaign fair-food: company: as_of must be a date written as"),
        ("as_of: 2023-12-31", "as_of: 2023-02-31", "campaign fair-food: company: as_of: there is no day 2023-02-31"),
        ("as_of: 2023-12-31", "as_of: 2033-12-31", "campaign fair-food: company: as_of 2033-12-31 is still to come"),
        ("as_of: 2023-12-31, ", "", "campaign fair-food: company: as_of is missing"),
        ("stance: holdout", "stance: refuses", "campaign fair-food: company: stance must be one of holdout"),
        ("demand: {en: Sign., es: Firmen.}", "demand: {en: Sign.}", "campaign fair-food: demand is missing in 'es'"),
        ("story: {en: Water", "story: {es: Water", "campaign fair-food: story is missing in 'en'"),
        (
            "story: {en: Water",
            "story: {ht: x, en: Water",
            "campaign fair-food: story is in 'ht', but the campaign's title",
        ),
        ("title: {en: Join, es: Únanse}", "title: Join", "campaign fair-food: title must be a mapping"),
        ("story: {en: Water and shade.}", 'story: {en: "a\\0b"}', "campaign fair-food: story (en) holds characters"),
        (
            "story: {en: Water and shade.}",
            'story: {en: "a\\u202eb"}',
            "campaign fair-food: story (en) holds characters",
        ),
        ("subjects: {en: [One, Two]", "subjects: {en: One", "campaign fair-food: subjects (en) must be a list"),
        ("es: Firmen.", "pt-BR: Assinem.", "campaign fair-food: demand: 'pt-BR' is not one of the languages en, es, "),
        ("es: Únanse", "xx: Join", "campaign fair-food: title: 'xx' is not one of the languages en, es, "),
        ("place: Imm", "contact_url: ask us, place: Imm", "organization ciw: contact_url must be an e-mail address"),
        ("place: Imm", 'contact_url: "http://ciw.example", place: Imm', "organization ciw: contact_url must be"),
        ("days_ago: 20", "days_ago: soon", "campaign fair-food: update: days_ago must be a whole number"),
        ("    art: tomato", "    goal: 4", "campaign fair-food: 'goal' stands twice"),
        ("    art: tomato", "    safety: high", "campaign fair-food: a campaign of high safety has no letter"),
        ("campaigns:\n", "campains:\n", "unknown key 'campains'"),
    ],
)
def test_says_what_is_wrong_at_its_line(before, after, said):
    found = problems(SAMPLE.replace(before, after, 1))
    assert any(text.startswith(said) for _, text in found), found


def test_names_the_line():
    assert problems(SAMPLE.replace("goal: 50000", "goal: many"))[0][0] == line_of("goal: 50000")
    assert problems(SAMPLE.replace("place: Imm", "plaice: Imm"))[0][0] == 2


def test_tells_all_that_is_wrong_at_once_in_the_order_of_the_file():
    broken = (
        SAMPLE.replace("since: 2011", "since: x")
        .replace("goal: 50000", "goal: x")
        .replace("country: US", "country: us")
    )
    found = problems(broken)
    assert len(found) == 4
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"", 1),
        (b"campaigns:\n  - {slug: a\n  - b\n", 3),
        (b"campaigns:\n\t- a\n", 2),
        (b"a: b\nc: \xff\n", 2),
        (b"a: b\nc: \x07\n", 2),
        (b"- a\n", 1),
        (b"a: *nobody\n", 1),
        (b"a: 1\n---\nb: 2\n", 2),
        (b'a: "\\U99999999"\n', 1),
        (b"a: " + b"[" * 2000, 1),
    ],
)
def test_broken_yaml_is_one_line_with_its_number(raw, line):
    found = problems(raw)
    assert [number for number, _ in found] == [line]
    assert "\n" not in found[0][1]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("organization: ciw", "organization: cwi", "there is no organization 'cwi'"),
        ("agreement: fair-food-program", "agreement: fair-fod", "there is no agreement 'fair-fod'"),
        ("company: publix", "company: pubix", "there is no company 'pubix'"),
    ],
)
def test_an_unknown_name_is_told_with_its_line_and_nothing_is_loaded(session, before, after, said):
    with pytest.raises(ContentError) as caught:
        load_text(session, SAMPLE.replace(before, after))
    assert [problem.line for problem in caught.value.problems] == [line_of(before)]
    assert said in caught.value.problems[0].text
    assert session.scalar(select(func.count()).select_from(Organization)) == 0


def test_values_are_read_as_written():
    norway = SAMPLE.replace("country: US", "country: NO").replace("name: Kroger", "name: 1984")
    company = read_content(norway.encode(), NOW, SECTIONS).companies[0].command
    assert (company.values["country"], company.values["name"]) == ("NO", "1984")


SPOTS = ["Coalition of Immokalee Workers", "fair-food-program", "Kroger", "US", "2011", "2023-12-31", "50000", "Join",
         "Sign.", "Water and shade.", "[One, Two]", "20", "open", "Chief.Executive", "America/New_York"]  # fmt: skip


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    spot=st.sampled_from(SPOTS),
    value=st.text(max_size=40) | st.sampled_from(["~", "[]", "{}", "*a", "&a [*a]", "!!x y"]),
)
def test_a_hostile_value_is_loaded_or_refused_in_words(session, spot, value):
    refused = None
    try:
        with session.begin_nested():
            load_text(session, SAMPLE.replace(spot, value, 1).encode(errors="surrogatepass").decode(errors="replace"))
    except ContentError as error:
        refused = error.problems
    if refused is None:
        assert session.scalar(select(func.count()).select_from(Campaign)) == 1
    else:
        assert refused
        assert all("\n" not in problem.text and problem.line >= 1 for problem in refused)
    session.rollback()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_refused_in_words(raw):
    with contextlib.suppress(ContentError):
        read_content(raw, NOW, SECTIONS)
