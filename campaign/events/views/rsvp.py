"""The door of the RSVP: parse, hand in, lead to the thanks page."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from flask import Blueprint, current_app, redirect, render_template, request
from flask.sansio.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from campaign.actions.doorstep import Doorstep
from campaign.actions.fields import ActionFields, language_of, to_command
from campaign.actions.intake import Intake, current_intake
from campaign.actions.posted import PostedForm, read_posted, read_posted_fields
from campaign.actions.queries import list_public_ids
from campaign.actions.redirects import lead_to_thanks
from campaign.actions.visits import Known, fill_in, known_of, onward
from campaign.actions.vouchers import VisitState, open_visit_state
from campaign.events.asking import note_asked
from campaign.events.commands import MakeRsvp
from campaign.events.doors import EventDoor, get_door
from campaign.events.fields import RsvpFields, read_rsvp
from campaign.events.forms import RsvpForm
from campaign.events.pages.contents import EventPage
from campaign.events.pages.placelists import EVERYTHING, PlaceAsk
from campaign.events.queries.page import get_event_page
from campaign.events.queries.public import get_public_event, languages_of
from campaign.events.service import KIND
from campaign.events.views.places import chosen_places, places_of_form
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import LimitedError, TryLaterError
from campaign.kernel.headers import no_store
from campaign.kernel.localized import current_language, localized, negotiate, page_url, use_language
from campaign.kernel.network import network_of
from campaign.kernel.problems import Problem
from campaign.kernel.remembered import Remembered


@dataclass(frozen=True)
class _Room:
    """An event's door and its campaign's."""

    door: EventDoor
    doorstep: Doorstep

    @property
    def is_open(self) -> bool:
        """Whether anybody can RSVP now."""
        return self.doorstep.is_open and self.door.is_open


@dataclass(frozen=True)
class _Visit:
    """What was posted, by whom as far as the visit knows it."""

    posted: PostedForm
    visit_state: VisitState
    known: Known | None

    def form(self, problems: Iterable[Problem] = ()) -> RsvpForm:
        """Return the form with what was typed, and what is wrong with it."""
        made = RsvpForm.refilled(self.posted.form, problems)
        made.known = self.known
        return made


@access(Access.PUBLIC)
@localized
def form(slug: str) -> ResponseReturnValue:
    """Show the form by itself: for a place that was chosen, and where an error page leads back to."""
    room = _enter(slug)
    negotiate(languages_of(get_public_event(db.session(), slug)))
    page = _event(room, chosen_places())
    if not room.is_open or (page.listing.is_long and not page.listing.is_chosen):
        return redirect(page_url("events.event", slug=slug, first=page.card.first_language))
    no_store()
    token = request.args.get("t", "")
    visit_state = open_visit_state(current_intake().installation, token)
    shown = RsvpForm.empty()
    shown.known = known_of(db.session(), visit_state, room.doorstep)
    shown.source.data = visit_state.source
    shown.t.data = token if visit_state.language else ""
    return _page(room, shown, page, 200)


@access(Access.PUBLIC)
def rsvp(slug: str) -> ResponseReturnValue:
    """Take an RSVP; answer 303 to the campaign's thanks page, alike for known and new addresses."""
    no_store()
    intake, room = current_intake(), _enter(slug)
    posted = read_posted(request, intake.installation)
    visit_state = open_visit_state(intake.installation, posted.form.values.get("t", ""))
    visit = _Visit(posted, visit_state, known_of(db.session(), visit_state, room.doorstep))
    fields, asked = _read(intake, room, visit)
    if fields.problems or not room.is_open:  # perhaps not by now: what doors know may be two seconds old
        room = _enter_anew(slug)
        fields, asked = _read(intake, room, visit)
    if not room.is_open:
        return _closed(room, posted)
    if fields.problems:
        limited = intake.count_in_vain(posted, room.doorstep.limit_scope)
        return _page(room, visit.form(fields.problems), _event_of(room, posted), 429 if limited else 422, limited)
    return _take(intake, room, visit, fields, asked)


def _enter(slug: str) -> _Room:
    door = _doors().find(slug)
    return _Room(door, current_intake().doorsteps.find(door.campaign_slug))


