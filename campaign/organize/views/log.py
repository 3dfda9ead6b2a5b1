"""The log of an organization: who did what, and who looked at people's data; for those who administer."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.accounts.web.guards import current_actor, member
from campaign.audit.queries import Which, list_doers, list_entries
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.db import db
from campaign.kernel.text import is_storable
from campaign.organize.field_words import field_words
from campaign.organize.log_words import thing_words, verb_words, who_words

_A_PAGE = 50
_LAST_PAGE = 1_000


def add_log(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_app_template_filter(field_words, "fieldwords")
    blueprint.add_app_template_filter(verb_words, "verbwords")
    blueprint.add_app_template_filter(thing_words, "thingwords")
    blueprint.add_app_template_filter(who_words, "whowords")
    blueprint.add_url_rule("/<organization>/log", "log", log)


@access(Access.MEMBER, member(Power.ADMINISTER))
def log(organization: str) -> ResponseReturnValue:
    """Show what was done, newest first; filtered by who, what and when, as the address says."""
    args, session, actor = request.args, db.session(), current_actor()
    who, what, since, until = (args.get(name, "").strip() for name in ("who", "what", "since", "until"))
    days = (("since", since), ("until", until))
    errors = {name: gettext("Enter a date, such as 2027-01-31.") for name, typed in days if typed and not _day(typed)}
    page = _page(args.get("page", ""))
    account = _account(who)
    last = _day(until)
    which = Which(
        account=account,
        who=who if who and account is None and is_storable(who) else None,
        verb=what if what and is_storable(what) else None,
        since=_begins(_day(since)),
        until=_begins(last + timedelta(days=1)) if last and last < date.max else None,
        skip=(page - 1) * _A_PAGE,
    )
    entries = list_entries(session, actor, organization=organization, which=which, most=_A_PAGE + 1)
    doers = list_doers(session, actor, organization)
    kept: dict[str, Any] = {
        name: value for name, value in (("who", who), ("what", what), ("since", since), ("until", until)) if value
    }
    has_more = len(entries) > _A_PAGE and page < _LAST_PAGE
    shown = render_template(
        "organize/log.html",
        entries=entries[:_A_PAGE],
        people=[
            ("", gettext("Anyone")),
            *((str(one), name) for one, name in doers.accounts),
            *((name, who_words(name)) for name in doers.names),
        ],
        verbs=[("", gettext("Anything")), *((verb, verb_words(verb)) for verb in doers.verbs)],
        typed=kept,
        errors=errors,
        older=url_for("organize.log", organization=organization, page=page + 1, **kept) if has_more else None,
        newer=url_for("organize.log", organization=organization, page=page - 1, **kept) if page > 1 else None,
    )
    return shown, 422 if errors else 200


def _page(typed: str) -> int:
    return min(int(typed), _LAST_PAGE) if typed.isascii() and typed.isdigit() and len(typed) < 6 and int(typed) else 1


def _account(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _begins(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
