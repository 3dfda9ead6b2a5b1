"""Events with given capacities, and RSVPs as a door would make them, for tests of how places are given out."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from campaign.actions.kind import ActionKind
from campaign.events.commands import MakeRsvp, Wish
from campaign.events.models import Event, Leg
from campaign.events.service import KIND, give_back, rsvp, stand
from tests.actions.batches import take_action

RSVP = ActionKind(KIND, rsvp, on_confirmed=stand, on_withdrawn=give_back, on_erased=give_back)
BY_NAME = {KIND: RSVP}

# At no moment may this find anything: a leg of which more is taken than it has. What is over takes nothing any more.
OVER = text("""
SELECT l.id, c.resource, sum(c.amount) FROM rsvp_claims c JOIN event_legs l ON l.id = c.leg_id
WHERE c.state = 'going' OR c.until > now()
GROUP BY l.id, c.resource
HAVING sum(c.amount) > CASE c.resource WHEN 'place' THEN coalesce(l.capacity, 2147483647)
    WHEN 'meal' THEN CASE WHEN l.has_meal THEN coalesce(l.meal_capacity, 2147483647) ELSE 0 END
    ELSE CASE WHEN l.has_lodging THEN coalesce(l.bed_capacity, 2147483647) ELSE 0 END END
""")

# At rest this may find nothing either: somebody waits for what would fit.
WAITS_IN_VAIN = text("""
WITH taken AS (
    SELECT leg_id, resource, sum(amount) AS amount FROM rsvp_claims
    WHERE state IN ('held', 'offered', 'going') GROUP BY leg_id, resource
)
SELECT q.id, q.leg_id, q.resource, q.amount FROM rsvp_claims q JOIN event_legs l ON l.id = q.leg_id
LEFT JOIN taken t ON t.leg_id = q.leg_id AND t.resource = q.resource
WHERE q.state = 'queued' AND coalesce(t.amount, 0) + q.amount <= CASE q.resource
    WHEN 'place' THEN coalesce(l.capacity, 2147483647) WHEN 'meal' THEN coalesce(l.meal_capacity, 2147483647)
    ELSE coalesce(l.bed_capacity, 2147483647) END
  AND (q.resource = 'place' OR EXISTS (SELECT FROM rsvp_claims p WHERE p.action_id = q.action_id
    AND p.leg_id = q.leg_id AND p.resource = 'place' AND p.state = 'going'))
""")


def make_event(session, slug="a-march", *, legs=5, starts_in=timedelta(days=30), **columns):
    """A published event whose legs have these columns; returns it with the ids of its legs."""
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
            **{"capacity": 20, "has_meal": True, "has_lodging": True, "bed_capacity": 12, **columns},
        )
        for n in range(legs)
    ]
    session.add_all(rows)
    session.flush()
    return event, [row.id for row in rows]


def make_rsvp(hashes, campaign, event_id, name, wishes, **changed):
    """The command of somebody called `name`; `wishes` are `(leg, places[, meals[, beds]])`; campaign has two ids."""
    campaign_id, organization_id = campaign
    action = take_action(
        hashes, f"{name}@example.org", campaign_id, organization_id, kind=KIND, is_counted=False, **changed
    )
    return MakeRsvp(action, event_id, tuple(Wish(*wish) for wish in wishes))
