"""Rules take plain values from any door: as words or as numbers, and tell what is wrong by path, code and parameters."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.campaigns.rules import Organization, check_agreement, check_organization
from campaign.content.entries import check_campaign
from campaign.content.nodes import read_yaml
from campaign.content.sections import parts_of
from campaign.content.words import tell
from campaign.events.rules import check_event
from campaign.features import SECTIONS
from campaign.kernel.problems import Problem
from campaign.targets.rules import check_company

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)

CAMPAIGN = {
    "slug": "fair-food",
    "organization": "ciw",
    "goal": 50_000,
    "title": {"en": "Join", "es": "Únanse"},
    "demand": {"en": "Sign.", "es": "Firmen."},
}
LEG = {"day": 1, "title": {"en": "To the sea"}, "starts": "08:00", "ends": "16:00"}
MARCH = {
    "slug": "long-march",
    "campaign": "fair-food",
    "kind": "march",
    "timezone": "America/New_York",
    "title": {"en": "To the sea"},
    "summary": {"en": "Walk with us."},
    "starts": "2027-03-13",
    "legs": [LEG],
}
COMPANY = {"slug": "kroger", "name": "Kroger", "country": "US", "timezone": "America/New_York"}


def told(problems):
    return [(problem.field, problem.code) for problem in problems]


def test_numbers_and_booleans_are_what_words_of_a_file_are():
    words = {"miles": "10", "meal": "true", "capacity": "20", "from": ["26.82", "-80.66"], "step_free": "false"}
    typed = {"miles": 10, "meal": True, "capacity": 20, "from": [26.82, -80.66], "step_free": False}
    assert check_event({**MARCH, "legs": [LEG | words]}, NOW) == check_event({**MARCH, "legs": [LEG | typed]}, NOW)
    assert check_campaign({**CAMPAIGN, "goal": "50000"}, NOW) == check_campaign(CAMPAIGN, NOW)


@pytest.mark.parametrize("goal", [True, 5.0, " 5", "5.0", "+5", -5, 0, 2**31, "many", [5], {}])
def test_what_is_nearly_a_number_is_none(goal):
    found, problems = check_campaign({**CAMPAIGN, "goal": goal}, NOW)
    assert found is None
    assert problems == [Problem(("goal",), "whole", {"least": 1, "most": None})]


def test_what_is_left_out_stays_and_null_empties():
    silent, _ = check_campaign(CAMPAIGN, NOW)
    null = dict.fromkeys(("story", "art", "agreement", "letter"))
    emptied, _ = check_campaign({**CAMPAIGN, **null}, NOW, parts_of(SECTIONS))
    assert set(silent.save.values) == {"languages", "title", "demand", "goal"}
    assert (silent.save.says_agreement, emptied.save.says_agreement) == (False, True)
    assert {key: emptied.save.values[key] for key in set(emptied.save.values) - set(silent.save.values)} == {
        "story": {},
        "art": "",
    }
    assert (silent.parts, emptied.parts) == ({}, {"letter": None})


def test_a_problem_is_told_by_its_place_however_deep():
    _, problems = check_campaign(
        {
            **CAMPAIGN,
            "companies": [{"company": "kroger"}, {"company": "publix", "stance": "refuses", "as_of": "2026-11-21"}],
            "letter": {"subjects": {"en": ["One", ""]}, "body": {"en": "x", "fr": "y"}},
            "updates": [{"title": {"en": "x"}}],
        },
        NOW,
        parts_of(SECTIONS),
    )
    assert sorted(told(problems), key=str) == [
        (("companies", 1, "as_of"), "to_come"),
        (("companies", 1, "stance"), "not_a_choice"),
        (("letter", "body", "fr"), "other_language"),
        (("letter", "subjects", "en", 1), "empty"),
        (("updates", 0, "body"), "missing"),
        (("updates", 0, "days_ago"), "missing"),
    ]


def test_what_is_wrong_together_is_told_with_what_is_wrong_alone():
    leg = {**LEG, "capacity": "many", "meal_about": {"en": "Soup"}, "lodging_place": {"es": "x"}, "ends": "07:00"}
    _, problems = check_event({**MARCH, "legs": [leg, LEG]}, NOW)
    assert (
        sorted(told(problems), key=str)
        == [
            (("legs", 0, "capacity"), "whole"),
            (("legs", 0, "ends"), "backwards"),
            (("legs", 0, "lodging_place"), "useless"),
            (("legs", 0, "lodging_place", "es"), "other_language"),
            (("legs", 0, "lodging_place"), "missing_in"),
            (("legs", 0, "meal_about"), "useless"),
            (("legs", 1, "day"), "day_twice"),
        ]
        or problems
    )


def test_an_agreement_and_an_organization_are_commands_of_columns():
    agreement, _ = check_agreement({"slug": "a", "name": "A", "signatories": 3, "as_of": "2025-01-02"}, NOW)
    assert agreement.values == {
        "name": "A",
        "signatories_count": 3,
        "signatories_as_of": date(2025, 1, 2),
    }
    given = {
        "slug": "a",
        "name": " A ",
        "contact_url": "Ask@A.example",
        "postal_address": " 1 Main St \n\n Immokalee, FL ",
    }
    organization, _ = check_organization(given, NOW)
    assert organization.values == {
        "name": "A",
        "contact_url": "mailto:Ask@a.example",
        "postal_address": "1 Main St\nImmokalee, FL",
    }


def test_rules_are_not_asked_without_what_they_need():
    with pytest.raises(TypeError, match="context"):
        Organization.model_validate({"slug": "a", "name": "A"})


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["en", "08:00", "10:00-12:00", "2026-03-01", "march", "high", "fair-food", "true", "US"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["en", "es", "day", "title", "starts", "company", "stance", "office"]), inner),
    max_leaves=6,
)  # fmt: skip


OPTIONAL = {
    "campaign": ("letter", "won", "updates", "companies", "safety", "art", "story", "agreement", "status"),
    "event": ("places", "asks", "leads", "starts_in_days", "bring", "status"),
    "leg": ("miles", "kilometres", "capacity", "meal", "meals", "meal_about", "lodging", "from", "step_free", "pace"),
    "company": ("executives", "sector", "letters_per_hour"),
}


def check_as(what, values):
    if what == "campaign":
        return check_campaign({**CAMPAIGN, **values}, NOW)
    if what == "company":
        return check_company({**COMPANY, **values}, NOW)
    return check_event({**MARCH, "legs": [{**LEG, **values}]} if what == "leg" else {**MARCH, **values}, NOW)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), value=VALUES, what=st.sampled_from(sorted(OPTIONAL)))
def test_any_value_is_taken_or_refused_by_a_code_that_has_a_sentence(data, value, what):
    needed = {"campaign": CAMPAIGN, "event": MARCH, "leg": LEG, "company": COMPANY}[what]
    key = data.draw(st.sampled_from([*needed, *OPTIONAL[what]]))
    command, problems = check_as(what, {key: value})
    assert (command is None) == bool(problems)
    file = read_yaml(b"a: 1")
    assert all(tell(file, problem).text for problem in problems)
