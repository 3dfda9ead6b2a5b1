"""What follows signing as a supporter sees it: the page step by step, each mail, and a mail as a test to oneself."""

from dataclasses import replace
from math import ceil

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm.attributes import set_committed_value

from campaign.accounts.web.guards import current_actor, here, member
from campaign.actions.after.testing import TESTS, ask_for_test
from campaign.actions.after.trying import Tried, list_tried, make_tried
from campaign.actions.doorstep import doorstep_of
from campaign.actions.kind import ActionKind
from campaign.actions.next_steps import END, Step, find_step, list_steps
from campaign.actions.vouchers import VisitState
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_count, get_own_campaign_by_slug
from campaign.campaigns.texts import pick
from campaign.delivery.topics import Content
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.formdata import read_form
from campaign.kernel.headers import send_as_mail, send_no_forms
from campaign.kernel.localized import use_language
from campaign.kernel.unit import unit_of_work
from campaign.organize.after.boxes import name_of_mail
from campaign.organize.rooms import KINDS_KEY
from campaign.organize.views.entering import open_door


def add_trying(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    room = "/<organization>/campaigns/<slug>/after"
    blueprint.add_url_rule("/test-email", "test_link", test_link)
    blueprint.add_url_rule(f"{room}/page", "after_page", page)
    blueprint.add_url_rule(f"{room}/emails/<name>", "after_mail", mail)
    blueprint.add_url_rule(f"{room}/emails/<name>", "send_test", send, methods=["POST"])
    blueprint.add_url_rule(f"{room}/emails/<name>/html", "after_mail_html", mail_html)


@access(Access.PUBLIC)
def test_link() -> ResponseReturnValue:
    """Say that it was a link of a test."""
    open_door()
    return render_template("organize/after/test_link.html")


@access(Access.MEMBER, member(Power.PUBLISH))
def page(organization: str, slug: str) -> ResponseReturnValue:
    """Show the page after signing as who has just confirmed sees it; `step` goes on. Nothing of it can be sent."""
    campaign, kinds = _campaign(slug), _kinds()
    language = _language(campaign)
    back, words = url_for("organize.after", organization=organization, slug=slug), _bar_words()
    signatures = get_count(db.session(), campaign).confirmed + 1
    set_committed_value(campaign, "status", "open")  # to whoever draws it: as it is once it is open
    send_no_forms()
    use_language(language)
    doorstep = doorstep_of(db.session(), campaign, kinds)
    visit_state = VisitState(kind=kinds[0].name, language=language, outcome="confirmed", number=signatures)
    asked = request.args.get("step", "")
    step = find_step(list_steps(doorstep, visit_state, ""), asked)
    return render_template(
        "organize/after/page.html",
        thanks=kinds[0].thanks,
        bar=words,
        bar_language=here().signed_in.language,
        back=back,
        campaign=doorstep,
        title=pick(doorstep.title, language, doorstep.languages),
        demand=pick(doorstep.demand, language, doorstep.languages),
        visit_state=visit_state,
        token="",
        step=_moved(step, organization, slug, language),
        view=None,
        asked=None,
        ends_on=None,
        is_at_end=step is None and asked == END,
        webmail=None,
        stamp="",
        signatures=signatures,
    )


def _bar_words() -> tuple[str, str, str]:
    """Return what stands above the page, in the organizer's language: the page itself is in a supporter's."""
    return (
        gettext("Preview"),
        gettext("This is what someone sees right after signing. You can’t send its forms."),
        gettext("Back to After signing"),
    )


def _moved(step: Step | None, organization: str, slug: str, language: str) -> Step | None:
    """Return a step whose way on leads to its preview."""
    if step is None:
        return None
    onward = step.onward_url.partition("step=")[2].partition("&")[0]
    address = url_for("organize.after_page", organization=organization, slug=slug, language=language, step=onward)
    return replace(step, onward_url=address)


@access(Access.MEMBER, member(Power.PUBLISH))
def mail(organization: str, slug: str, name: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show a mail: who sends it, its subject, its plain part; and the way to its other part, and to a test."""
    return _mail_page(_campaign(slug), name, request.args.get("language", ""), "", 200)


@access(Access.MEMBER, member(Power.PUBLISH))
def mail_html(organization: str, slug: str, name: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Answer a mail's HTML part alone, as a mail program draws it: no script, no form, nothing loaded."""
    campaign = _campaign(slug)
    send_as_mail()
    made = _make(campaign, name, _language(campaign))
    return Response(made.html or "", mimetype="text/html")


@access(Access.MEMBER, member(Power.PUBLISH))
def send(organization: str, slug: str, name: str) -> ResponseReturnValue:
    """Send the mail as a test to the address of who asks for it, and to no other."""
    actor, account_id, at, kinds = current_actor(), here().signed_in.account_id, now(), _kinds()
    language = read_form(request).values.get("language", "")
    wait = unit_of_work().run(
        lambda session: ask_for_test(session, actor, slug, name, language, account_id=account_id, at=at, kinds=kinds),
        wakes=("critical",),
    )
    if wait is not None:
        minutes = ceil(wait.total_seconds() / 60)
        words = gettext(
            "You can send yourself %(most)s tests an hour. Try again in %(minutes)s minutes.",
            most=TESTS.most,
            minutes=minutes,
        )
        return _mail_page(_campaign(slug), name, language, words, 429)
    address = url_for(
        "organize.after_mail", organization=organization, slug=slug, name=name, language=language, done="sent"
    )
    return redirect(address, 303)


def _mail_page(campaign: Campaign, name: str, language: str, error: str, status: int) -> ResponseReturnValue:
    language = language or campaign.language
    made = _make(campaign, name, language)
    page = render_template(
        "organize/after/mail.html",
        campaign=campaign,
        name=name,
        words=name_of_mail(name, _kinds()),
        mail=made,
        tag=language,
        names=[(one, name_of_mail(one, _kinds())) for one in list_tried(campaign, _kinds())],
        email=here().signed_in.email,
        is_sent=request.args.get("done") == "sent" and not error,
        errors={"": error} if error else {},
    )
    return page, status


def _make(campaign: Campaign, name: str, language: str) -> Content:
    return make_tried(db.session(), campaign, _kinds(), Tried(name, language))


def _language(campaign: Campaign) -> str:
    language = request.args.get("language", "") or campaign.language
    if language not in campaign.page_languages:
        raise NotFoundError("the campaign is not in this language")
    return language


def _campaign(slug: str) -> Campaign:
    return get_own_campaign_by_slug(db.session(), current_actor(), slug)


def _kinds() -> tuple[ActionKind, ...]:
    kinds: tuple[ActionKind, ...] = current_app.extensions[KINDS_KEY]
    return kinds
