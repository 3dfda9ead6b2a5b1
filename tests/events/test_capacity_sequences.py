"""Whatever people, time and who runs it do to a march, in whatever order: places are exact and everybody is told so.

Steps are drawn by hypothesis; each meets the real service on real PostgreSQL, in one transaction an example, which
nobody commits. Time passes by moving every instant of the march into the past.

    CAMPAIGN_TEST_SCALE=full .venv/bin/python -m pytest tests/events/test_capacity_sequences.py

tries more, and shrinks what goes wrong to the fewest steps, which takes minutes.
"""

import os
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from campaign.actions.service.taking_back import delete_waiting, erase_person, withdraw
from campaign.events.capacity.changes import accept, change, decline
from campaign.events.capacity.offers import settle_overdue
from campaign.events.commands import ChangeRsvp
from campaign.events.own_rsvps import find_own_rsvp, list_own_rsvps
from campaign.events.revisions.running import cancel_event, set_leg
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.errors import GoneError
from tests.events.march import March
from tests.events.stage import BY_NAME, WAITS_IN_VAIN, claim_of, wish
from tests.sizes import VARIABLE, sized

EXAMPLES = sized(12, full=500)
"""How many sequences of 25 steps are tried."""

LEGS, PEOPLE = 3, 7
TAKEN = ("held", "offered", "going")
CONFIRMED_AS = {"held": "going", "free": "going", "full": "queued", "gone": "gone", "cancelled": "cancelled"}

_OVERRULED = text("""
SELECT EXISTS (
    SELECT FROM rsvps r JOIN actions a ON a.id = r.action_id
    JOIN rsvps s ON s.event_id = r.event_id AND s.signer_key = r.signer_key AND s.is_standing AND s.action_id <> a.id
    JOIN actions t ON t.id = s.action_id
    WHERE a.id = :id AND (greatest(coalesce(t.typed_at, t.created_at), s.changed_at), t.id)
                         > (coalesce(a.typed_at, a.created_at), a.id))
""")

_CLAIMS = text("""
SELECT c.id, c.action_id, c.leg_id, c.resource, c.amount, c.queued_at, CASE WHEN c.until > :at THEN c.until END AS until, a.signer_key,
       CASE WHEN c.until > :at OR c.until IS NULL THEN c.state WHEN c.state = 'held' THEN 'asked'
       WHEN c.state = 'offered' AND c.passed_at IS NULL THEN 'queued' ELSE 'gone' END AS state, c.passed_at,
       'cancelled' IN (l.status, e.status) AS is_cancelled,
       l.status = 'open' AND e.status = 'published' AND l.starts_at > :at AS is_open,
       CASE c.resource WHEN 'place' THEN l.capacity ELSE r.capacity END AS capacity
FROM rsvp_claims c JOIN event_legs l ON l.id = c.leg_id JOIN events e ON e.id = l.event_id
LEFT JOIN leg_resources r ON r.leg_id = c.leg_id AND r.resource = c.resource
JOIN actions a ON a.id = c.action_id WHERE l.event_id = :event ORDER BY c.id
""")
_STANDING = text("""
SELECT count(*) FILTER (WHERE r.is_standing) AS standing, count(*) FILTER (WHERE a.state = 'confirmed'
    AND a.erased_at IS NULL) AS confirmed FROM rsvps r JOIN actions a ON a.id = r.action_id GROUP BY r.signer_key
""")
_PASS = (
    text("UPDATE rsvp_claims SET until = until - CAST(:by AS interval), queued_at = queued_at - CAST(:by AS interval)"),
    text(
        "UPDATE event_legs SET starts_at = starts_at - CAST(:by AS interval), ends_at = ends_at - CAST(:by AS interval)"
    ),
)
_PERSON = text("SELECT person_id FROM actions WHERE id = :id")

people = st.integers(0, PEOPLE - 1).map(lambda n: f"walker-{n}")
legs = st.integers(0, LEGS - 1)
parties = st.sampled_from([1, 1, 2, 2, 3, 4, 6, 10])
wishes = st.dictionaries(legs, st.tuples(parties, st.booleans(), st.booleans()), min_size=1).map(
    lambda chosen: [(leg, size, size * eats, size * sleeps) for leg, (size, eats, sleeps) in chosen.items()]
)
some = st.integers(0, 50)
has_made = precondition(lambda self: self.made)


