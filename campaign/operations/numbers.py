"""Gathers what `/metrics` tells: the counters of the web processes, and what the tables say."""

import os

from flask import current_app
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.delivery.service import metrics
from campaign.outbox.runs import get_overdue_seconds

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
    overdue = get_overdue_seconds(session)
    lines += [f'campaign_periodic_overdue_seconds{{job="{job}"}} {overdue[job]}' for job in sorted(overdue)]
    kinds: tuple[ActionKind, ...] = current_app.extensions["campaign.kinds"]
    for numbers in (metrics(session), *(kind.metrics(session) for kind in kinds if kind.metrics is not None)):
        lines += [f"{name} {value}" for name, value in sorted(numbers.items())]
    return "\n".join([*lines, ""])
