"""The history of an event: each change once, with old and new; told once by mail, and noted on the event's page."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from campaign.events.revisions.edited import EVENT
from campaign.kernel import moments
from campaign.kernel.actors import OPERATOR
from campaign.revisions.histories import get_history
from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import come, legs_of
from tests.events.days import friday, saturday, short, utc
from tests.events.files import action, march
from tests.events.test_event_previews import LONG, first_leg, load
from tests.events.test_rsvp_mine import link_of, step
from tests.events.test_running import run

assert run
assert load

SPRING = march(starts=friday())
LATER = SPRING.replace('"08:00"', '"08:30"')
LATEST = SPRING.replace('"08:00"', '"09:00"')
WITHOUT = SPRING[: SPRING.index("      - {day: 1")] + SPRING[SPRING.index("      - {day: 2") :]


@pytest.fixture
def versions(sessions):
    """The history of an event: `versions(slug)`."""

    def of(slug=LONG):
        with sessions() as session:
            return get_history(session, OPERATOR, EVENT, slug).revisions

    return of


def changed_values(version):
    return {(change["number"], name): values for change in version.changes for name, values in change["values"].items()}


def told(visitor):
    return [mail for mail in visitor.mails() if mail.topic == "events.changed"]


def test_each_change_is_a_version_and_the_same_file_again_is_none(visitor, load, run, versions):
    load(SPRING, "--apply")
    load(SPRING, "--apply")
    load(LATER)  # a preview
    load(LATER, "--apply")
    load(LATER, "--apply")
    run("leg", LONG, "2", "--capacity", "30")
    run("leg", LONG, "2")
    run("leg", LONG, "2", "--close")
    run("cancel", LONG, "--yes")
    run("cancel", LONG, "--yes")
    kept = versions()
    assert [(version.number, version.door, version.about["is_material"]) for version in kept] == [
        (1, "load", False),
        (2, "load", True),
        (3, "leg", False),
        (4, "leg", False),
        (5, "cancel", True),
    ]
    assert changed_values(kept[1]) == {
        (1, "starts_at"): [utc(friday(), clock).isoformat() for clock in ("08:00", "08:30")],
    }
    assert changed_values(kept[2]) == {(2, "capacity"): [None, 30]}
    assert changed_values(kept[4]) == {(0, "status"): ["published", "cancelled"]}
    assert changed_values(kept[0])[0, "title"] == [None, {"en": "Long; march, <i>north</i>", "es": "Marcha larga"}]


def test_the_command_shows_it_in_words(visitor, load, run):
    load(SPRING, "--apply")
    come(visitor, LONG, part="all")
    load(LATER, "--apply")
    run("leg", LONG, "2", "--close")
    lines = run("history", LONG).output.splitlines()
    assert [line.partition(" ")[0] for line in lines if not line.startswith(" ")] == ["1.", "2.", "3."]
    assert "from a file; told by mail: 1" in lines[4]
    assert lines[5] == f"   leg 1: starts {short(friday())} 08:00 EST → {short(friday())} 08:30 EST"
    assert "by `events leg`; told by mail: 0" in lines[6]
    assert lines[7] == "   leg 2: status open → closed"
    assert run("history", "no-such").exit_code != 0


def test_a_change_is_told_once(visitor, load):
    load(SPRING, "--apply")
    come(visitor, LONG, part="all")
    visitor.mails()
    load(LATER, "--apply")
    load(LATER, "--apply")
    (mail,) = told(visitor)
    assert "8:30" in mail.text
    load(LATER, "--apply")
    assert told(visitor) == []


def test_what_changes_twice_before_the_mail_went_is_told_once_as_it_is_now(visitor, load):
    load(SPRING, "--apply")
    come(visitor, LONG, part="all")
    visitor.mails()
    load(LATER, "--apply")
    load(LATEST, "--apply")
    load(LATEST.replace('"07:30"', '"07:45"'), "--apply")
    (mail,) = told(visitor)
    assert "9\xa0a.m." in mail.text
    assert "7:45" in mail.text
    assert "8:30" not in mail.text


def test_what_is_changed_back_before_the_mail_went_is_not_told(visitor, load):
    load(SPRING, "--apply")
    come(visitor, LONG, part="all")
    visitor.mails()
    load(LATER, "--apply")
    come(visitor, LONG, part="all", email="eva@example.org")  # who came meanwhile has read of half past eight
    said = load(SPRING, "--apply").stdout
    assert f"event {LONG}: people to be told by mail: 1\n" in said
    assert f"event {LONG}: mails of an earlier change that did not go out, and need not: 1\n" in said
    assert [mail.to for mail in told(visitor)] == ["eva@example.org"]


def test_what_is_changed_back_after_the_mail_went_is_told_again(visitor, load):
    load(SPRING, "--apply")
    come(visitor, LONG, part="all")
    visitor.mails()
    load(LATER, "--apply")
    visitor.do("UPDATE outbox_messages SET state = 'sent' WHERE topic = 'events.changed'")
    load(SPRING, "--apply")
    (mail,) = told(visitor)
    assert "8\xa0a.m." in mail.text


def test_what_is_changed_back_and_cancelled_at_once_is_told_as_cancelled(visitor, load):
    load(SPRING, "--apply")
    come(visitor, LONG, part="all")
    visitor.mails()
    load(LATER, "--apply")
    load(SPRING.replace("    kind: march", "    status: cancelled\n    kind: march"), "--apply")
    (mail,) = told(visitor)
    assert mail.subject.endswith(": canceled")
    assert mail.text.count("Canceled") >= 2


def test_a_leg_that_is_off_and_on_again_before_the_mail_went_says_that_the_place_is_gone(visitor, load):
    load(SPRING, "--apply")
    come(visitor, LONG, part="all", language="es")
    visitor.mails()
    load(WITHOUT, "--apply")
    load(SPRING, "--apply")
    (mail,) = told(visitor)
    assert "It was cancelled" not in mail.text, "their language"
    assert "Al lago" in mail.text
    assert "Al mar" not in mail.text
    assert step(visitor, "change", link_of(visitor), legs=legs_of(visitor, LONG)).status_code == 303
    assert {row.state for row in visitor.all("SELECT state FROM rsvp_claims")} == {"going"}


def test_two_loads_at_once_number_their_versions_one_after_the_other(visitor, load, sessions, versions):
    load(SPRING, "--apply")
    with sessions() as session, session.begin():
        session.execute(text("SELECT id FROM events WHERE slug = :slug FOR NO KEY UPDATE"), {"slug": LONG})
        with sessions() as other, other.begin():
            other.execute(text("SET LOCAL lock_timeout = '100ms'"))
            # An RSVP, which only refers to the event, does not wait for whoever changes it.
            other.execute(text("SELECT id FROM events WHERE slug = :slug FOR KEY SHARE"), {"slug": LONG})
    load(LATER, "--apply")
    load(LATEST, "--apply")
    assert [version.number for version in versions()] == [1, 2, 3]


# On the page


def page_of(visitor, language="en"):
    visitor.client.application.wsgi_app.clear()
    prefix = "" if language == "en" else f"/{language}"
    answer = visitor.client.get(f"{prefix}/events/{LONG}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def words(page):
    part = page[page.index('<ul class="changes">') :]
    part = part[: part.index("</ul>")]
    return " ".join(text_of(part).split())


def text_of(markup):
    return re.sub(r"<[^>]*>", " ", markup).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Day 1 : Now starts at 8:30 a.m. (was 8 a.m. )."),
        ("es", "Día 1 : Nueva hora de inicio: 8:30 a. m. (antes: 8 a. m. )."),
        ("ur", "دن 1"),
    ],
)
def test_the_page_says_what_changed_in_every_language_by_the_events_clocks(visitor, load, language, said):
    load(SPRING, "--apply")
    assert 'class="changes"' not in page_of(visitor)
    load(LATER, "--apply")
    assert said in words(page_of(visitor, language))


def test_another_day_another_place_and_what_is_off(visitor, load):
    load(SPRING, "--apply")
    load(march(starts=saturday()).replace("from: [26.82, -80.66]", "from: [26.9, -80.66]"), "--apply")
    said = words(page_of(visitor))
    assert (
        f"Moved from {moments.short_day(friday(), 'en')} , 8 a.m. to {moments.short_day(saturday(), 'en')} , 8 a.m. ."
        in said
    )
    assert said.count("The location changed.") == 1
    load(WITHOUT, "--apply")
    assert "Day 1 : Canceled." in words(page_of(visitor))
    load(SPRING, "--apply")
    assert "This is back on." in words(page_of(visitor))
    assert words(page_of(visitor)).count("Day 1") == 1, "the last change alone"


def test_what_is_not_material_or_long_past_is_no_note(visitor, load):
    load(SPRING, "--apply")
    load(SPRING.replace("capacity: 20", "capacity: 30").replace("Walk with us", "Come with us"), "--apply")
    assert 'class="changes"' not in page_of(visitor)
    load(LATER, "--apply")
    visitor.do(
        "UPDATE event_legs SET starts_at = now() - interval '9 hours', ends_at = now() - interval '1 hour' "
        "WHERE public_id = :id",
        id=first_leg(visitor),
    )
    assert 'class="changes"' not in page_of(visitor)


def test_a_high_safety_event_says_no_place(visitor, load):
    content = action(HIGH_SAFETY)
    load(content, "--apply")
    load(content.replace("Oak Street", "Pine Street").replace('"12:00-14:00"', '"12:30-14:00"'), "--apply")
    visitor.client.application.wsgi_app.clear()
    page = visitor.client.get("/events/at-the-stores").text
    said = words(" ".join(page.split()))
    assert "The location changed." in said
    assert "Now starts at 12:30 p.m." in said
    for name in ("Oak", "Pine", "Elm", "39.78"):
        assert name not in page


def test_a_page_has_five_notes_at_most(visitor, load):
    days = "".join(
        f'      - {{day: {day}, title: {{en: "Day"}}, miles: 10, starts: "08:00", ends: "16:00"}}\n'
        for day in range(1, 9)
    )
    whole = SPRING[: SPRING.index("      - {day: 1")] + days
    load(whole, "--apply")
    load(whole.replace('"08:00"', '"08:15"'), "--apply")
    assert words(page_of(visitor)).count("Now starts at") == 5


def test_versions_know_when(visitor, load, versions):
    before = datetime.now(UTC)
    load(SPRING, "--apply")
    (version,) = versions()
    assert before <= version.at <= datetime.now(UTC)