class Marching(RuleBasedStateMachine):
    """A march with few places, meals and beds, and all that can happen to it."""

    def __init__(self, sessions, hashes):
        super().__init__()
        self.session = sessions()
        self.march = March(self.session, hashes, legs=LEGS, capacity=12, extras={"meal": 9, "bed": 5})
        self.made = []
        self.before = {}

    def teardown(self):
        self.session.rollback()
        self.session.close()

    def claims(self):
        """What is asked of the march, by id; what is over counts as over."""
        rows = self.session.execute(_CLAIMS, {"at": now(), "event": self.march.event.id})
        return {row.id: row for row in rows}

    def told(self, action_id):
        return find_own_rsvp(self.session, action_id, "en", now())

    def has(self, action_id):
        rows = [c for c in self.claims().values() if c.action_id == action_id]
        return {(c.leg_id, c.resource): c.amount for c in rows if c.state in ("offered", "going")}

    def one(self, n):
        return self.made[n % len(self.made)]

    # What people do

    @rule(who=people, wishes=wishes, is_sure=st.booleans())
    def rsvp(self, who, wishes, is_sure):
        self.made.append(self.march.ask(who, *wishes, comment=str(len(self.made))))
        if is_sure:
            self.confirm_as_told(self.made[-1])

    @has_made
    @rule(n=some)
    def confirm(self, n):
        self.confirm_as_told(self.one(n))

    def confirm_as_told(self, action_id):
        told = self.told(action_id)
        is_overruled = self.session.scalar(_OVERRULED, {"id": action_id})
        had = {c.signer_key for c in self.claims().values() if c.state != "gone" and c.action_id != action_id}
        self.march.confirm(action_id)
        if told is None or told.state != "waiting":
            return
        if is_overruled:
            assert not self.has(action_id), "the words typed last hold: who confirms older ones changes nothing"
            return
        signer = self.session.scalar(text("SELECT signer_key FROM actions WHERE id = :id"), {"id": action_id})
        for before, after in zip(told.legs, self.told(action_id).legs, strict=True):
            if before.state != "full" or signer not in had:  # what one had before is free for oneself
                assert after.state == CONFIRMED_AS[before.state], "who confirms gets what the page said"

    @has_made
    @rule(n=some, wishes=wishes)
    def change(self, n, wishes):
        action_id = self.one(n)
        wanted = tuple(wish(self.march.legs[leg], *amounts) for leg, *amounts in wishes)
        had = self.has(action_id)
        try:
            refused = change(self.session, ChangeRsvp(action_id, wanted))
        except GoneError:
            return
        has = self.has(action_id)
        for item in refused:
            assert has[item.leg_id, item.resource] == had[item.leg_id, item.resource], "what does not fit stays"
        kept_legs = {item.leg_id for item in refused if item.resource == "place"}
        for one in wanted:
            for resource, amount in one.amounts().items():
                if had.get((one.leg_id, resource), 0) >= amount and one.leg_id not in kept_legs:
                    assert has[one.leg_id, resource] == amount, "nobody loses what they had by asking for it"

    @has_made
    @rule(n=some)
    def take_back(self, n):
        withdraw(self.session, [self.one(n)], BY_NAME)

    @has_made
    @rule(n=some)
    def was_not_me(self, n):
        delete_waiting(self.session, [self.one(n)])
        self.let_the_ticker_come()

    @has_made
    @rule(n=some)
    def forget_me(self, n):
        person = self.session.scalar(_PERSON, {"id": self.one(n)})
        if person is not None:
            erase_person(self.session, person, BY_NAME)
            self.let_the_ticker_come()

    @precondition(lambda self: any(c.state == "offered" for c in self.claims().values()))
    @rule(n=some, is_yes=st.booleans())
    def answer(self, n, is_yes):
        offered = [c for c in self.claims().values() if c.state == "offered"]
        claim = offered[n % len(offered)]
        assert (accept if is_yes else decline)(self.session, claim.action_id, claim.leg_id), (
            "what is shown can be taken"
        )
        assert self.claims()[claim.id].state == ("going" if is_yes else "gone")

    @has_made
    @rule(n=some, leg=legs, is_yes=st.booleans())
    def answer_whatever(self, n, leg, is_yes):
        with suppress(GoneError):
            (accept if is_yes else decline)(self.session, self.one(n), self.march.legs[leg])

    # What who runs it does

    @rule(leg=legs, capacity=st.one_of(st.none(), st.integers(0, 25)), is_open=st.one_of(st.none(), st.booleans()))
    def set_leg(self, leg, capacity, is_open):
        set_leg(self.session, OPERATOR, self.march.event, leg + 1, now(), capacity=capacity, is_open=is_open)

    @rule(chance=st.integers(0, 9))
    def cancel(self, chance):
        if chance == 9:  # seldom: little happens after it
            cancel_event(self.session, OPERATOR, self.march.event, now())

    # What time does

    @rule(hours=st.sampled_from([1, 2, 3, 24 * 10 - 3, 24 * 20]))
    def pass_time(self, hours):
        for statement in _PASS:
            self.session.execute(statement, {"by": timedelta(hours=hours)})
        self.session.expire_all()

    @rule()
    def let_the_ticker_come(self):
        settle_overdue(self.session, now())

    # What is true after each step

    @invariant()
    def all_is_as_it_should_be(self):
        claims = self.claims()
        self.assert_exact(claims)
        self.assert_told_the_truth(claims)
        _assert_meals_and_beds_follow_the_place(claims)
        _assert_nobody_overtaken(self.before, claims)
        standing = self.session.execute(_STANDING).all()
        assert all(row.standing == row.confirmed <= 1 for row in standing), "one standing RSVP a person"
        self.before = claims

    def assert_exact(self, claims):
        taken, was = _sum(claims), _sum(self.before)
        for claim in claims.values():
            pool = (claim.leg_id, claim.resource)
            if claim.state in TAKEN:  # a lowered capacity takes nobody's place
                assert taken[pool] <= max(claim.capacity, was.get(pool, 0)), "one too many"
        open_legs = {claim.leg_id for claim in claims.values() if claim.is_open}
        waiting = self.session.execute(WAITS_IN_VAIN).all()
        assert [row for row in waiting if row.leg_id in open_legs] == [], "a free place, and somebody it would do for"

    def assert_told_the_truth(self, claims):
        told = list_own_rsvps(self.session, sorted({claim.action_id for claim in claims.values()}), "en", now())
        for claim in claims.values():
            leg = next(leg for leg in told[claim.action_id].legs if leg.id == claim.leg_id)
            own = claim_of(leg, claim.resource)
            assert (own.amount, own.state, own.until) == (claim.amount, claim.state, claim.until)
            if claim.is_cancelled:
                assert leg.state == "cancelled"
            elif claim.resource == "place":
                assert leg.state == claim.state or (claim.state == "asked" and leg.state in ("free", "full"))


