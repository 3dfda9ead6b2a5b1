"""Loading a file brings the tables to it and says what changed; again, it changes nothing."""

import re
from datetime import date, timedelta

import pytest
from samples import NOW, SAMPLE, load_text
from sqlalchemy import select, text, update

from campaign.audit.models import AuditEntry
from campaign.campaigns.models import Campaign, CampaignUpdate
from campaign.campaigns.queries import (
    find_agreement,
    find_organization,
    get_campaign,
    get_tally,
    list_home,
    list_updates,
)
from campaign.content.errors import ContentError
from campaign.letters.queries import get_template, having_letters
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.targets.queries import (
    get_company,
    list_company_executives,
    list_executives,
    list_stances,
    stance_history,
)


def pace(session, mailbox):
    query = text("SELECT per_hour, timezone, is_always_open FROM pace_slots WHERE key = 'mailbox:' || :mailbox")
    return tuple(session.execute(query, {"mailbox": mailbox}).one())


def has_letter(session, campaign):
    return bool(having_letters(session, [campaign.id]))


def test_adds_all_the_file_says(session):
    lines = load_text(session)
    campaign = get_campaign(session, "fair-food")
    assert lines[0] == "organization ciw: added"
    assert "campaign fair-food: added, open" in lines
    assert campaign.languages == ["en", "es"]
    assert has_letter(session, campaign)
    assert campaign.opened_at == NOW or campaign.opened_at is not None
    assert get_tally(session, campaign.id).confirmed == 0
    assert [(s.company.slug, s.stance and s.stance.stance) for s in list_stances(session, campaign.id)] == [
        ("kroger", "holdout"),
        ("publix", None),
    ]
    assert [e.address for e in list_executives(session, campaign.id)] == [
        "chief.executive@kroger.example",
        "chief.executive@publix.example",
    ]
    assert list_updates(session, campaign.id)[0].published_at.date() == date(2026, 10, 31)
    assert [card.campaign.slug for card in list_home(session)] == ["fair-food"]


def test_a_changed_letter_is_told_and_stored(session):
    load_text(session)
    lines = load_text(session, SAMPLE.replace("es: [Uno]", "es: [Dos]"))
    assert lines == ["campaign fair-food, letter: subjects (es) changed"]
    template = get_template(session, get_campaign(session, "fair-food").id)
    assert template.subjects == {"en": ["One", "Two"], "es": ["Dos"]}
    assert template.talking_points == {"en": ["Name your store."]}


def changes_of_the_campaign(session):
    query = select(AuditEntry.changed).where(AuditEntry.thing == "campaign", AuditEntry.verb == "change")
    return session.scalars(query.order_by(AuditEntry.id)).all()


def test_the_log_says_that_a_letter_was_changed_or_taken_away_and_nothing_where_it_was_not(session):
    load_text(session)
    before = len(changes_of_the_campaign(session))
    load_text(session)
    assert len(changes_of_the_campaign(session)) == before
    load_text(session, SAMPLE.replace("es: [Uno]", "es: [Dos]"))
    gone = f"{SAMPLE.split('    letter:', maxsplit=1)[0]}    letter: null\n"
    load_text(session, gone)
    load_text(session, gone)
    assert changes_of_the_campaign(session)[before:] == [["letter"], ["letter"]]


