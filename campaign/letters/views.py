"""The letter's two calm steps: write, then see exactly what goes; both on one address.

GET ─► write ─ step=preview ─► 200, the letters as they will go ─► POST ─► 303 thanks
                   ▲─────────────── "change something" ──────────┘
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from campaign.actions.commands import Origin, Recorded, TakeAction
from campaign.actions.doorstep import Doorstep, doorstep_of
from campaign.actions.fields import ActionFields, language_of, to_command
from campaign.actions.intake import Intake, current_intake
from campaign.actions.kind import PreviewPage
from campaign.actions.posted import PostedForm, read_posted, read_posted_fields
from campaign.actions.redirects import lead_to_thanks
from campaign.actions.tokens import known_signer
from campaign.actions.visits import Known, fill_in, known_of, onward
from campaign.actions.vouchers import VisitState, open_visit_state, seal_visit_state
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_public_campaign
from campaign.campaigns.texts import pick, pick_list
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import LimitedError, NotFoundError, TryLaterError
from campaign.kernel.formdata import FormData
from campaign.kernel.headers import no_store
from campaign.kernel.localized import current_language, localized, negotiate, page_url, use_language
from campaign.kernel.text import full_name
from campaign.kernel.tokens import ForgedTokenError
from campaign.letters.commands import LetterText, WriteLetters
from campaign.letters.departing import foretell, tell
from campaign.letters.fields import LetterFields, find_left_out, read_letter
from campaign.letters.forms import LetterForm
from campaign.letters.models import LetterTemplate
from campaign.letters.previews import Preview, list_unfilled, read_over, write_out
from campaign.letters.queries import MOST_CHARACTERS, find_template, get_template, look_again
from campaign.letters.reasons import find_reasons, links_of
from campaign.letters.service import KIND
from campaign.targets.models import Executive
from campaign.targets.queries import list_executives

_LOOKS = ("preview", "change")
"""Steps that store nothing."""


@dataclass(frozen=True)
class _Room:
    """A campaign's letter page: what it is about and to whom one can write."""

    doorstep: Doorstep
    campaign: Campaign
    template: LetterTemplate
    executives: Sequence[Executive]


@access(Access.PUBLIC)
@localized
def page(slug: str) -> ResponseReturnValue:
    """Show the letter to write, with what the visit already knows filled in."""
    no_store()
    intake, room = current_intake(), _enter(slug)
    negotiate(room.campaign.languages)
    if not room.campaign.is_open or not room.executives:
        return _closed(room, LetterForm.empty())
    if by := request.args.get("by", ""):
        return redirect(_known_address(room, by), 303)
    token = request.args.get("t", "")
    visit_state = open_visit_state(intake.installation, token)
    form, language = LetterForm.empty(), current_language()
    form.known = known_of(db.session(), visit_state, room.doorstep)
    form.source.data = visit_state.source
    form.t.data, form.language.data = token if visit_state.language else "", language
    form.offered_subject.data = secrets.choice(
        pick_list(room.template.subjects, language, room.campaign.languages).values
    )
    form.body.data = pick(room.template.body, language, room.campaign.languages).value
    form.executives.data = _of_company(room, request.args.get("to", ""))
    return _write(room, form, 200)


def _known_address(room: _Room, by: str) -> str:
    """Return the page's address for who comes by their receipt; for anybody else, without more."""
    installation, slug, first = current_intake().installation, room.doorstep.slug, room.doorstep.language
    try:
        claim = known_signer(installation).read(by)
    except ForgedTokenError:  # or past its time
        claim = None
    if not isinstance(claim, str):
        return page_url("letters.page", slug=slug, first=first)
    token = seal_visit_state(installation, VisitState(language=current_language(), known_as=claim))
    return page_url("letters.page", slug=slug, first=first, t=token)


def _of_company(room: _Room, slug: str) -> list[str]:
    """Return the public ids of the offices of one company of the campaign's; of all, where it is none of them."""
    theirs = [executive for executive in room.executives if executive.company.slug == slug]
    return [str(executive.public_id) for executive in theirs or room.executives]


