"""Reads what is typed about somebody's role and powers.

Days are typed; what ends on a day may be used through it wherever on earth one is, until noon (UTC) of the next.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from campaign.accounts.grants import Grant
from campaign.accounts.roles import POWERS_OF, ROLES, role_of
from campaign.accounts.team import names_of, power_of
from campaign.kernel.actors import Power
from campaign.kernel.formdata import FormData
from campaign.kernel.problems import Problem

_ENDS = time(12, tzinfo=UTC)
_LAST_YEAR = 2200


@dataclass(frozen=True)
class TypedGrant:
    """What stands in the boxes. `until`: days by the name of a power; `ends`: the day on which all of it ends."""

    role: str = "viewer"
    more: tuple[str, ...] = ()
    until: Mapping[str, str] = field(default_factory=dict)
    ends: str = ""


def typed_of(grant: Grant) -> TypedGrant:
    """Return what stands in the boxes for what somebody may do now."""
    until = {names_of([power])[0]: str(last_day(end)) for power, end in grant.more.items() if end is not None}
    ends = str(last_day(grant.ends_at)) if grant.ends_at else ""
    return TypedGrant(grant.role, tuple(names_of(grant.more)), until, ends)


def last_day(end: datetime) -> date:
    """Return the last whole day before something ends."""
    return (end - timedelta(hours=12, microseconds=1)).date()


def read_grant(form: FormData, at: datetime) -> tuple[TypedGrant, Grant | None, list[Problem]]:
    """Return what was typed; what it means, or what is wrong with it (`role`, `more`, `until-read` …, `ends`)."""
    values, problems = form.values, list[Problem]()
    names = tuple(dict.fromkeys(form.lists.get("more", [])))
    known = [name for name in names if name.upper() in Power.__members__ and name.islower()]
    until = {name: values.get(f"until-{name}", "").strip() for name in names_of(tuple(Power))}
    typed = TypedGrant(values.get("role", ""), names, until, values.get("ends", "").strip())
    if typed.role not in ROLES:
        problems.append(Problem(("role",), "not_a_choice"))
    if len(known) < len(names):
        problems.append(Problem(("more",), "not_a_choice"))
    more = {power_of(name): _read_day(until[name], f"until-{name}", at, problems) for name in known}
    ends_at = _read_day(typed.ends, "ends", at, problems)
    if problems:
        return typed, None, problems
    role = role_of(typed.role)
    beside = {power: end for power, end in more.items() if power not in POWERS_OF[role]}
    return typed, Grant(role, beside, ends_at), []


def _read_day(typed: str, name: str, at: datetime, problems: list[Problem]) -> datetime | None:
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        problems.append(Problem((name,), "day"))
        return None
    if day.year > _LAST_YEAR:
        problems.append(Problem((name,), "day"))
        return None
    ends = datetime.combine(day + timedelta(days=1), _ENDS)
    if ends <= at:
        problems.append(Problem((name,), "past_day"))
        return None
    return ends
