"""The marshal's page of a leg, behind its link: who is expected, who is here; tap by tap, also on a bad network.

    GET  /marshal/<token>        the page; works with its script, and without one by plain forms
    POST /marshal/<token>        a form: find a name, tick off, take back, add who walked up; no name is in an address
    GET  /marshal/<token>.json   who is here now; the rows again where they are others than those that `list` names
    POST /marshal/<token>.json   what a phone kept while it had no network, each entry answered for itself
    GET  /marshal/here           what the address bar shows of the page; leads back to it
    GET  /marshal/worker.js      keeps the page for a reload without network; has no secret in it

There are no cookies, so nobody else's page can act here: whoever knows the address may, and nobody else.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from campaign.actions.intake import current_intake
from campaign.actions.posted import read_posted
from campaign.events.marshals.latest_word import GRACE, Entry, Subject, Word
from campaign.events.marshals.links import MarshalLink, marshal_signer, read_link
from campaign.events.marshals.models import MOST_OF_A_PARTY, MOST_WALKED_UP
from campaign.events.marshals.queries import find_marshal_leg, get_roll
from campaign.events.marshals.roll import MarshalLeg, Roll
from campaign.events.marshals.service import MOST_HOURS, record_taps
from campaign.events.marshals.taps import MOST_OF_A_NAME, read_batch, read_name, read_uuid
from campaign.kernel.access import Access, access
from campaign.kernel.assets import asset_body
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import GoneError, NotFoundError
from campaign.kernel.formdata import FormData
from campaign.kernel.guards import opened_by
from campaign.kernel.handlers import error_answer
from campaign.kernel.languages import INTERFACE
from campaign.kernel.limits import Poster
from campaign.kernel.localized import current_language
from campaign.kernel.network import client_ip
from campaign.kernel.plain import plain
from campaign.kernel.tokens import ExpiredTokenError, TokenError
from campaign.kernel.unit import unit_of_work


@dataclass(frozen=True)
class _Room:
    """What a link opens, and how it stands (`links.MarshalLink.state`)."""

    token: str
    link: MarshalLink
    leg: MarshalLeg
    state: str
    at: datetime


@dataclass(frozen=True)
class _Told:
    """What the page says besides: what was looked for, what is wrong with what was typed."""

    find: str = ""
    people: str = ""
    name: str = ""
    error: str = ""
    is_unknown: bool = False


@access(Access.TOKEN, opened_by(marshal_signer))
def marshal(token: str) -> ResponseReturnValue:
    """Show who is expected and who is here."""
    room = _open(token)
    return _page(room, _Told()) if room.state == "open" else _closed(room)


@access(Access.TOKEN, opened_by(marshal_signer))
def marshal_act(token: str) -> ResponseReturnValue:
    """Take one form: find, tick off, take back, add."""
    intake, room = current_intake(), _open(token)
    if room.state != "open":
        return _closed(room)
    posted = read_posted(request, intake.installation)
    intake.check_limits(posted.poster())
    form = posted.form
    if "seen" in form.values:
        return _seen(room, form.values["seen"])
    if "gone" in form.values:
        return _say(room, Subject(read_uuid(form.values["gone"]) or uuid4(), is_walk_up=True), 0)
    if form.values.get("step") == "walk-up":
        return _walk_up(room, form)
    return _page(room, _Told(find=form.values.get("find", "").strip()[:MOST_OF_A_NAME]))


@access(Access.TOKEN, opened_by(marshal_signer))
def marshal_roll(token: str) -> ResponseReturnValue:
    """Give who is here now, and the time; the list of parties only where it is another than `list` names."""
    room = _open(token)
    if room.state != "open":
        return error_answer(410, "gone", reason=room.state)
    return jsonify(_told_roll(get_roll(db.session(), room.leg)))


@access(Access.TOKEN, opened_by(marshal_signer))
def marshal_take(token: str) -> ResponseReturnValue:
    """Take what a phone kept, and answer each entry for itself."""
    intake, room = current_intake(), _open(token)
    if room.state not in ("open", "over"):
        return error_answer(410, "gone", reason=room.state)
    intake.check_limits(Poster(client_ip(request, intake.installation.settings.trusted_proxies)))
    entries = read_batch(request.get_data())
    answers = unit_of_work().run(lambda session: record_taps(session, room.leg.id, entries, room.link.ends_at, room.at))
    return jsonify(now=_milliseconds(now()), answers=answers)


@access(Access.PUBLIC)
def marshal_here() -> str:
    """Say how the page is opened: by its link alone."""
    return render_template("events/marshal_here.html")


@access(Access.PUBLIC)
def marshal_worker() -> Response:
    """Give the script that keeps a marshal's page, from where it may: beside the pages, whatever release is running."""
    return Response(asset_body("js/marshal_worker.js"), mimetype="text/javascript")