def _enter_anew(slug: str) -> _Room:
    door = _doors().read(slug)
    return _Room(door, current_intake().doorsteps.read(door.campaign_slug))


def _doors() -> Remembered[EventDoor]:
    return cast("Remembered[EventDoor]", current_app.extensions["campaign.events.doors"])


def _remember(state: BlueprintSetupState) -> None:
    sessions = state.app.extensions["campaign.intake"].sessions
    state.app.extensions["campaign.events.doors"] = Remembered[EventDoor](sessions, get_door)


def _read(intake: Intake, room: _Room, visit: _Visit) -> tuple[ActionFields, RsvpFields]:
    posted = fill_in(visit.posted, visit.known)
    use_language(language_of(posted.form.values, room.doorstep))
    fields = read_posted_fields(posted, room.doorstep, intake.installation)
    values, lists, is_high_safety = posted.form.values, posted.form.lists, room.doorstep.is_high_safety
    return fields, read_rsvp(values, lists, room.door, fields.problems, is_high_safety=is_high_safety)


def _take(intake: Intake, room: _Room, visit: _Visit, fields: ActionFields, asked: RsvpFields) -> ResponseReturnValue:
    posted, visit_state = visit.posted, visit.visit_state
    action = to_command(
        fields,
        room.doorstep,
        intake.installation,
        posted.origin,
        kind=KIND,
        is_counted=False,
        wording_id=intake.consent_id(room.doorstep, fields),
        more=(room.door.slug, *asked.as_texts()),
        vouched_by=visit_state.voucher,
    )
    try:
        command = MakeRsvp(action, room.door.event_id, asked.wishes, asked.answers, network_of(action.ip))
        outcome = intake.take(KIND, command)
    except LimitedError as error:
        return _page(room, visit.form(), _event_of(room, posted), 429, error)
    except TryLaterError as error:
        return _page(room, visit.form(), _event_of(room, posted), 503, error)
    if outcome.outcome == "closed":
        return _closed(_enter_anew(room.door.slug), posted)
    if outcome.outcome == "vouched":
        after = onward(visit_state, KIND, list_public_ids(db.session(), [outcome.action_id])[outcome.action_id])
        return lead_to_thanks(intake.installation, room.doorstep.slug, after)
    is_told = not room.doorstep.is_high_safety and bool(posted.form.values.get("email", "").strip())
    email = action.email_display if is_told else ""
    noted = "" if room.doorstep.is_high_safety else note_asked(room.door.event_id, asked.wishes, now())
    after = VisitState(KIND, language=fields.language, email=email, asked=noted)
    return lead_to_thanks(intake.installation, room.doorstep.slug, after)


def _page(
    room: _Room, form: RsvpForm, page: EventPage, status: int, error: TryLaterError | None = None
) -> ResponseReturnValue:
    form.make_ready(current_intake().installation)
    html = render_template(
        "events/page.html",
        form=form,
        page=page,
        organization_name=room.doorstep.organization_name,
        status=status,
    )
    return html, status, {"Retry-After": str(error.retry_after_seconds)} if error else {}


def _closed(room: _Room, posted: PostedForm) -> ResponseReturnValue:
    form, page = RsvpForm.refilled(posted.form), _event(room)
    html = render_template("events/closed.html", form=form, page=page, title=page.card.title, campaign=room.doorstep)
    return html, 409


def _event(room: _Room, ask: PlaceAsk = EVERYTHING) -> EventPage:
    session = db.session()
    return get_event_page(session, get_public_event(session, room.door.slug), current_language(), now(), ask=ask)


def _event_of(room: _Room, posted: PostedForm) -> EventPage:
    """Return the event with the places that a form was about: the one it was made for, and those of ticked shifts."""
    page = _event(room)
    return _event(room, places_of_form(db.session(), room.door.event_id, posted.form)) if page.listing.is_long else page


def register(blueprint: Blueprint) -> None:
    """Add this room's routes, and what its door remembers."""
    blueprint.record_once(_remember)
    blueprint.add_url_rule("/events/<slug>/rsvp", view_func=form, endpoint="form")
    blueprint.add_url_rule("/events/<slug>/rsvp", view_func=rsvp, methods=["POST"], endpoint="rsvp")
