"""Brakes: stop a lane by itself when the provider refuses us or readers do, visibly and for a while.

The rule of the automatic brakes, looked at every minute over the last 24 hours of a lane: once `MIN_SENT` messages
went, 0.1 % complaints or 5 % bounces stop the lane for `REPUTATION_SECONDS`; the same numbers stop it again after that,
until the bad day has left the window. The critical lane is exempt: a confirmation somebody
waits for is not bulk mail, and a form abused with dead addresses would otherwise shut everybody out.

Source: delivery.md, "Pace"; Gmail's sender guidelines ask for spam rates below 0.1 %.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

REFUSED_SECONDS = 300
REPUTATION_SECONDS = 3600
MIN_SENT = 100
MAX_COMPLAINT_SHARE = 0.001
MAX_BOUNCE_SHARE = 0.05
BRAKED_LANES = ("letters", "bulk")

_BRAKE = text(
    """
    INSERT INTO outbox_switches (lane, reason, by_whom, until)
    VALUES (:lane, :reason, 'automatic brake', now() + make_interval(secs => :seconds))
    ON CONFLICT ON CONSTRAINT uq_outbox_switches_scope DO UPDATE SET until = excluded.until, since = now()
    WHERE outbox_switches.until IS NOT NULL
    """
)


def brake_lane(session: Session, lane: str, reason: str, seconds: float = REFUSED_SECONDS) -> None:
    """Stop a lane for `seconds`; its messages stay due. A switch somebody set without an end keeps having none."""
    session.execute(_BRAKE, {"lane": lane, "reason": reason, "seconds": float(seconds)})


_SHARES = text(
    """
    SELECT lane, count(*), count(*) FILTER (WHERE state = 'complained'),
           count(*) FILTER (WHERE state = 'bounced' AND reason NOT LIKE 'blocked:%')
    FROM outbox_messages
    WHERE lane = ANY(:lanes) AND settled_at > now() - interval '24 hours' AND sent_at IS NOT NULL
    GROUP BY lane
    """
)


def apply_automatic_brakes(session: Session) -> list[str]:
    """Brake each lane whose last 24 hours broke the rule above; returns the lanes braked."""
    braked = []
    for lane, sent, complaints, bounces in session.execute(_SHARES, {"lanes": list(BRAKED_LANES)}).all():
        if sent < MIN_SENT:
            continue
        if complaints >= sent * MAX_COMPLAINT_SHARE and complaints > 0:
            brake_lane(session, lane, "too many complaints", REPUTATION_SECONDS)
            braked.append(lane)
        if bounces >= sent * MAX_BOUNCE_SHARE:
            brake_lane(session, lane, "too many bounces", REPUTATION_SECONDS)
            braked.append(lane)
    return sorted(set(braked))