def _open(token: str) -> _Room:
    """Return what a link opens, however it stands.

    Raises:
        NotFoundError: not ours. GoneError: too old, or its leg is no more.
    """
    try:
        link = read_link(current_intake().installation, token)
    except ExpiredTokenError as error:
        raise GoneError("this link is over") from error
    except TokenError as error:
        raise NotFoundError("no such link") from error
    leg = find_marshal_leg(db.session(), link.leg, current_language())
    if leg is None:
        raise GoneError("nothing is left here")
    at = now()
    # Its leg may have been moved forward since: no link may outlive what it shows.
    link = replace(link, ends_at=min(link.ends_at, leg.ends_at + timedelta(hours=MOST_HOURS)))
    return _Room(token, link, leg, link.state(leg.generation, at), at)


def _seen(room: _Room, value: str) -> ResponseReturnValue:
    """Take `<party> <number>`, the value of a row's button."""
    party, _space, number = value.partition(" ")
    key = read_uuid(party)
    is_number = number.isascii() and number.isdigit() and len(number) < 4
    if key is None or not is_number or int(number) > MOST_OF_A_PARTY:
        return _page(room, _Told(is_unknown=True), 422)
    return _say(room, Subject(key, is_walk_up=False), int(number))


def _walk_up(room: _Room, form: FormData) -> ResponseReturnValue:
    people, name = plain(form.values.get("people", "")).strip(), form.values.get("name", "")
    key, read = read_uuid(form.values.get("walk_up")), read_name(name)
    if not (people.isascii() and people.isdigit() and len(people) < 4 and 1 <= int(people) <= MOST_WALKED_UP):
        error = _("Enter how many people, from 1 to %(most)s.", most=MOST_WALKED_UP)
    elif form.is_damaged or key is None or read is None:
        error = _("Use a short name, or leave it blank.")
    else:
        return _say(room, Subject(key, is_walk_up=True), int(people), read)
    return _page(room, _Told(people=people, name=name, error=error), 422)


def _say(room: _Room, subject: Subject, came: int, name: str = "") -> ResponseReturnValue:
    entry = Entry(subject, Word(room.at, uuid4(), came, name))
    (answer,) = unit_of_work().run(
        lambda session: record_taps(session, room.leg.id, [entry], room.link.ends_at, room.at)
    )
    if answer is not None:
        return _page(room, _Told(is_unknown=True), 409)
    row = "walk-ups" if subject.is_walk_up else f"party-{subject.id}"
    return redirect(f"{_address(room, 'marshal')}#{row}", 303)


def _page(room: _Room, told: _Told, status: int = 200) -> ResponseReturnValue:
    roll = get_roll(db.session(), room.leg)
    shown = roll.find(told.find) if told.find else roll
    html = render_template(
        "events/marshal.html",
        leg=room.leg,
        roll=roll,
        shown=shown,
        told=told,
        ends_at=room.link.ends_at.astimezone(room.leg.ends_at.tzinfo),
        now_milliseconds=_milliseconds(room.at),
        ends_milliseconds=_milliseconds(room.link.ends_at),
        sends_until_milliseconds=_milliseconds(room.link.ends_at + GRACE),
        action=_address(room, "marshal"),
        roll_address=_address(room, "marshal_roll"),
        tag=_tag(shown),
        walk_up_id=uuid4(),
        most_walked_up=MOST_WALKED_UP,
        most_of_a_name=MOST_OF_A_NAME,
    )
    return html, status


def _closed(room: _Room) -> ResponseReturnValue:
    """Say that a link is over, and nothing about what it led to; what its phone still holds can be sent or read."""
    html = render_template(
        "events/marshal_closed.html",
        state=room.state,
        leg_id=room.leg.public_id,
        roll_address=_address(room, "marshal_roll"),
    )
    return html, 410


def _told_roll(roll: Roll) -> dict[str, object]:
    told: dict[str, object] = {
        "now": _milliseconds(now()),
        "list": _tag(roll),
        "came": {str(party.id): party.came for party in roll.parties if party.came},
        "walk_ups": render_template("events/marshal_walk_ups.html", roll=roll),
        "expected": roll.expected,
        "capacity": roll.capacity,
    }
    if request.args.get("list") != told["list"]:
        told["parties"] = render_template("events/marshal_roll.html", roll=roll)
    return told


def _tag(roll: Roll) -> str:
    """Return what tells one list of parties from another, whoever of them is here."""
    parties = [(str(party.id), party.name, party.people, party.size, party.needs) for party in roll.parties]
    return hashlib.blake2b(f"{current_language()}{parties}".encode(), digest_size=9).hexdigest()


def _address(room: _Room, endpoint: str) -> str:
    """Return an address of the page, in the language that its own address asked for, if any."""
    language = request.args.get("lang")
    return url_for(f"events.{endpoint}", token=room.token, lang=language if language in INTERFACE else None)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def register(blueprint: Blueprint) -> None:
    """Add the marshal's page to the doors of events."""
    blueprint.add_url_rule("/marshal/here", "marshal_here", marshal_here)
    blueprint.add_url_rule("/marshal/worker.js", "marshal_worker", marshal_worker)
    blueprint.add_url_rule("/marshal/<token>", "marshal", marshal)
    blueprint.add_url_rule("/marshal/<token>", "marshal_act", marshal_act, methods=["POST"])
    blueprint.add_url_rule("/marshal/<token>.json", "marshal_roll", marshal_roll)
    blueprint.add_url_rule("/marshal/<token>.json", "marshal_take", marshal_take, methods=["POST"])
