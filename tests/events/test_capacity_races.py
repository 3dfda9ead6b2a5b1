"""Eight processes want the same places: never one too many, and at the end nobody waits beside a place that fits."""

import multiprocessing
import threading
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from campaign.events.capacity.offers import settle_overdue
from campaign.events.own_rsvps import list_own_rsvps
from campaign.kernel.clock import now
from tests.actions.stage import load_demonstration
from tests.events.marching import march
from tests.events.stage import OVER, WAITS_IN_VAIN, claim_of, make_event
from tests.sizes import sized

RSVPS = sized(240, full=5_000)
"""How many RSVPs are made."""

PROCESSES = 8


@pytest.fixture
def own_database(clone_database):
    """A database with the demonstration, of this test alone."""
    return load_demonstration(clone_database("race"))


@pytest.fixture
def crowd():
    """Eight processes that have loaded the code once, together: to load it eight times takes longer than the race."""
    start = multiprocessing.get_context("forkserver")
    start.set_forkserver_preload(["tests.events.marching"])
    with ProcessPoolExecutor(PROCESSES, mp_context=start) as processes:
        yield processes


@pytest.mark.race
def test_eight_processes_never_take_one_place_too_many(own_database, installation, crowd):
    engine = create_engine(own_database)
    sessions = installation.sessions(engine)
    with sessions() as session, session.begin():
        make_event(session, capacity=RSVPS // 8, extras={"meal": RSVPS // 10, "bed": RSVPS // 12})
    over, looks, stop = [], [], threading.Event()

    def watch():
        with engine.connect() as connection:
            while not stop.wait(0.005):
                over.extend(connection.execute(OVER).all())
                connection.rollback()
                looks.append(1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        marching = [crowd.submit(march, own_database, n, RSVPS // PROCESSES) for n in range(PROCESSES)]
        again = sum((Counter(one.result(max(600, RSVPS / 4))) for one in marching), Counter())
    finally:
        stop.set()
        watcher.join()
    assert over == []
    assert len(looks) > 10
    # An older link pressed again beside a newer one, while their person is erased, may still meet (ADR 0017).
    assert again["40P01"] <= max(4, RSVPS / 100), f"they lock in different orders: {again}"
    with sessions() as session, session.begin():
        settle_overdue(session, now())
    with sessions() as session:
        assert session.execute(OVER).all() == []
        assert session.execute(WAITS_IN_VAIN).all() == []
        assert session.scalar(text("SELECT count(*) FROM rsvp_claims WHERE state = 'going'")) > RSVPS / 20
        assert session.scalar(text("SELECT count(*) FROM rsvp_claims WHERE state = 'queued'")) > 0
        assert_told_the_truth(session)
        assert_pages_say_what_is_so(session)
    engine.dispose()


def assert_told_the_truth(session):
    """Whoever was offered something was written to, and one RSVP of a signer stands at most."""
    untold = """
        SELECT c.action_id FROM rsvp_claims c WHERE c.state = 'offered' AND NOT EXISTS (
            SELECT FROM outbox_messages m WHERE m.action_id = c.action_id AND m.topic = 'events.offer')"""
    assert session.execute(text(untold)).all() == []
    standing = """
        SELECT r.action_id FROM rsvps r JOIN actions a ON a.id = r.action_id
        WHERE r.is_standing <> (a.state = 'confirmed' AND a.erased_at IS NULL)"""
    assert session.execute(text(standing)).all() == []
    ended = """
        SELECT c.id FROM rsvp_claims c JOIN rsvps r USING (action_id) JOIN actions a ON a.id = r.action_id
        WHERE a.state IN ('withdrawn', 'merged') AND c.state <> 'gone'"""
    assert session.execute(text(ended)).all() == []
    homeless = """
        SELECT c.id FROM rsvp_claims c WHERE c.resource <> 'place' AND c.state IN ('held', 'offered', 'going')
        AND NOT EXISTS (SELECT FROM rsvp_claims p WHERE p.action_id = c.action_id AND p.leg_id = c.leg_id
            AND p.resource = 'place' AND p.state IN ('held', 'going'))"""
    assert session.execute(text(homeless)).all() == []
    doubled = "SELECT signer_key FROM rsvps WHERE is_standing GROUP BY event_id, signer_key HAVING count(*) > 1"
    assert session.execute(text(doubled)).all() == []
    left = """
        SELECT r.action_id FROM rsvps r JOIN actions a ON a.id = r.action_id
        WHERE a.erased_at IS NOT NULL AND (a.given_name IS NOT NULL OR r.is_standing)"""
    assert session.execute(text(left)).all() == []


def assert_pages_say_what_is_so(session):
    """What each person reads of each of their legs is what the claims say."""
    claims = session.execute(text("SELECT * FROM rsvp_claims ORDER BY id")).all()
    told = list_own_rsvps(session, sorted({claim.action_id for claim in claims}), "en", now())
    legs = {(own.action_id, leg.id): leg for own in told.values() for leg in own.legs}
    for claim in claims:
        leg = legs[claim.action_id, claim.leg_id]
        own = claim_of(leg, claim.resource)
        assert (own.amount, own.state) == (claim.amount, claim.state)
        if claim.resource == "place":
            assert leg.state == claim.state or (claim.state == "asked" and leg.state in ("free", "full"))
    assert len(legs) >= len({(claim.action_id, claim.leg_id) for claim in claims}) > 0
