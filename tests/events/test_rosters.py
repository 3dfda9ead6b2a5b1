"""Who is on a roster, in which order, with which numbers; who is not; and when there is no list at all."""

from datetime import timedelta

import pytest
from sqlalchemy import event as signals
from sqlalchemy import text

from campaign.actions.service.taking_back import erase_person, withdraw
from campaign.events.purging import purge_details
from campaign.events.rosters.parties import Count
from campaign.events.rosters.reading import NamelessError, get_roster, iterate_parties
from campaign.events.rosters.telling import tell_numbers
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.errors import NotFoundError
from tests.events.crowd import tell
from tests.events.march import March
from tests.events.stage import BY_NAME, make_event

PAST = text("""
UPDATE event_legs SET starts_at = starts_at - interval '60 days', ends_at = ends_at - interval '60 days'
WHERE event_id = :id
""")


@pytest.fixture
def march(sessions, installation, demo):
    with sessions() as session:
        yield March(session, installation.hashes)
        session.rollback()


def roster(march, number=None, at=None):
    return get_roster(march.session, OPERATOR, march.event, at or now(), language="en", number=number)


def parties(march, number=None):
    return list(iterate_parties(march.session, OPERATOR, roster(march, number)))


def names(march, number=None):
    return [party.name for party in parties(march, number)]


def come(march, name, *wishes, **changed):
    given, _, family = name.partition(" ")
    email = "".join(f"{ord(letter):x}" for letter in name)
    return march.come(email, *(wishes or [(0, 1)]), given_name=given, family_name=family, **changed)


def test_names_stand_as_one_looks_for_them_whatever_their_accents_and_case(march):
    march.session.execute(text("UPDATE event_legs SET capacity = 100"))
    expected = [
        "álvaro Ruiz", "Alvaro Zapata", "Ñandú Paz", "Nora Gil", "Zoë B", "Zoe C", "Борис Ли", "Яна Ли", "أحمد علي",
        "بلال خان", "ريم", "শহিদুল ইসলাম", "王 美丽",
    ]  # fmt: skip
    for name in reversed(expected):
        come(march, name)
    assert names(march) == expected


def test_who_has_one_name_stands_under_it_whichever_box_it_was_typed_into(march):
    march.session.execute(text("UPDATE event_legs SET capacity = 100"))
    for email, given, family in (("a", "Aung", ""), ("s", "", "Sukarno"), ("n", "Nora", "Gil"), ("z", "", "Zaw")):
        march.come(email, (0, 1), given_name=given, family_name=family)
    assert names(march) == ["Aung", "Nora Gil", "Sukarno", "Zaw"]


def test_legs_one_after_another_and_who_waits_by_turn_after_who_goes(march):
    come(march, "Zoe Cruz", (0, 8), (1, 1))
    first = come(march, "Yan Li", (0, 4))
    come(march, "Ana Ruiz", (0, 2), (1, 3))
    come(march, "Bea Paz", (0, 3))
    found = [(party.leg, party.name, party.state, party.people) for party in parties(march)]
    assert found == [
        (1, "Ana Ruiz", "going", 2), (1, "Zoe Cruz", "going", 8), (1, "Yan Li", "queued", 4), (1, "Bea Paz", "queued", 3),
        (2, "Ana Ruiz", "going", 3), (2, "Zoe Cruz", "going", 1),
    ]  # fmt: skip
    assert [party.leg for party in parties(march, 2)] == [2, 2]
    withdraw(march.session, [march.session.scalar(text("SELECT id FROM actions WHERE given_name = 'Zoe'"))], BY_NAME)
    offered = next(party for party in parties(march) if party.name == "Yan Li")
    assert (offered.state, offered.until > now()) == ("offered", True)
    march.pass_time()
    assert "Yan Li" not in names(march), "an offer that is over is none, also before anybody says so"
    assert march.place(first) == "offered"


def test_meals_and_beds_that_wait_are_told_from_those_one_has(march):
    march.session.execute(text("UPDATE leg_resources SET capacity = CASE resource WHEN 'meal' THEN 2 ELSE 0 END"))
    come(march, "Ana Ruiz", (0, 2, 2))
    come(march, "Bea Paz", (0, 3, 3, 3))
    ana, bea = parties(march)
    meal, waits, bed = ana.extras["meal"], bea.extras["meal"], bea.extras["bed"]
    assert (meal.people, meal.is_going, "bed" in ana.extras) == (2, True, False)
    assert (waits.people, waits.is_going, waits.turn is None) == (3, False, False)
    assert (bed.people, bed.is_going) == (3, False)


def test_only_who_confirmed_and_stands_is_there_and_only_once(march, sessions, installation):
    march.ask("waiting", (0, 1), given_name="Waits")
    come(march, "Gone Away")
    gone = march.session.scalar(text("SELECT id FROM actions WHERE given_name = 'Gone'"))
    withdraw(march.session, [gone], BY_NAME)
    come(march, "Ana Old", comment="first")
    march.come("".join(f"{ord(letter):x}" for letter in "Ana Old"), (0, 2), given_name="Ana", family_name="New")
    erased = come(march, "Erased Person")
    person = march.session.scalar(text("SELECT person_id FROM actions WHERE id = :id"), {"id": erased})
    erase_person(march.session, person, BY_NAME)
    assert names(march) == ["Ana New"]
    assert roster(march).legs[0].count("place", "held") == Count(1, 1), "the unconfirmed count, and have no name here"


