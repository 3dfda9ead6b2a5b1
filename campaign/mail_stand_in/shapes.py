"""Reading JSON of unknown shape without trusting it: each function answers the shape asked for, or its empty value."""

from collections.abc import Mapping


def as_object(value: object) -> Mapping[str, object]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """The value if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []


def as_objects(value: object) -> list[Mapping[str, object]]:
    """The objects of a JSON array; what is no object is left out."""
    return [item for item in as_list(value) if isinstance(item, dict)]


def as_text(value: object) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def as_texts(value: object) -> dict[str, str]:
    """The pairs of a JSON object whose value is a string."""
    return {key: item for key, item in as_object(value).items() if isinstance(item, str)}


def as_integer(value: object) -> int | None:
    """The value if it is a whole number (true and false are none), else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