def test_again_changes_nothing_and_says_so(session):
    load_text(session)
    assert load_text(session) == []
    assert len(session.scalars(select(CampaignUpdate)).all()) == 1


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("goal: 50000", "goal: 60000", "campaign fair-food: goal 50000 → 60000"),
        ("status: open", "status: paused", "campaign fair-food: status open → paused"),
        ("en: Water and shade.", "en: Rest.", "campaign fair-food: story (en) changed"),
        ("place: Immokalee", "place: Florida", "organization ciw: place Immokalee → Florida"),
        ("signatories: 14", "signatories: 15", "agreement fair-food-program: signatories count 14 → 15"),
        ("stance: holdout", "stance: met", "campaign fair-food: kroger met as of 2023-12-31"),
        ("      - {company: publix}\n", "", "campaign fair-food: no longer addresses publix"),
        ("Heat standards hold.", "They hold.", "campaign fair-food, update 'Another season': body (en) changed"),
        ("local_part: Chief.E", "local_part: e", "company kroger, Chief Executive Officer: address "),
        (
            "title: {en: Join, es: Únanse}",
            "title: {es: Únanse, en: Join}",
            "campaign fair-food: languages en, es → es, en",
        ),
    ],
)
def test_says_what_it_changed(session, before, after, said):
    load_text(session)
    assert before in SAMPLE
    changed = SAMPLE.replace(before, after)
    if before.startswith("title"):
        changed = (
            changed.replace("story: {en: Water and shade.}", "story: {es: Agua.}")
            .replace("talking_points: {en: [Name your store.]}", "talking_points: {es: [Uno]}")
            .replace("{en: Another season}, body: {en: Heat", "{es: Otra}, body: {es: Heat")
        )
    assert any(line.startswith(said) for line in load_text(session, changed)), changed


LATER = NOW + timedelta(days=3, hours=1)


def test_a_day_counted_from_loading_settles_once(session):
    counted = SAMPLE.replace("    status: open\n", "    status: won\n    won: {days_ago: 9, text: {en: Signed.}}\n")
    load_text(session, counted)
    assert load_text(session, counted, LATER) == []
    news = session.scalars(select(CampaignUpdate)).one()
    assert news.published_at.date() == date(2026, 10, 31)
    assert get_campaign(session, "fair-food").won_at.date() == date(2026, 11, 11)


def test_what_is_of_today_stays_at_the_hour_it_was_loaded_first(session):
    today = SAMPLE.replace("days_ago: 20", f"date: {NOW.date()}")
    load_text(session, today, NOW.replace(hour=9))
    assert load_text(session, today, NOW.replace(hour=10)) == []
    assert session.scalars(select(CampaignUpdate)).one().published_at == NOW.replace(hour=9)
    moved = today.replace(f"date: {NOW.date()}", "date: 2026-11-02")
    assert "published at" in load_text(session, moved, NOW)[0]
    assert session.scalars(select(CampaignUpdate)).one().published_at.date() == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("stance: holdout", "stance: met"),
        ("      - {company: publix}\n", ""),
        ("Heat standards hold.", "They hold."),
        ("days_ago: 20", "date: 2026-08-01"),
        ("{en: Another season}", "{en: A third season}"),
        ("goal: 50000", "goal: 60000"),
        ("signatories: 14", "signatories: 15"),
        ("signatories: 14", "signatories_known: [{name: Whole Foods}]"),
        ("place: Immokalee", "place: Florida"),
    ],
)
def test_whatever_its_page_shows_makes_the_campaign_of_today(session, before, after):
    load_text(session)
    assert load_text(session, SAMPLE, LATER) == []
    assert get_campaign(session, "fair-food").updated_at == NOW
    assert load_text(session, SAMPLE.replace(before, after), LATER)
    assert get_campaign(session, "fair-food").updated_at == LATER


def test_corrected_news_are_known_as_such(session):
    load_text(session)
    session.execute(update(CampaignUpdate).values(updated_at=NOW))
    load_text(session)
    assert session.scalars(select(CampaignUpdate)).one().updated_at == NOW
    load_text(session, SAMPLE.replace("Heat standards hold.", "They hold."))
    assert session.scalars(select(CampaignUpdate)).one().updated_at != NOW


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("https://ciw.example/ask", "https://ciw.example/ask"),
        ("Ask@CIW.example", "mailto:Ask@ciw.example"),
    ],
)
def test_an_organization_may_say_where_questions_go(session, given, stored):
    said = SAMPLE.replace("place: Immokalee", f'place: Immokalee, contact_url: "{given}"')
    load_text(session, said)
    assert find_organization(session, "ciw").contact_url == stored
    assert load_text(session, said) == []


