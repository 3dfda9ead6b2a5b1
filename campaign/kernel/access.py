"""Who may use a route: every view says so, and an application with a view that does not refuses to be built."""

from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., object])


class Access(Enum):
    """Who a route is for."""

    PUBLIC = "public"  # anybody
    TOKEN = "token"  # noqa: S105 - whoever holds a purpose-bound link
    LOOPBACK = "loopback"  # this machine, or METRICS_TOKEN
    SIGNATURE = "signature"  # a provider that signs its requests


class UndeclaredAccessError(Exception):
    """A route was registered whose view does not say who may use it."""


def access(who: Access) -> Callable[[View], View]:
    """Declare who may use a view; the innermost decorator, below the route."""

    def declare(view: View) -> View:
        view.__campaign_access__ = who  # type: ignore[attr-defined]
        return view

    return declare


def declared(view: Callable[..., object]) -> Access | None:
    """Return what `view` declared, or None."""
    return getattr(view, "__campaign_access__", None)


def require_declared(app: Flask) -> None:
    """Raise `UndeclaredAccessError` naming each route of `app` that declares no access (static files are public)."""
    silent = sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static" and declared(app.view_functions[rule.endpoint]) is None
    )
    if silent:
        raise UndeclaredAccessError(f"declare who may use: {', '.join(silent)}")
