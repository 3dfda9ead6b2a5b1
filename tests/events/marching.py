"""Somebody who RSVPs, confirms, changes, takes back, erases, accepts and lets time pass, at random; for the race test."""

import random
import time
from collections import Counter
from contextlib import suppress

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError

from campaign.actions.commands import ConfirmAction
from campaign.actions.service.confirming import confirm
from campaign.actions.service.taking_back import erase_person, withdraw
from campaign.events.capacity.changes import accept, change, decline
from campaign.events.capacity.offers import settle_overdue
from campaign.events.commands import ChangeRsvp
from campaign.events.service import rsvp
from campaign.kernel.clock import now
from campaign.kernel.errors import GoneError
from campaign.kernel.installation import Installation
from campaign.kernel.retrying import RETRYABLE
from tests.actions.stage import settings_of
from tests.events.stage import BY_NAME, make_rsvp, wish

_WAITING = text("SELECT public_id FROM actions WHERE kind = 'rsvp' AND state = 'waiting' ORDER BY random() LIMIT 5")
_STANDING = text("SELECT action_id FROM rsvps WHERE is_standing ORDER BY random() LIMIT 1")
_OFFERED = text("SELECT action_id, leg_id FROM rsvp_claims WHERE state = 'offered' ORDER BY random() LIMIT 1")
_PERSON = text("""
SELECT a.person_id FROM rsvps JOIN actions a ON a.id = action_id WHERE person_id IS NOT NULL ORDER BY random() LIMIT 1
""")
_AGING = text("SELECT action_id FROM rsvp_claims WHERE until > now() ORDER BY random() LIMIT 2")
# As all who change claims do, it locks the legs first: it stands for time, which waits for nobody.
_LOCK_LEGS = text("""
SELECT id FROM event_legs WHERE id IN (SELECT leg_id FROM rsvp_claims WHERE action_id = ANY(:ids)) ORDER BY id
FOR NO KEY UPDATE
""")
_AGE = text("""
UPDATE rsvp_claims SET until = now() - interval '1 second' WHERE until > now() AND action_id = ANY(:ids)
""")


class Marcher:
    """One process's share of the crowd."""

    def __init__(self, database_url, number, count):
        settings = settings_of(database_url)
        self.installation = Installation(settings)
        self.sessions = self.installation.sessions(create_engine(settings.database_url))
        self.random = random.Random(number)
        self.number, self.left = number, count
        self.last = []
        self.again_for = Counter()
        with self.sessions() as session:
            row = session.execute(text("SELECT id, organization_id FROM campaigns WHERE slug = 'fair-food'")).one()
            self.campaign = (row.id, row.organization_id)
            self.event = session.scalar(text("SELECT id FROM events WHERE slug = 'a-march'"))
            legs = text("SELECT id FROM event_legs WHERE event_id = :id ORDER BY id")
            self.legs = list(session.scalars(legs, {"id": self.event}))

    def run(self):
        """Do things until the share is used up; each is a transaction, run again where a neighbour was in its way."""
        while self.left > 0:
            doing = self.random.choices(
                [self.make, self.again, self.confirm, self.change, self.withdraw, self.erase, self.accept, self.age],
                [30, 2, 40, 8, 9, 2, 8, 4],
            )[0]
            state = self.random.getstate()
            for attempt in range(1, 30):
                try:
                    with self.sessions() as session, session.begin():
                        doing(session)
                    break
                except DBAPIError as error:
                    state_of = getattr(error.orig, "sqlstate", None)
                    if state_of not in RETRYABLE and not isinstance(error, OperationalError):
                        raise
                    self.again_for[state_of or "person vanished"] += 1
                    self.random.setstate(state)
                    time.sleep(0.005 * attempt)  # a neighbour is in the way
            else:
                raise AssertionError("never came through")

    def make(self, session):
        batch = [self._command(n) for n in range(self.random.randint(1, 7))]
        assert len(rsvp(session, batch)) == len(batch)
        self.last = batch
        self.left -= len(batch)

    def again(self, session):
        """A second press of the button."""
        rsvp(session, self.last)

    def _command(self, place):
        name = f"p{self.number}.{self.random.randint(0, 400)}"  # some come again, with other wishes
        return make_rsvp(
            self.installation.hashes, self.campaign, self.event, name, self._wishes(), comment=f"{self.left}.{place}"
        )

    def _wishes(self):
        legs = self.random.sample(self.legs, self.random.randint(1, len(self.legs)))
        return [self._wish(leg) for leg in legs]

    def _wish(self, leg):
        party = self.random.choice([1, 1, 1, 2, 2, 3, 4, 6, 10])
        return leg, party, self.random.choice([0, party]), self.random.choice([0, party])

    def confirm(self, session):
        confirm(session, [ConfirmAction(key) for key in session.scalars(_WAITING)], BY_NAME)

    def change(self, session):
        action_id = session.scalar(_STANDING)
        if action_id is not None:
            with suppress(GoneError):  # a neighbour took it back meanwhile
                change(session, ChangeRsvp(action_id, tuple(wish(*one) for one in self._wishes())))

    def withdraw(self, session):
        action_id = session.scalar(_STANDING)
        if action_id is not None:
            withdraw(session, [action_id], BY_NAME)

    def erase(self, session):
        person = session.scalar(_PERSON)
        if person is not None:
            erase_person(session, person, BY_NAME)

    def accept(self, session):
        row = session.execute(_OFFERED).one_or_none()
        if row is not None:
            with suppress(GoneError):
                self.random.choice([accept, accept, decline])(session, row.action_id, row.leg_id)

    def age(self, session):
        ids = list(session.scalars(_AGING))
        session.execute(_LOCK_LEGS, {"ids": ids})
        session.execute(_AGE, {"ids": ids})
        settle_overdue(session, now())


def march(database_url, number, count):
    """Do one process's share of the race; return how often it ran a transaction again, by SQLSTATE."""
    marcher = Marcher(database_url, number, count)
    marcher.run()
    return dict(marcher.again_for)
