"""Writes to whom a change of an event concerns: one mail to each, however many of their legs it is about.

What is changed again before the mail of the first change went out is told once, by the later mail; what is changed back
before that is not told at all.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.events.capacity.counting import lock_legs
from campaign.events.models import Event
from campaign.events.revisions.effects import Effects
from campaign.events.revisions.snapshots import Snapshot
from campaign.kernel.clock import now
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append, withdraw_topic

CHANGED = "events.changed"

# Whoever has begun a leg is not told of it any more.
_CONCERNED = text("""
SELECT a.id, a.person_id, a.campaign_id, c.organization_id, array_agg(DISTINCT k.leg_id ORDER BY k.leg_id) AS legs
FROM rsvps r JOIN rsvp_claims k USING (action_id) JOIN actions a ON a.id = r.action_id
JOIN campaigns c ON c.id = a.campaign_id JOIN event_legs l ON l.id = k.leg_id
WHERE k.leg_id = ANY(:legs) AND k.state IN ('going', 'offered', 'queued') AND (k.until IS NULL OR k.until > :at)
  AND r.is_standing AND a.state = 'confirmed' AND NOT a.is_made_up AND l.starts_at > :at
GROUP BY a.id, c.organization_id ORDER BY a.id
""")


def tell_of_change(
    session: Session,
    event: Event,
    leg_ids: Sequence[int],
    at: datetime | None = None,
    *,
    before: Mapping[int, str] | None = None,
    after: Snapshot | None = None,
    effects: Effects | None = None,
) -> int:
    """Write to everybody who has or waits for a place on these legs, if they are to come; return how many that are.

    Comes before the claims on cancelled legs are ended, because it looks at them.

    `at`: the moment of the change, by default now. `before`: of legs whose time or place changed, the stamp of what it
    was (`Snapshot.stamps`); `after`: the event as it is now; without these nothing is known to be changed back. Whom
    this touches is added to `effects`.
    """
    effects = effects or Effects({})
    at = at or now()
    lock_legs(session, leg_ids, at)  # first: whoever is confirmed while this waits for the legs has to know as well
    rows = session.execute(_CONCERNED, {"legs": list(leg_ids), "at": at}).all()
    reachable = [row for row in rows if row.person_id is not None]
    pending = dict(withdraw_topic(session, CHANGED, [row.id for row in reachable]))
    messages = []
    for row in reachable:
        payload = _payload(event, row.legs, before or {}, pending.get(row.id, {}), after)
        if payload["legs"]:
            messages.append(NewMessage.about_action(row, lane="critical", topic=CHANGED, payload=payload))
        else:
            effects.taken_back += 1
        for leg_id in set(row.legs).intersection(payload["legs"], effects.legs):
            effects.legs[leg_id].told += 1
    append(session, messages)
    effects.is_told_of_change = True
    effects.told += len(messages)
    effects.unreachable += len(rows) - len(reachable)
    return len(messages)


def _payload(
    event: Event, leg_ids: Sequence[int], before: Mapping[int, str], pending: Mapping[str, Any], after: Snapshot | None
) -> dict[str, Any]:
    """Return what a mail is about: these legs and those of the mail that did not go out, less what was changed back."""
    was = {str(leg): before[leg] for leg in leg_ids if leg in before}
    # What they know is what was before the mail that did not go out.
    known = pending.get("was", {}).items()
    was |= {leg: stamp for leg, stamp in known if int(leg) in before or int(leg) not in leg_ids}
    ids = {*leg_ids, *pending.get("legs", ())}
    return {
        "event": event.id,
        "version": event.version,
        "legs": sorted(leg for leg in ids if after is None or was.get(str(leg)) != after.stamps.get(leg, "")),
        "was": was,
        "cancelled": sorted(
            {*pending.get("cancelled", ())}.union(leg for leg in leg_ids if after and after.is_off(leg))
        ),
    }
