"""`campaign events load`: what a file would change and who would be told, before it does; and that it says the truth."""

from importlib.resources import files

import pytest
from sqlalchemy import text

from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import come, legs_of, post
from tests.events.days import friday, saturday, short, sunday
from tests.events.files import action, march
from tests.events.test_running import run

assert run

LONG = "long-march"
PREVIEW = "This is a preview: nothing is saved and no one is told. Add --apply to do it.\n"
SPRING = march(starts=friday(), capacity=4)


@pytest.fixture
def load(run, tmp_path, app):
    """Write a file and load it: `load(text, "--apply")`; returns the command's result."""

    def write_and_run(content, *options):
        file = tmp_path / "events.yml"
        file.write_text(content)
        result = run("load", str(file), *options)
        app.wsgi_app.clear()
        return result

    return write_and_run


def first_leg(visitor):
    return legs_of(visitor, LONG)[0]


def test_a_preview_stores_nothing_and_apply_says_and_does_the_same(visitor, load):
    before = visitor.dump()
    shown = load(SPRING)
    assert shown.exit_code == 0
    assert visitor.dump() == before
    assert shown.stderr == PREVIEW
    assert shown.stdout.splitlines() == [
        f"event {LONG}: added, published",
        f"event {LONG}, leg 1: added, {short(friday())} 08:00 EST to 16:00, 4 places",
        f"event {LONG}, leg 2: added, {short(saturday())} 07:30 EST to 16:30, any number of places",
    ]
    done = load(SPRING, "--apply")
    assert (done.stdout, done.stderr) == (shown.stdout, "")
    assert len(legs_of(visitor, LONG)) == 2
    assert load(SPRING).stdout == "nothing would change\n"
    assert load(SPRING, "--apply").stdout == "nothing changed\n"


def test_old_and_new_are_told_in_the_events_zone_with_who_hears_of_it(visitor, load):
    load(SPRING, "--apply")
    come(visitor, LONG, part="all", guests="1")
    come(visitor, LONG, legs=first_leg(visitor), email="eva@example.org")
    visitor.mails()
    changed = march(starts=saturday(), capacity=9, clock="09:15").replace('en: "To the sea"', 'en: "To the beach"')
    before = visitor.dump()
    shown = load(changed)
    assert visitor.dump() == before
    assert shown.stdout.splitlines() == [
        f"event {LONG}, leg 1: starts {short(friday())} 08:00 EST → {short(saturday())} 08:00 EST",
        f"event {LONG}, leg 1: ends {short(friday())} 16:00 EST → {short(saturday())} 16:00 EST",
        f"event {LONG}, leg 1: capacity 4 → 9",
        f"event {LONG}, leg 2: title (en) “To the sea” → “To the beach”",
        # In the night to Sunday the clocks go forward: nine o'clock is nine o'clock.
        f"event {LONG}, leg 2: starts {short(saturday())} 07:30 EST → {short(sunday())} 09:15 EDT",
        f"event {LONG}, leg 2: ends {short(saturday())} 16:30 EST → {short(sunday())} 16:30 EDT",
        f"event {LONG}, leg 1: mail “changed” to 2",
        f"event {LONG}, leg 2: mail “changed” to 1",
        f"event {LONG}: people to be told by mail: 2",
    ]
    assert visitor.mails() == []
    assert load(changed, "--apply").stdout == shown.stdout
    assert sorted(mail.to for mail in visitor.mails()) == ["ana@example.org", "eva@example.org"]
    assert load(changed, "--apply").stdout == "nothing changed\n"
    assert visitor.mails() == []


