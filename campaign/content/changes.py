"""Bring a row to what the file says of it, and say in words what that changed."""

from collections.abc import Mapping

from campaign.kernel.base import Base

_SAID_LENGTH = 60


class Changes:
    """What loading a file changed, one line each, in the order it happened."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, label: str, what: str) -> None:
        """Note one change of the thing called `label`, e.g. ``campaign fair-food``."""
        self.lines.append(f"{label}: {what}")

    def bring(self, label: str, row: Base, values: Mapping[str, object]) -> set[str]:
        """Set those columns of `row` that differ from `values`, and say so; return their names."""
        changed = set()
        for column, value in values.items():
            before = getattr(row, column)
            if before == value:
                continue
            setattr(row, column, value)
            changed.add(column)
            self.say(label, _difference(column.replace("_", " "), before, value))
        return changed


def _difference(name: str, before: object, after: object) -> str:
    if isinstance(before, dict) and isinstance(after, dict):
        keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
        return f"{name} ({', '.join(keys)}) changed"
    return f"{name} {_shown(before)} → {_shown(after)}"


def _shown(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, list):
        return ", ".join(str(member) for member in value)
    text = str(value)
    return text if len(text) <= _SAID_LENGTH else f"{text[:_SAID_LENGTH]}…"