@access(Access.PUBLIC)
def send(slug: str) -> ResponseReturnValue:
    """Preview (`step=preview`) or take letters; a writer confirmed in this same visit needs no second confirmation."""
    no_store()
    intake, room = current_intake(), _enter(slug)
    posted = read_posted(request, intake.installation)
    language = use_language(language_of(posted.form.values, room.doorstep))
    posted = _fill_in_own(posted, room, language)
    form = LetterForm.refilled(posted.form)
    form.known = known_of(db.session(), open_visit_state(intake.installation, form.t.data or ""), room.doorstep)
    posted = fill_in(posted, form.known)
    if not room.campaign.is_open or not room.executives:
        return _closed(room, form)
    known = [str(executive.public_id) for executive in room.executives]
    fields = read_posted_fields(posted, room.doorstep, intake.installation)
    letter = read_letter(posted.form.values, posted.form.lists, known, fields.problems)
    step = posted.form.values.get("step", "")
    limited = intake.count_in_vain(posted) if fields.problems or step in _LOOKS else None
    if fields.problems:
        form.tell(fields.problems)
        return _write(room, form, 429 if limited else 422, limited)
    if limited is not None:
        return _write(room, form, 429, limited)
    if step == "change":
        return _write(room, form, 200)
    previews = write_out(letter, fields, room.executives)
    reasons = _find_reasons(intake, room, fields, previews)
    if step == "preview":
        return _preview(room, form, fields, letter, reasons)
    origin = replace(posted.origin, is_suspect=True) if reasons else posted.origin
    letters = tuple(preview.text for preview in previews)
    return _take(intake, room, form, WriteLetters(_action(intake, room, fields, origin, letters), letters, reasons))


def _enter(slug: str) -> _Room:
    doorstep = current_intake().doorsteps.find(slug)
    if KIND not in doorstep.offered:
        raise NotFoundError("this campaign has no letter")
    session = db.session()
    campaign = get_public_campaign(session, slug)
    return _Room(doorstep, campaign, get_template(session, campaign.id), list_executives(session, campaign.id))


def _fill_in_own(posted: PostedForm, room: _Room, language: str) -> PostedForm:
    """Return what was posted, with the campaign's own texts for the fields that were left out."""
    subject = pick_list(room.template.subjects, language, room.campaign.languages).values[0]
    body = pick(room.template.body, language, room.campaign.languages).value
    left_out = find_left_out(posted.form.values, subject, body)
    form = FormData([*posted.form.pairs, *left_out.items()], is_damaged=posted.form.is_damaged)
    return replace(posted, form=form) if left_out else posted


def _find_reasons(intake: Intake, room: _Room, fields: ActionFields, previews: Sequence[Preview]) -> tuple[str, ...]:
    own = links_of(room.template.subjects, room.template.body, intake.installation.settings.public_url)
    letters = [preview.text for preview in previews]
    name = (fields.given_name, fields.family_name)
    return find_reasons(name, letters, room.executives, room.doorstep.organization_name, own)


def _action(
    intake: Intake, room: _Room, fields: ActionFields, origin: Origin, letters: Sequence[LetterText]
) -> TakeAction:
    return to_command(
        fields,
        room.doorstep,
        intake.installation,
        origin,
        kind=KIND,
        is_counted=False,
        wording_id=intake.consent_id(room.doorstep, fields),
        more=tuple(part for letter in letters for part in (str(letter.executive_id), letter.subject, letter.body)),
    )


def _take(intake: Intake, room: _Room, form: LetterForm, command: WriteLetters) -> ResponseReturnValue:
    visit_state = open_visit_state(intake.installation, form.t.data or "")
    if not command.action.is_held:
        command = replace(command, action=replace(command.action, vouched_by=visit_state.voucher))
    try:
        outcome: Recorded = intake.take(KIND, command)
    except LimitedError as error:
        return _write(room, form, 429, error)
    except TryLaterError as error:
        return _write(room, form, 503, error)
    if outcome.outcome == "closed":
        look_again(db.session(), room.campaign)
        return _closed(room, form)
    if outcome.outcome == "vouched":
        intake.nudge("letters")
        after = onward(visit_state, KIND)
    else:  # an address that the visit knew, and nobody typed, is told to no page
        email = command.action.email_display if (form.email.data or "").strip() else ""
        after = VisitState(kind=KIND, language=current_language(), email=email)
    return lead_to_thanks(intake.installation, room.doorstep.slug, after)


