"""Brakes: stop what is complained about by itself, visibly and for a while, or a lane whose provider refuses us.

The rule of the automatic brakes, looked at every minute over the last 24 hours of `letters` and `bulk`, each lane for
itself. Something breaks the rule when `MIN_SENT` messages of it went and 0.1 % of them were complained about, or 5 %
bounced for good (a bounce of type `blocked` says nothing lasting and does not count; one without a reason does).

- A campaign that breaks it is stopped in that lane. Others go on.
- The whole lane is stopped when it breaks the rule *also without its worst campaign*, and there with
  `MIN_OTHER_COMPLAINTS` complaints at least: then it is not one campaign's doing, and the sender's good name, which all
  share, is at stake. So one complaint never stops more than its campaign.

A brake lasts `REPUTATION_SECONDS`; the same numbers set it again after that, until the bad day has left the window. The
critical lane is exempt: a confirmation somebody waits for is not bulk mail, and a form abused with dead addresses
would otherwise shut everybody out.

Source: docs/delivery.md, "Pace"; Gmail's sender guidelines ask for spam rates below 0.1 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.lanes import LaneName

REFUSED_SECONDS = 300
REPUTATION_SECONDS = 3600
MIN_SENT = 100
MAX_COMPLAINT_SHARE = 0.001
MAX_BOUNCE_SHARE = 0.05
MIN_OTHER_COMPLAINTS = 2
"""Of the other campaigns together, before complaints stop a lane."""

BRAKED_LANES: tuple[LaneName, ...] = ("letters", "bulk")

_BRAKE = text(
    """
    INSERT INTO outbox_switches (lane, campaign_id, reason, by_whom, until)
    VALUES (:lane, :campaign_id, :reason, 'automatic brake', now() + make_interval(secs => :seconds))
    ON CONFLICT ON CONSTRAINT uq_outbox_switches_scope DO UPDATE SET until = excluded.until, since = now()
    WHERE outbox_switches.until IS NOT NULL
    """
)


def brake_lane(
    session: Session, lane: LaneName, reason: str, seconds: float = REFUSED_SECONDS, campaign_id: int | None = None
) -> None:
    """Stop a lane, or one campaign in it, for `seconds`; its messages stay due.

    A switch somebody set without an end keeps having none. Campaign 0 is what belongs to none.
    """
    values = {"lane": lane, "campaign_id": campaign_id, "reason": reason, "seconds": float(seconds)}
    session.execute(_BRAKE, values)


_SHARES = text(
    """
    SELECT lane, coalesce(campaign_id, 0) AS campaign_id, count(*) AS sent,
           count(*) FILTER (WHERE state = 'complained') AS complaints,
           count(*) FILTER (WHERE state = 'bounced' AND coalesce(reason, '') NOT LIKE 'blocked:%') AS bounces
    FROM outbox_messages
    WHERE lane = ANY(:lanes) AND settled_at > now() - interval '24 hours' AND sent_at IS NOT NULL
    GROUP BY 1, 2 ORDER BY 1, 2
    """
)


@dataclass(frozen=True)
class Share:
    """Of `sent` messages of a campaign in a lane, so many were answered badly in one way."""

    campaign_id: int
    sent: int
    bad: int


@dataclass(frozen=True)
class Brake:
    """What is stopped: a campaign in a lane, or with None the lane."""

    lane: LaneName
    campaign_id: int | None
    reason: str


@dataclass(frozen=True)
class _Rule:
    reason: str
    most: float
    least_of_others: int

    def is_broken(self, sent: int, bad: int) -> bool:
        return sent >= MIN_SENT and bad > 0 and bad >= sent * self.most

    def judge(self, lane: LaneName, shares: Sequence[Share]) -> list[Brake]:
        """Return what this rule stops."""
        found = [Brake(lane, one.campaign_id, self.reason) for one in shares if self.is_broken(one.sent, one.bad)]
        worst = max(shares, key=lambda one: (one.bad, one.sent))
        sent = sum(one.sent for one in shares) - worst.sent
        bad = sum(one.bad for one in shares) - worst.bad
        if bad >= self.least_of_others and self.is_broken(sent, bad):
            found.append(Brake(lane, None, self.reason))
        return found


_COMPLAINTS = _Rule("too many complaints", MAX_COMPLAINT_SHARE, MIN_OTHER_COMPLAINTS)
_BOUNCES = _Rule("too many bounces", MAX_BOUNCE_SHARE, 1)


def apply_automatic_brakes(session: Session) -> list[Brake]:
    """Stop what broke the rule above in the last 24 hours; returns the brakes, set or set again."""
    rows = session.execute(_SHARES, {"lanes": list(BRAKED_LANES)}).all()
    brakes = []
    for lane in BRAKED_LANES:
        mine = [row for row in rows if row.lane == lane]
        if mine:
            brakes += _COMPLAINTS.judge(lane, [Share(row.campaign_id, row.sent, row.complaints) for row in mine])
            brakes += _BOUNCES.judge(lane, [Share(row.campaign_id, row.sent, row.bounces) for row in mine])
    for brake in brakes:
        brake_lane(session, brake.lane, brake.reason, REPUTATION_SECONDS, brake.campaign_id)
    return brakes