def test_leaves_alone_what_the_file_is_silent_about(session):
    load_text(session)
    shorter = SAMPLE.replace("    art: tomato\n", "").replace("    status: open\n", "").split("    letter:")[0]
    assert load_text(session, shorter) == []
    campaign = get_campaign(session, "fair-food")
    assert (campaign.art, campaign.status, has_letter(session, campaign)) == ("tomato", "open", True)


def test_null_empties(session):
    load_text(session)
    head = SAMPLE.split("    letter:")[0]
    assert load_text(session, f"{head}    letter: null\n") == ["campaign fair-food: letter taken away"]
    assert not has_letter(session, get_campaign(session, "fair-food"))
    assert load_text(session, f"{head}    letter: null\n") == []
    assert "campaign fair-food: letter added" in load_text(session)


def test_a_new_stance_is_added_to_the_history(session):
    load_text(session)
    load_text(session, SAMPLE.replace("stance: holdout, as_of: 2023-12-31", "stance: in_talks, as_of: 2024-05-01"))
    load_text(session)
    company = get_company(session, "kroger")
    assert [(s.stance, str(s.as_of)) for s in stance_history(session, company.id)] == [
        ("in_talks", "2024-05-01"),
        ("holdout", "2023-12-31"),
    ]


def test_a_count_of_signatories_is_dated(session):
    load_text(session)
    load_text(session, now=NOW.replace(day=25))
    agreement = find_agreement(session, "fair-food-program")
    assert agreement is not None
    assert agreement.signatories_as_of == NOW.date()


def test_a_win_is_dated_by_the_file(session):
    won = SAMPLE.replace(
        "    status: open\n", "    status: won\n    won: {date: 2024-02-03, text: {en: They signed.}}\n"
    )
    load_text(session, won)
    campaign = get_campaign(session, "fair-food")
    assert campaign.won_at is not None
    assert (campaign.won_at.date(), campaign.won_text) == (date(2024, 2, 3), {"en": "They signed."})
    assert load_text(session, won) == []


def test_mail_domains_are_kept_canonical_and_once_and_a_change_is_told_and_recorded(session):
    def saying(domains):
        return SAMPLE.replace("    art: tomato\n", f"    art: tomato\n    mail_domains: {domains}\n")

    load_text(session, saying('["@Kroger.example", kroger.example, Kröger.example]'))
    assert get_campaign(session, "fair-food").mail_domains == ["kroger.example", "xn--krger-kua.example"]
    assert load_text(session) == [], "what a file is silent about stays"
    assert load_text(session, saying("[]")) == [
        "campaign fair-food: mail domains kroger.example, xn--krger-kua.example → nothing"
    ]
    with pytest.raises(ContentError) as error:
        load_text(session, saying("[kroger.example, ceo@kroger.example]"))
    assert [problem.text.partition(": ")[2] for problem in error.value.problems] == [
        "each of mail_domains must be what stands behind the @ of an address, such as kroger.example",
    ]


def test_mailboxes_get_the_pace_of_their_company(session):
    load_text(session)
    assert pace(session, "chief.executive@kroger.example") == (30, "America/New_York", False)
    assert pace(session, "chief.executive@publix.example") == (12, "America/New_York", False)


def test_a_company_can_have_offices_of_its_own(session):
    own = SAMPLE.replace(
        "sector: supermarkets,", 'sector: x, executives: [{office: Buyer, address: "Buyer@Kröger.example"}],'
    )
    load_text(session, own)
    campaign = get_campaign(session, "fair-food")
    assert list_executives(session, campaign.id)[0].address == "buyer@xn--krger-kua.example"


def test_refers_to_what_is_stored(session):
    load_text(session)
    alone = "campaigns:\n" + SAMPLE.split("campaigns:\n")[1].replace("slug: fair-food\n", "slug: fair-flowers\n")
    assert "campaign fair-flowers: added, open" in load_text(session, alone)


