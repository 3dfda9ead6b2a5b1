"""Events with given capacities, and RSVPs as a door would make them, for tests of how places are given out."""

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from sqlalchemy import text

from campaign.actions.kind import ActionKind
from campaign.events.commands import MakeRsvp, Wish
from campaign.events.models import Event, Leg
from campaign.events.resources import LegResource
from campaign.events.service import KIND, give_back, rsvp, stand
from tests.actions.batches import take_action

RSVP = ActionKind(KIND, rsvp, on_confirmed=stand, on_withdrawn=give_back, on_erased=give_back)
BY_NAME = {KIND: RSVP}

# At no moment may this find anything: a leg of which more is taken than it has. What is over takes nothing any more.
OVER = text("""
SELECT l.id, c.resource, sum(c.amount) FROM rsvp_claims c JOIN event_legs l ON l.id = c.leg_id
LEFT JOIN leg_resources r ON r.leg_id = c.leg_id AND r.resource = c.resource AND r.is_there
WHERE c.state = 'going' OR c.until > now()
GROUP BY l.id, c.resource, r.leg_id, r.resource
HAVING sum(c.amount) > CASE WHEN c.resource = 'place' THEN coalesce(l.capacity, 2147483647)
    WHEN r.leg_id IS NULL THEN 0 ELSE coalesce(r.capacity, 2147483647) END
""")

SET_CAPACITY = """
UPDATE leg_resources r SET capacity = :most FROM event_legs l
WHERE l.id = r.leg_id AND l.public_id = :id AND r.resource = :resource
"""

# At rest this may find nothing either: somebody waits for what would fit.
WAITS_IN_VAIN = text("""
WITH taken AS (
    SELECT leg_id, resource, sum(amount) AS amount FROM rsvp_claims
    WHERE state IN ('held', 'offered', 'going') GROUP BY leg_id, resource
)
SELECT q.id, q.leg_id, q.resource, q.amount FROM rsvp_claims q JOIN event_legs l ON l.id = q.leg_id
LEFT JOIN taken t ON t.leg_id = q.leg_id AND t.resource = q.resource
LEFT JOIN leg_resources r ON r.leg_id = q.leg_id AND r.resource = q.resource AND r.is_there
WHERE q.state = 'queued' AND coalesce(t.amount, 0) + q.amount <= CASE WHEN q.resource = 'place'
    THEN coalesce(l.capacity, 2147483647) WHEN r.leg_id IS NULL THEN 0 ELSE coalesce(r.capacity, 2147483647) END
  AND (q.resource = 'place' OR EXISTS (SELECT FROM rsvp_claims p WHERE p.action_id = q.action_id
    AND p.leg_id = q.leg_id AND p.resource = 'place' AND p.state = 'going'))
""")


def _resources(**capacities):
    return {word: LegResource(resource=word, is_there=True, capacity=most) for word, most in capacities.items()}


def make_event(
    session, slug="a-march", *, legs=5, starts_in=timedelta(days=30), extras=MappingProxyType({}), **columns
):
    """A published event whose legs have these columns, and `extras` for so many; returns it with the ids of its legs."""
    campaign_id = session.scalar(text("SELECT id FROM campaigns WHERE slug = 'fair-food'"))
    event = Event(
        slug=slug,
        campaign_id=campaign_id,
        kind="march",
        status="published",
        timezone="America/New_York",
        title={"en": "A march"},
        summary={"en": "Five days."},
        bring={},
        asks=[],
    )
    session.add(event)
    session.flush()
    start = datetime.now(UTC).replace(microsecond=0) + starts_in
    rows = [
        Leg(
            event_id=event.id,
            position=n + 1,
            title={"en": f"Day {n + 1}"},
            starts_at=start + timedelta(days=n),
            ends_at=start + timedelta(days=n, hours=8),
            resources=_resources(**{"meal": None, "bed": 12, **extras}),
            **{"capacity": 20, **columns},
        )
        for n in range(legs)
    ]
    session.add_all(rows)
    session.flush()
    return event, [row.id for row in rows]


def claim_of(own_leg, resource):
    """What somebody is told of one resource of a leg of theirs."""
    claims = {extra.resource.word: extra.claim for extra in own_leg.extras}
    return own_leg.place if resource == "place" else claims[resource]


def make_rsvp(hashes, campaign, event_id, name, wishes, **changed):
    """The command of somebody called `name`; `wishes` are those of `wish`; campaign has two ids."""
    campaign_id, organization_id = campaign
    action = take_action(
        hashes, f"{name}@example.org", campaign_id, organization_id, kind=KIND, is_counted=False, **changed
    )
    return MakeRsvp(action, event_id, tuple(wish(*one) for one in wishes))


def wish(leg_id, places, meals=0, beds=0, children=0):
    """What is asked of one leg."""
    return Wish(leg_id, places, {"meal": meals, "bed": beds}, children)
