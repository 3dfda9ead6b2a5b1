"""The section `events` of a content file."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaign.content.sections import Section
from campaign.events.commands import SaveEvent
from campaign.events.files.loading import apply_event, is_ahead
from campaign.kernel.problems import Problem


def check_event(given: Mapping[str, Any], now: datetime) -> tuple[SaveEvent | None, Sequence[Problem]]:
    """Return the command that saves the event `given`, or None with what is wrong with it."""
    from campaign.events import rules  # noqa: PLC0415 - pydantic costs 150 ms, and no web process needs it

    return rules.check_event(given, now)


EVENTS = Section("events", check_event, apply_event, is_ahead)