def test_who_loses_a_place_and_who_gets_one_is_counted_by_leg(visitor, load):
    load(SPRING, "--apply")
    leg = first_leg(visitor)
    come(visitor, LONG, part="all", guests="3")
    come(visitor, LONG, legs=leg, guests="2", email="eva@example.org")
    visitor.mails()
    more = load(SPRING.replace("capacity: 4", "capacity: 8"))
    assert more.stdout.splitlines() == [
        f"event {LONG}, leg 1: capacity 4 → 8",
        f"event {LONG}, leg 1: offered a place: 3 people, mail “free for you” to 1",
        f"event {LONG}: people to be offered a place, meal or bed by mail: 1",
    ]
    assert visitor.mails() == []
    without_the_first = SPRING[: SPRING.index("      - {day: 1")] + SPRING[SPRING.index("      - {day: 2") :]
    gone = load(without_the_first)
    assert gone.stdout.splitlines() == [
        f"event {LONG}, leg 1: cancelled",
        f"event {LONG}, leg 1: mail “changed” to 2",
        f"event {LONG}, leg 1: lose their place: 4 people",
        f"event {LONG}, leg 1: wait no more: 3 people",
        f"event {LONG}: people to be told by mail: 2",
    ]
    assert load(without_the_first, "--apply").stdout == gone.stdout
    assert sorted(mail.to for mail in visitor.mails()) == ["ana@example.org", "eva@example.org"]


def test_apply_says_what_it_did_when_people_came_since_the_preview(visitor, load):
    load(SPRING, "--apply")
    moved = SPRING.replace('"08:00"', '"08:30"')
    assert f"event {LONG}: people to be told by mail: 0\n" in load(moved).stdout
    come(visitor, LONG, legs=first_leg(visitor))
    visitor.mails()
    visitor.do("UPDATE event_legs SET capacity = 6 WHERE public_id = :id", id=first_leg(visitor))
    said = load(moved, "--apply").stdout
    assert f"event {LONG}: people to be told by mail: 1\n" in said
    assert f"event {LONG}, leg 1: capacity 6 → 4\n" in said
    assert len(visitor.mails()) == 1


def test_a_moved_leg_that_is_also_roomier_offers_and_tells_once_each(visitor, load):
    load(SPRING.replace("capacity: 4", "capacity: 2"), "--apply")
    leg = first_leg(visitor)
    come(visitor, LONG, legs=leg, guests="1")
    come(visitor, LONG, legs=leg, guests="1", email="eva@example.org")
    visitor.mails()
    said = load(SPRING.replace('"08:00"', '"08:30"'), "--apply").stdout
    assert f"event {LONG}, leg 1: mail “changed” to 2\n" in said
    assert f"event {LONG}, leg 1: offered a place: 2 people, mail “free for you” to 1\n" in said
    assert sorted((mail.topic, mail.to) for mail in visitor.mails()) == [
        ("events.changed", "ana@example.org"),
        ("events.changed", "eva@example.org"),
        ("events.offer", "eva@example.org"),
    ]


def test_only_the_events_are_looked_at(visitor, load):
    other = """
organizations:
  - {slug: ciw, name: Changed}
campaigns: [this is not even, well formed]
groups: []
"""
    done = load(other + SPRING, "--apply")
    assert done.exit_code == 0
    assert done.stderr == "left to `campaign load`: organizations, campaigns, groups\n"
    assert visitor.one("SELECT count(*) FROM organizations WHERE name = 'Changed'") == 0
    assert len(legs_of(visitor, LONG)) == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("campaigns: []\n", ["1: there are no events in this file"]),
        ("events: []\n", ["1: there are no events in this file"]),
        ("events: 7\n", ["1: events must be a list"]),
        ("event: []\n" + SPRING, ["1: unknown key 'event'"]),
        ("", ["1: the file is empty"]),
        ("events: [", ["1: this is not YAML"]),
        (
            SPRING.replace("kind: march", "kind: parade").replace("miles: 20", "miles: far"),
            ["5: event long-march: kind must be", "13: event long-march: leg: miles must be a number"],
        ),
        (
            SPRING.replace("campaign: fair-food", "campaign: none") + action("nor-this").replace("events:\n", ""),
            ["4: event long-march: there is no campaign 'none'", "16: event at-the-stores: there is no campaign"],
        ),
    ],
)
@pytest.mark.parametrize("options", [(), ("--apply",)])
def test_a_bad_file_is_told_line_by_line_and_nothing_is_done(visitor, load, content, said, options):
    before = visitor.dump()
    answer = load(content, *options)
    assert answer.exit_code == 2
    lines = [line.removeprefix("campaign: ") for line in answer.stderr.splitlines()]
    assert len(lines) == len(said), answer.stderr
    for line, start in zip(lines, said, strict=True):
        assert line.partition("/events.yml:")[2].startswith(start)
    assert visitor.dump() == before


