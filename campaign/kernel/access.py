"""Who may use a route: every view says so, and what it says is what happens before it runs.

    request ─► `access`: PUBLIC ──────────────────────────────────────► view
                         anything else ─► its guard ─ lets through ──► view
                                             └─ raises, or answers ─► a refusal; the view never ran

A view without a declaration cannot be registered (`GuardedFlask`), a declaration other than PUBLIC cannot be made
without the guard that keeps it, and a page that is kept for everybody must be PUBLIC. The guards themselves are in
`campaign.kernel.guards`; a kind of access more is a word here and a guard beside it.
"""

from collections.abc import Callable
from enum import Enum
from functools import wraps
from typing import Any, ParamSpec

from flask import Flask
from flask.typing import ResponseReturnValue

from campaign.kernel.pagekey import SHARED_MARK

Params = ParamSpec("Params")
View = Callable[Params, ResponseReturnValue]

Guard = Callable[[], ResponseReturnValue | None]
"""Looks at the present request. Returns None to let it through, or the answer that refuses it; or raises an error with
a meaning (`campaign.kernel.errors`), which is answered in words."""

_MARK = "__campaign_access__"
_GUARD = "__campaign_guard__"


class Access(Enum):
    """Who a route is for."""

    PUBLIC = "public"  # anybody
    TOKEN = "token"  # noqa: S105 - whoever holds a purpose-bound link
    LOOPBACK = "loopback"  # this machine, or METRICS_TOKEN
    SIGNATURE = "signature"  # a provider that signs its requests
    SIGNED_IN = "signed in"  # an organizer, whoever they serve
    MEMBER = "member"  # an organizer who serves the organization in the address, with the powers that the guard names


class UndeclaredAccessError(Exception):
    """A view was registered that does not say who may use it, or says so and is answered from memory to everybody."""


def access(who: Access, guard: Guard | None = None) -> Callable[[View[Params]], View[Params]]:
    """Declare who may use a view, and have it kept by `guard`; the innermost decorator, below the route.

    Args:
        who: for whom it is.
        guard: asked before the view; there must be one for everybody but the public.
    """
    if (guard is None) != (who is Access.PUBLIC):
        raise TypeError("the public needs no guard, and everybody else does")

    def declare(view: View[Params]) -> View[Params]:
        kept = view if guard is None else _behind(guard, view)
        setattr(kept, _MARK, who)
        setattr(kept, _GUARD, guard)
        return kept

    return declare


def _behind(guard: Guard, view: View[Params]) -> View[Params]:
    @wraps(view)
    def guarded(*args: Params.args, **values: Params.kwargs) -> ResponseReturnValue:
        refusal = guard()
        return view(*args, **values) if refusal is None else refusal

    return guarded


def declared(view: Callable[..., object]) -> Access | None:
    """Return what `view` declared, or None."""
    return getattr(view, _MARK, None)


def guard_of(view: Callable[..., object]) -> Guard | None:
    """Return what stands before `view`, or None."""
    return getattr(view, _GUARD, None)


class GuardedFlask(Flask):
    """A Flask application that takes no view without a declaration."""

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001 - Flask's signature
        **options: Any,  # noqa: ANN401 - as above
    ) -> None:
        """Register a route; raise `UndeclaredAccessError` where its view does not say who may use it."""
        if view_func is not None:
            require_access(rule, view_func)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)


def require_access(rule: str, view: Callable[..., object] | None) -> None:
    """Raise `UndeclaredAccessError` unless the view of `rule` says who may use it, and is shared with all of them."""
    who = declared(view) if view is not None else None
    if who is None:
        raise UndeclaredAccessError(f"declare who may use {rule}")
    if who is not Access.PUBLIC and hasattr(view, SHARED_MARK):
        raise UndeclaredAccessError(f"{rule} is not for the public, so no answer of it may be kept for everybody")


def require_declared(app: Flask) -> None:
    """Raise `UndeclaredAccessError` for a route of `app` that came in by another way than `add_url_rule`."""
    for rule in app.url_map.iter_rules():
        require_access(rule.rule, app.view_functions.get(rule.endpoint))
