"""Brakes: stop what is complained about by itself, visibly and for a while, or a lane whose provider refuses us.

The rule of the automatic brakes, looked at every minute over the last 24 hours of `receipts`, `letters` and `bulk`,
each lane for itself. Something breaks the rule when `MIN_SENT` messages of it went and 0.1 % of them were complained
about, or 5 % bounced for good (one that passes says nothing lasting and does
not count, `campaign.delivery.bounces`; one without a reason does).

- A campaign that breaks it is stopped in that lane, or the broadcast that does. Others go on.
- An organization is stopped in the lane when it breaks the rule *also without its worst campaign*, and there with
  `MIN_OTHER_COMPLAINTS` complaints at least: then it is not one campaign's doing. A campaign by its broadcasts, too.
- The whole lane is stopped when it breaks the rule also without its worst *organization*, by the same measure: then it
  is not one organization's doing, and the sender's good name, which all share, is at stake.

So one complaint never stops more than its campaign, and what one organization does never stops another's mail.

A brake lasts `REPUTATION_SECONDS`; the same numbers set it again after that, until the bad day has left the window. The
critical lane is exempt: a confirmation somebody waits for is not bulk mail, and a form abused with dead addresses
would otherwise shut everybody out.

Source: docs/delivery.md, "Pace"; Gmail's sender guidelines ask for spam rates below 0.1 %.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.delivery.bounces import BLOCKED, PASSING
from campaign.kernel.lanes import LaneName

REFUSED_SECONDS = 300
REPUTATION_SECONDS = 3600
MIN_SENT = 100
MAX_COMPLAINT_SHARE = 0.001
MAX_BOUNCE_SHARE = 0.05
MIN_OTHER_COMPLAINTS = 2
"""Of the other parts together, before complaints stop the whole."""

BRAKED_LANES: tuple[LaneName, ...] = ("receipts", "letters", "bulk")

_BRAKE = text(
    """
    INSERT INTO outbox_switches (lane, organization_id, campaign_id, broadcast_id, reason, by_whom, until)
    VALUES (:lane, :organization_id, :campaign_id, :broadcast_id, :reason, 'automatic brake',
            now() + make_interval(secs => :seconds))
    ON CONFLICT ON CONSTRAINT uq_outbox_switches_scope DO UPDATE SET until = excluded.until, since = now()
    WHERE outbox_switches.until IS NOT NULL
    """
)


@dataclass(frozen=True, order=True)
class Scope:
    """What of a lane is stopped; where all are None, the whole of it. 0 is what belongs to none."""

    organization_id: int | None = None
    campaign_id: int | None = None
    broadcast_id: int | None = None


WHOLE = Scope()


def brake_lane(
    session: Session, lane: LaneName, reason: str, seconds: float = REFUSED_SECONDS, scope: Scope = WHOLE
) -> None:
    """Stop a lane, or something in it, for `seconds`; its messages stay due.

    A switch somebody set without an end keeps having none.
    """
    session.execute(_BRAKE, {"lane": lane, "reason": reason, "seconds": float(seconds), **vars(scope)})


# What was answered badly is found first, and is little. With so many bad answers in a lane, more than `enough` messages
# of a stream are too many for any rule to be broken by what the stream is part of: none is counted beyond that.
_SHARES = text(
    """
    WITH bad AS MATERIALIZED (
        SELECT lane, stream, count(*) FILTER (WHERE state = 'complained') AS complaints,
               count(*) FILTER (WHERE state = 'bounced'
                   AND coalesce(reason, '') NOT LIKE ALL (CAST(:passing AS text[]))) AS bounces
        FROM outbox_messages
        WHERE lane = ANY(:lanes) AND state IN ('bounced', 'complained')
          AND settled_at > now() - interval '24 hours' AND sent_at IS NOT NULL
        GROUP BY 1, 2
    ), lanes AS MATERIALIZED (
        SELECT lane, CAST(greatest(:least, sum(complaints) / CAST(:complaint_share AS numeric),
                                   sum(bounces) / CAST(:bounce_share AS numeric)) AS bigint) + 1 AS enough
        FROM bad GROUP BY lane HAVING sum(complaints) + sum(bounces) > 0
    )
    SELECT t.lane, t.organization_id, t.campaign_id, t.broadcast_id, sum(s.sent)::bigint AS sent,
           coalesce(sum(b.complaints), 0)::bigint AS complaints, coalesce(sum(b.bounces), 0)::bigint AS bounces
    FROM lanes l JOIN outbox_turns t USING (lane) LEFT JOIN bad b USING (stream)
    CROSS JOIN LATERAL (
        SELECT count(*) AS sent FROM (
            SELECT FROM outbox_messages
            WHERE stream = t.stream AND settled_at > now() - interval '24 hours' AND sent_at IS NOT NULL
            ORDER BY settled_at DESC LIMIT l.enough) m
    ) s
    WHERE s.sent > 0 GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    """
)


@dataclass(frozen=True)
class Share:
    """Of `sent` messages of a campaign or broadcast in a lane, so many were answered badly in one way.

    Where that is too few to stop anything, `sent` may be less than went.
    """

    organization_id: int
    campaign_id: int
    broadcast_id: int
    sent: int
    bad: int


@dataclass(frozen=True)
class Brake:
    """What is stopped of a lane, and why."""

    lane: LaneName
    scope: Scope
    reason: str


@dataclass(frozen=True)
class _Rule:
    reason: str
    most: float
    least_of_others: int

    def is_broken(self, sent: int, bad: int) -> bool:
        return sent >= MIN_SENT and bad > 0 and bad >= sent * self.most

    def judge(self, shares: Sequence[Share]) -> set[Scope]:
        """Return what of a lane this rule stops."""
        found = {_scope_of(one) for one in shares if self.is_broken(one.sent, one.bad)}
        for scope_of_part, scope_of_whole in _LEVELS:
            for whole, inside in _gather(shares, scope_of_whole).items():
                if self._is_not_one_parts_doing(_gather(inside, scope_of_part).values()):
                    found.add(whole)
        return found

    def _is_not_one_parts_doing(self, parts: Collection[Sequence[Share]]) -> bool:
        sums = sorted((sum(one.bad for one in part), sum(one.sent for one in part)) for part in parts)
        others = sums[:-1]
        bad, sent = sum(bad for bad, _ in others), sum(sent for _, sent in others)
        return bad >= self.least_of_others and self.is_broken(sent, bad)


def _gather(shares: Sequence[Share], scope_of: Callable[[Share], Scope]) -> dict[Scope, list[Share]]:
    gathered: dict[Scope, list[Share]] = {}
    for one in shares:
        gathered.setdefault(scope_of(one), []).append(one)
    return gathered


def _scope_of(share: Share) -> Scope:
    return Scope(broadcast_id=share.broadcast_id) if share.broadcast_id else _campaign_of(share)


def _campaign_of(share: Share) -> Scope:
    """Return the campaign; of what belongs to none each broadcast is one by itself."""
    if share.campaign_id:
        return Scope(campaign_id=share.campaign_id)
    if share.broadcast_id:
        return Scope(broadcast_id=share.broadcast_id)
    return Scope(organization_id=share.organization_id, campaign_id=0)


def _organization_of(share: Share) -> Scope:
    return Scope(organization_id=share.organization_id)


_LEVELS: tuple[tuple[Callable[[Share], Scope], Callable[[Share], Scope]], ...] = (
    (_scope_of, _campaign_of),
    (_campaign_of, _organization_of),
    (_organization_of, lambda _share: WHOLE),
)
"""What is judged as a whole without its worst part: part, whole."""

_COMPLAINTS = _Rule("too many complaints", MAX_COMPLAINT_SHARE, MIN_OTHER_COMPLAINTS)
_BOUNCES = _Rule("too many bounces", MAX_BOUNCE_SHARE, 1)


def _values() -> dict[str, object]:
    return {
        "lanes": list(BRAKED_LANES),
        "least": MIN_SENT,
        "complaint_share": MAX_COMPLAINT_SHARE,
        "bounce_share": MAX_BOUNCE_SHARE,
        "passing": [f"{BLOCKED}%", f"{PASSING}%"],
    }


def apply_automatic_brakes(session: Session) -> list[Brake]:
    """Stop what broke the rule above in the last 24 hours; returns the brakes, set or set again."""
    rows = session.execute(_SHARES, _values()).all()
    brakes = []
    for lane in BRAKED_LANES:
        mine = [row for row in rows if row.lane == lane]
        for rule, name in ((_COMPLAINTS, "complaints"), (_BOUNCES, "bounces")):
            shares = [
                Share(row.organization_id, row.campaign_id, row.broadcast_id, row.sent, getattr(row, name))
                for row in mine
            ]
            brakes += [Brake(lane, scope, rule.reason) for scope in sorted(rule.judge(shares), key=str)]
    for brake in brakes:
        brake_lane(session, brake.lane, brake.reason, REPUTATION_SECONDS, brake.scope)
    return brakes
