"""What follows signing in a content file: stored, told once, taken away; what is wrong is told at its line."""

import pytest
from samples import NOW, SAMPLE, load_text

from campaign.campaigns.queries import get_campaign
from campaign.content.errors import ContentError
from campaign.content.reading import read_content
from campaign.features import SECTIONS

AFTER = """\
    after:
      steps: [rsvp, letter, share]
      words:
        letter: {heading: {es: Escríbales}, button: {en: Write}}
      mails:
        thanks: {paragraph: {en: From all of us.}}
"""
STORED = {
    "steps": ["rsvp", "letter", "share"],
    "words": {"letter": {"heading": {"es": "Escríbales"}, "button": {"en": "Write"}}},
    "mails": {"thanks": {"paragraph": {"en": "From all of us."}}},
}
LETTER = "    letter:\n"


def with_after(after):
    return SAMPLE.replace(LETTER, after + LETTER)


def test_it_is_stored_told_and_the_second_time_nothing(session):
    load_text(session)
    assert get_campaign(session, "fair-food").after_signing == {}
    lines = load_text(session, with_after(AFTER))
    assert get_campaign(session, "fair-food").after_signing == STORED
    assert "campaign fair-food, after signing: words.letter.heading (es) changed" in lines
    assert load_text(session, with_after(AFTER)) == []
    assert load_text(session) == [], "what a file is silent about stays"
    assert get_campaign(session, "fair-food").after_signing == STORED
    assert load_text(session, with_after("    after: null\n"))
    assert get_campaign(session, "fair-food").after_signing == {}


def test_the_order_that_is_so_everywhere_is_none_of_its_own(session):
    load_text(session, with_after("    after: {steps: [letter, rsvp, share, subscription, give]}\n"))
    assert get_campaign(session, "fair-food").after_signing == {}
    load_text(session, with_after("    after: {steps: []}\n"))
    assert get_campaign(session, "fair-food").after_signing == {"steps": []}


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("{steps: [letter, dance]}", "steps must be one of letter, rsvp, share, subscription, give"),
        ("{steps: [letter, letter]}", "the step 'letter' stands twice"),
        ("{steps: letter}", "steps must be a list"),
        ("{words: {dance: {heading: {en: x}}}}", "unknown key 'dance'"),
        ("{words: {letter: {headline: {en: x}}}}", "unknown key 'headline'"),
        ("{words: {letter: {heading: x}}}", "heading must be a mapping"),
        ("{words: {letter: {heading: {ht: x}}}}", "heading is in 'ht', but the campaign's title is not"),
        ("{words: {share: {button: {en: x}}}}", "the button of this step has the same words everywhere"),
        ("{words: [x]}", "words must be a mapping"),
        ("{mails: {thanks: {subject: {en: ''}}}}", "subject (en) is empty"),
        ("{mails: {subscription: {subject: {en: x}}}}", "unknown key 'subscription'"),
        ("{mails: {thanks: {paragraph: {en: 'See www.evil.example'}}}}", "must not hold a web address"),
        ("{mails: {thanks: {paragraph: {en: 'a [[share]] b'}}}}", "must not hold [[ or ]]"),
        ("nothing", "after must be a mapping"),
        ("{also: x}", "unknown key 'also'"),
    ],
)
def test_what_is_wrong_is_told(after, said):
    with pytest.raises(ContentError) as caught:
        read_content(with_after(f"    after: {after}\n").encode(), NOW, SECTIONS)
    assert any(said in problem.text for problem in caught.value.problems), caught.value.problems
    line = with_after("    after: x\n").splitlines().index("    after: x") + 1
    assert {problem.line for problem in caught.value.problems} == {line}


def test_high_safety_has_no_subject_of_its_own():
    high = with_after("    after: {mails: {pledge: {subject: {en: x}, paragraph: {en: y}}}}\n    safety: high\n")
    with pytest.raises(ContentError) as caught:
        read_content(high.partition(LETTER)[0].encode(), NOW, SECTIONS)
    assert "a campaign of high safety has no subjects of its own" in str(caught.value)
