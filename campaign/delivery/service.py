"""What other rooms ask of delivery: a mailbox's pace, an end to mail for an address, numbers."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.delivery.strangers import list_brakes
from campaign.delivery.suppression import address_key, find_suppressed, suppress
from campaign.outbox.census import count_by_lane_and_state, get_oldest_due_seconds
from campaign.outbox.paces import set_mailbox_pace

__all__ = ["address_key", "find_suppressed", "metrics", "set_mailbox_pace", "suppress"]

_BRAKES = text(
    "SELECT coalesce(lane, 'all') AS lane, coalesce(CAST(organization_id AS text), 'all') AS organization, "
    "coalesce(CAST(campaign_id AS text), 'all') AS campaign, coalesce(CAST(broadcast_id AS text), 'all') AS broadcast, "
    "reason FROM outbox_switches "
    "WHERE NOT is_hold AND (until IS NULL OR until > now()) ORDER BY id"
)


def metrics(session: Session) -> Mapping[str, float]:
    """Return Prometheus samples: messages by lane and state, the oldest due by lane in seconds, what stops and why.

    `campaign_outbox_switches{lane}` counts what stops a lane or something in it;
    `campaign_outbox_brake{lane,organization,campaign,broadcast,reason}` is each by itself, with their ids; `all` where
    it is narrowed by none.
    `campaign_strangers_wait{domain}`: a mail domain (or `all`) whose mail to unconfirmed addresses waits.
    """
    samples: dict[str, float] = {}
    for (lane, state), count in count_by_lane_and_state(session).items():
        samples[f'campaign_outbox_messages{{lane="{lane}",state="{state}"}}'] = count
    for lane, seconds in get_oldest_due_seconds(session).items():
        samples[f'campaign_outbox_oldest_due_seconds{{lane="{lane}"}}'] = seconds
    for row in session.execute(_BRAKES):
        switches = f'campaign_outbox_switches{{lane="{row.lane}"}}'
        samples[switches] = samples.get(switches, 0) + 1
        labels = ",".join(f'{name}="{_label(value)}"' for name, value in row._asdict().items())
        samples[f"campaign_outbox_brake{{{labels}}}"] = 1
    for brake in list_brakes(session):
        samples[f'campaign_strangers_wait{{domain="{_label(brake.name)}"}}'] = 1
    return samples


def _label(value: str) -> str:
    """Return a value as Prometheus' text format takes it between quotes."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
