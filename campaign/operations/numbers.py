"""Gathers what `/metrics` tells: the counters of the web processes, and what the tables say."""

import os
from collections.abc import Mapping

from flask import current_app
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.outbox.queries import count_by_lane_and_state, get_oldest_due_seconds

_ACTIONS = text("SELECT slug, confirmed FROM campaigns JOIN campaign_tallies ON campaign_id = campaigns.id")


def gather(session: Session) -> str:
    """Return all numbers in Prometheus' text format. No number names a person."""
    return _process_counters() + _from_tables(session)


def _process_counters() -> str:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return generate_latest(REGISTRY).decode()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry).decode()


def _from_tables(session: Session) -> str:
    lines = [f'campaign_pledges_confirmed{{campaign="{slug}"}} {count}' for slug, count in session.execute(_ACTIONS)]
    for (lane, state), count in sorted(count_by_lane_and_state(session).items()):
        lines.append(f'campaign_outbox_messages{{lane="{lane}",state="{state}"}} {count}')
    for lane, seconds in sorted(get_oldest_due_seconds(session).items()):
        lines.append(f'campaign_outbox_oldest_due_seconds{{lane="{lane}"}} {seconds:.1f}')
    kinds: tuple[ActionKind, ...] = current_app.extensions["campaign.kinds"]
    for kind in kinds:
        numbers: Mapping[str, float] = kind.metrics(session) if kind.metrics is not None else {}
        lines += [f"{name} {value}" for name, value in sorted(numbers.items())]
    return "\n".join([*lines, ""])