@pytest.mark.parametrize("safety", ["high", "normal"])
def test_safety_cannot_change_once_somebody_acted(session, safety):
    other = {"high": "normal", "normal": "high"}[safety]
    head = SAMPLE.split("    letter:")[0]
    load_text(session, f"{head}    safety: {safety}\n")
    with pytest.raises(ContentError, match="its safety cannot change any more"):
        load_text(session, f"{head}    safety: {other}\n", has_actions=True)
    assert load_text(session, f"{head}    safety: {other}\n")


def test_a_stored_high_safety_campaign_gets_no_letter(session):
    head = SAMPLE.split("    letter:")[0]
    load_text(session, f"{head}    safety: high\n")
    with pytest.raises(ContentError, match="has no letter"):
        load_text(session, SAMPLE)
    assert not has_letter(session, session.scalars(select(Campaign)).one())


def test_letters_that_wait_follow_a_corrected_address(session):
    load_text(session)
    kroger = get_company(session, "kroger")
    office = list_company_executives(session, kroger.id)[0]
    values = {"campaign_id": 1, "company_id": kroger.id, "executive_id": office.id, "mailbox": office.address}
    append(session, [NewMessage(lane="letters", topic="letters.letter", action_id=1, **values)])
    lines = load_text(session, SAMPLE.replace("local_part: Chief.E", "local_part: E"))
    assert (
        "company kroger, Chief Executive Officer: letters that have not gone yet follow to the new address: 1" in lines
    )
    assert session.scalar(text("SELECT mailbox FROM outbox_messages")) == "executive@kroger.example"


DATED = "stance: holdout, as_of: 2023-12-31"


def test_a_stance_told_in_days_ago_is_recorded_once(session):
    counted = SAMPLE.replace(DATED, "stance: holdout, days_ago: 12")
    load_text(session, counted)
    assert load_text(session, counted, now=NOW + timedelta(days=40)) == []
    company = get_company(session, "kroger")
    assert [str(row.as_of) for row in stance_history(session, company.id)] == ["2026-11-08"]
    load_text(session, counted.replace("holdout", "in_talks"), now=NOW + timedelta(days=40))
    assert [row.stance for row in stance_history(session, company.id)] == ["in_talks", "holdout"]


def test_a_company_s_answer_and_since_when_it_is_asked_are_kept(session):
    answered = "{company: kroger, asked_since: 2019-10, answered_on: 2026-10-02, answer: {en: No., es: No.}, "
    load_text(session)
    lines = load_text(session, SAMPLE.replace("{company: kroger, ", answered))
    assert any(line.startswith("campaign fair-food, kroger: asked since") for line in lines), lines
    target = list_stances(session, get_campaign(session, "fair-food").id)[0].target
    assert (target.asked_since, target.answer["en"], target.answered_on) == ("2019-10", "No.", date(2026, 10, 2))
    assert load_text(session) == [], "what a file is silent about stays"
    load_text(session, SAMPLE.replace("{company: kroger, ", "{company: kroger, answer: null, answered_on: null, "))
    target = list_stances(session, get_campaign(session, "fair-food").id)[0].target
    assert (target.answer, target.answered_on) == ({}, None)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("as_of: 2023-12-31, days_ago: 3", "unknown key 'days_ago'"),
        ("as_of: 2023-12-31, asked_since: 2009-13", "asked_since: there is no day 2009-13-01"),
        ("as_of: 2023-12-31, asked_since: long ago", "asked_since must be a year, a month or a day"),
        ("as_of: 2023-12-31, asked_since: 2033", "asked_since 2033-01-01 is still to come"),
        ("as_of: 2023-12-31, answered_on: 2026-10-02", "answer is missing"),
    ],
)
def test_what_is_wrong_with_an_answer_is_told(session, wrong, said):
    with pytest.raises(ContentError, match=re.escape(said)):
        load_text(session, SAMPLE.replace("as_of: 2023-12-31", wrong))