def _assert_meals_and_beds_follow_the_place(claims):
    places = {(c.action_id, c.leg_id): c for c in claims.values() if c.resource == "place"}
    for claim in claims.values():
        place = places[claim.action_id, claim.leg_id]
        assert claim.state == "gone" or claim.amount <= place.amount
        assert claim.state not in TAKEN or place.state in TAKEN, "nobody eats or sleeps where they are not"


def _sum(claims):
    taken = {}
    for claim in claims.values():
        if claim.state in TAKEN:
            pool = (claim.leg_id, claim.resource)
            taken[pool] = taken.get(pool, 0) + claim.amount
    return taken


def _assert_nobody_overtaken(before, claims):
    """Who waited and still waits would not have fitted into what others were given in this step, who came later."""
    had = {claim.signer_key for claim in before.values() if claim.state in TAKEN}
    for given in claims.values():
        was = before.get(given.id)
        if given.state not in TAKEN or (was and was.state in TAKEN) or given.signer_key in had:
            continue
        for waits in claims.values():
            waited = before.get(waits.id)
            if (waits.leg_id, waits.resource, waits.state) != (given.leg_id, given.resource, "queued") or not waited:
                continue
            if waits.passed_at != waited.passed_at:  # who let an offer pass in this step has their turn for the next
                continue
            came_first = not given.queued_at or (waits.queued_at, waits.id) < (given.queued_at, given.id)
            if waited.state == "queued" and came_first and _has_place(waits, before) and _has_place(waits, claims):
                assert max(waits.amount, waited.amount) > given.amount, f"{waits} was overtaken by {given}"


def _has_place(claim, claims):
    return claim.resource == "place" or any(
        c.state == "going" and c.resource == "place" and (c.action_id, c.leg_id) == (claim.action_id, claim.leg_id)
        for c in claims.values()
    )


@pytest.mark.race
def test_no_sequence_of_steps_breaks_the_rule(sessions, installation, demo):
    run_state_machine_as_test(
        lambda: Marching(sessions, installation.hashes),
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=tuple(Phase) if os.environ.get(VARIABLE) else (Phase.generate,),
        ),
    )