def _write(room: _Room, form: LetterForm, status: int, error: TryLaterError | None = None) -> ResponseReturnValue:
    html = _page_of(room, form, status)
    return html, status, {"Retry-After": str(error.retry_after_seconds)} if error else {}


def _page_of(room: _Room, form: LetterForm, status: int) -> str:
    campaign, language = room.campaign, current_language()
    form.make_ready(current_intake().installation)
    return render_template(
        "letters/page.html",
        form=form,
        campaign=room.doorstep,
        executives=room.executives,
        ticked=_ticked(room, form),
        letter=read_over(form.body.data or "", room.executives),
        letter_text=pick(room.template.body, language, campaign.languages),
        title=pick(campaign.title, language, campaign.languages),
        subjects=pick_list(room.template.subjects, language, campaign.languages),
        points=pick_list(room.template.talking_points, language, campaign.languages),
        organization_name=room.doorstep.organization_name,
        status=status,
        is_answer=request.method == "POST",
    )


def _ticked(room: _Room, form: LetterForm) -> frozenset[str]:
    """Return the public ids of the offices whose boxes are ticked: as they were given back, or all."""
    if form.executives.data or form.ticking.data:
        return frozenset(form.executives.data or ())
    return frozenset(str(executive.public_id) for executive in room.executives)


def _preview(
    room: _Room, form: LetterForm, fields: ActionFields, letter: LetterFields, reasons: tuple[str, ...]
) -> ResponseReturnValue:
    previews = write_out(letter, fields, room.executives)
    form.stamp.data = current_intake().installation.stamp.make()
    email = fields.address.display if fields.address else ""
    is_filled_in = form.known is not None and not (form.email.data or "").strip()
    return render_template(
        "letters/preview.html",
        form=form,
        campaign=room.doorstep,
        previews=previews,
        is_full=sum(len(preview.text.body) for preview in previews) <= MOST_CHARACTERS,
        reasons=reasons,
        unfilled=list_unfilled(letter),
        leaves=_tell_departure(room, previews) if not reasons else "",
        title=pick(room.campaign.title, current_language(), room.campaign.languages),
        sender=form.known if is_filled_in else Known(full_name(fields.given_name, fields.family_name), email, {}),
    )


def _tell_departure(room: _Room, previews: Sequence[Preview]) -> str:
    """Return when the first of these letters goes, in words; empty where nobody knows."""
    going = {preview.text.executive_id for preview in previews}
    chosen = [executive for executive in room.executives if executive.id in going]
    departure = foretell(
        db.session(), chosen, organization_id=room.doorstep.organization_id, campaign_id=room.doorstep.id
    )
    return tell(departure, len(chosen), current_language()) if departure is not None else ""


def _closed(room: _Room, form: LetterForm) -> ResponseReturnValue:
    title = pick(room.campaign.title, current_language(), room.campaign.languages)
    html = render_template(
        "letters/closed.html", form=form, campaign=room.campaign, palette=room.doorstep.palette, title=title
    )
    return html, 409


def previews(session: Session, campaign: Campaign) -> list[PreviewPage]:
    """Return the letter's page of a draft; none where it has no letter, or nobody to write to."""
    template = find_template(session, campaign.id)
    if template is None or campaign.is_high_safety:
        return []
    doorstep = doorstep_of(session, campaign, current_intake().kinds.values())
    room = _Room(doorstep, campaign, template, list_executives(session, campaign.id))

    def write(language: str) -> str:
        form = LetterForm.empty()
        form.language.data = language
        form.offered_subject.data = pick_list(template.subjects, language, campaign.languages).values[0]
        form.body.data = pick(template.body, language, campaign.languages).value
        return _page_of(room, form, 200)

    return [PreviewPage("letter", "letters.page", campaign.slug, gettext("Letter"), write)]


def create_blueprint() -> Blueprint:
    """Return the letter's doors."""
    blueprint = Blueprint("letters", __name__)
    blueprint.add_url_rule("/campaigns/<slug>/letter", view_func=page, endpoint="page")
    blueprint.add_url_rule("/campaigns/<slug>/letter", view_func=send, methods=["POST"], endpoint="send")
    return blueprint