def test_people_of_another_event_are_on_no_leg_of_this_one(march):
    other = March.__new__(March)
    other.__dict__.update(march.__dict__)
    other.event, other.legs = make_event(march.session, "another-march", legs=2)
    come(march, "Ana Ruiz")
    come(other, "Bea Paz", (0, 2))
    assert names(march) == ["Ana Ruiz"]
    assert names(other) == ["Bea Paz"]
    assert roster(march).legs[0].count("place", "going") == Count(1, 1)


def test_numbers_of_what_who_goes_needs_offers_and_asks(march):
    ana = come(march, "Ana Ruiz", (0, 3, 3), (1, 1))
    children = [(march.legs[0], 2), (march.legs[1], 0)]
    tell(march.session, ana, needs=["diet", "wheelchair"], ride="asked", children=children)
    tell(march.session, come(march, "Bea Paz", (0, 2)), needs=["diet"], helps_as=["medic"], ride="offered")
    waits = come(march, "Zoe Cruz", (0, 9))
    tell(march.session, waits, needs=["diet"], helps_as=["cook"], ride="asked")
    leg, second = roster(march).legs
    assert leg.count("place", "going") == Count(2, 5)
    assert leg.count("place", "queued") == Count(1, 9)
    assert leg.count("meal", "going") == Count(1, 3)
    assert leg.count("needs", "diet") == Count(2, 5)
    assert leg.count("needs", "sign-language") == Count()
    assert (leg.count("children", "going"), second.count("children", "going")) == (Count(1, 2), Count())
    assert [(one.leg, one.name, one.children) for one in parties(march) if one.children] == [(1, "Ana Ruiz", 2)]
    assert (leg.count("helps_as", "medic"), leg.count("helps_as", "cook")) == (Count(1, 2), Count())
    assert (leg.count("ride", "asked"), leg.count("ride", "offered")) == (Count(1, 3), Count(1, 2))
    assert second.count("needs", "wheelchair") == Count(1, 1)
    told = tell_numbers(march.session, OPERATOR, march.event, now())
    assert "people: 5 of 10 going, 0 offered, 9 waiting, 0 unconfirmed" in told
    assert "needs (number of RSVPs): wheelchair 1, sign-language 0, diet 2" in told
    assert "rides: asked for 3 people, offered by 1 RSVPs" in told
    assert "children: 2" in told
    assert "Ana" not in told


@pytest.mark.parametrize("is_told_by_ticker", [True, False])
def test_fourteen_days_after_it_there_are_numbers_and_no_names(march, is_told_by_ticker):
    tell(march.session, come(march, "Ana Ruiz", (0, 3)), phone="+1 239 555 0100", needs=["diet"])
    march.session.execute(PAST, {"id": march.event.id})
    march.session.expire_all()
    if is_told_by_ticker:
        assert purge_details(march.session, now()) == 1
        march.session.expire_all()
    with pytest.raises(NamelessError, match="over 14 days ago: what was asked to run it is forgotten"):
        parties(march)
    told = tell_numbers(march.session, OPERATOR, march.event, now())
    assert "people: 3 of 10 going" in told
    assert "there is no list of who came" in told
    assert "needs" not in told.partition("Over for")[0]
    assert not {"Ana", "239"} & set(told.split())


def test_the_day_after_it_there_still_is_a_list(march):
    come(march, "Ana Ruiz")
    after = now() + timedelta(days=40)
    assert not roster(march, at=after).is_purged


def test_a_high_safety_campaign_has_numbers_and_no_names(march):
    come(march, "Ana Ruiz")
    march.session.execute(text("UPDATE campaigns SET is_high_safety = true WHERE slug = 'fair-food'"))
    march.session.expire_all()
    with pytest.raises(NamelessError, match="belongs to a high-safety campaign: there is no list of who comes"):
        iterate_parties(march.session, OPERATOR, roster(march))
    told = tell_numbers(march.session, OPERATOR, march.event, now())
    assert "people: 1 of 10 going" in told
    assert "no list of who comes" in told
    assert "Ana" not in told


def test_a_leg_that_is_not_there_is_said(march):
    with pytest.raises(NotFoundError, match="event 'a-march' has no leg 3"):
        roster(march, 3)


def test_the_list_is_read_as_it_is_taken(march):
    come(march, "Ana Ruiz")
    come(march, "Bea Paz")
    taken = iterate_parties(march.session, OPERATOR, roster(march))
    assert next(taken).name == "Ana Ruiz"
    open_cursors = text("SELECT count(*) FROM pg_cursors WHERE statement LIKE '%rsvp_claims%'")
    assert march.session.scalar(open_cursors) == 1, "the server keeps what is not taken yet"
    assert [party.name for party in taken] == ["Bea Paz"]


def test_as_many_statements_for_five_legs_as_for_one(march, engine):
    come(march, "Ana Ruiz", (0, 1), (1, 1))
    march.session.flush()
    statements = []
    listen = lambda *arguments: statements.append(arguments[2])  # noqa: E731
    signals.listen(engine, "before_cursor_execute", listen)
    try:
        counts = []
        for number in (1, None):
            statements.clear()
            march.session.expire_all()
            parties(march, number)
            counts.append(len(statements))
    finally:
        signals.remove(engine, "before_cursor_execute", listen)
    assert counts[0] == counts[1]
    assert counts[0] <= 6