def test_a_good_event_beside_a_bad_one_is_not_stored_either(visitor, load):
    both = SPRING + action("no-such").replace("events:\n", "")
    assert load(both, "--apply").exit_code == 2
    assert visitor.all("SELECT id FROM events WHERE slug = :slug", slug=LONG) == []


def test_a_draft_is_silent_and_public_only_when_published(visitor, load):
    draft = SPRING.replace("    kind: march", "    status: draft\n    kind: march")
    assert f"event {LONG}: added, draft\n" in load(draft, "--apply").stdout
    assert visitor.client.get(f"/events/{LONG}").status_code == 404
    moved = draft.replace('"08:00"', '"08:30"')
    assert "people to be told by mail: 0" in load(moved, "--apply").stdout
    published = moved.replace("status: draft", "status: published")
    assert load(published, "--apply").stdout == f"event {LONG}: status draft → published\n"
    page = visitor.client.get(f"/events/{LONG}").text
    assert "What changed" not in page, "nobody read of the draft"
    assert visitor.mails() == []


def test_an_event_that_people_come_to_cannot_be_a_draft_again(visitor, load):
    load(SPRING, "--apply")
    draft = SPRING.replace("    kind: march", "    status: draft\n    kind: march")
    assert load(draft).stdout == f"event {LONG}: status published → draft\n"
    come(visitor, LONG, legs=first_leg(visitor))
    answer = load(draft, "--apply")
    assert answer.exit_code == 2
    assert "events.yml:3: event long-march: people have RSVPs, so it cannot be a draft again" in answer.stderr
    assert visitor.one("SELECT status FROM events WHERE slug = :slug", slug=LONG) == "published"


def test_where_no_address_is_kept_the_preview_says_so(visitor, load):
    high = SPRING.replace("campaign: fair-food", f"campaign: {HIGH_SAFETY}")
    load(high, "--apply")
    come(visitor, LONG, legs=first_leg(visitor))
    visitor.mails()
    said = load(high.replace('"08:00"', '"08:30"'), "--apply").stdout
    assert f"event {LONG}: people to be told by mail: 0\n" in said
    assert f"event {LONG}: people who cannot be told, because their address is not kept: 1\n" in said
    assert visitor.mails() == []


def test_who_has_not_confirmed_is_not_written_to(visitor, load):
    load(SPRING, "--apply")
    post(visitor, LONG, legs=first_leg(visitor))
    visitor.mails()
    assert "people to be told by mail: 0" in load(SPRING.replace('"08:00"', '"08:30"'), "--apply").stdout
    assert visitor.mails() == []


def test_what_has_begun_stays_as_its_record(visitor, load, sessions):
    load(SPRING, "--apply")
    come(visitor, LONG, part="all")
    visitor.mails()
    with sessions() as session, session.begin():
        session.execute(
            text(
                "UPDATE event_legs SET starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' "
                "WHERE public_id = :id"
            ),
            {"id": first_leg(visitor)},
        )
    without_the_first = SPRING[: SPRING.index("      - {day: 1")] + SPRING[SPRING.index("      - {day: 2") :]
    assert load(without_the_first, "--apply").stdout == "nothing changed\n"
    cancelled = without_the_first.replace("    kind: march", "    status: cancelled\n    kind: march")
    assert f"event {LONG}, leg 2: lose their place: 1 person\n" in load(cancelled, "--apply").stdout
    states = visitor.all("SELECT state FROM rsvp_claims k JOIN event_legs l ON l.id = k.leg_id ORDER BY l.position")
    assert [row.state for row in states] == ["going", "gone"]


def test_a_demonstration_file_is_a_file_of_events(visitor, load):
    answer = load(files("campaign.campaigns").joinpath("demo.yml").read_text())
    assert answer.exit_code == 0
    assert answer.stdout == "nothing would change\n"
