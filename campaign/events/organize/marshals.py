"""Links to a leg's marshal page: made, shown once, taken back. They show names: for who may read people."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import here, member
from campaign.events.marshals.links import MarshalLink, sign_link
from campaign.events.marshals.service import HOURS, MOST_HOURS, make_link, revoke_links
from campaign.events.organize.overview import show
from campaign.events.organize.problem_words import say_all
from campaign.events.revisions.running import get_event
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.formdata import read_form
from campaign.kernel.installation import Installation
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work

_MOST_DIGITS = 3


def register(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/events/<slug>/marshals", "marshals", marshals)
    blueprint.add_url_rule("/events/<slug>/marshals/<int:number>/link", "make_link", make, methods=["POST"])
    blueprint.add_url_rule("/events/<slug>/marshals/<int:number>/revoke", "ask_revoke", ask_revoke)
    blueprint.add_url_rule("/events/<slug>/marshals/<int:number>/revoke", "revoke", revoke, methods=["POST"])


@access(Access.MEMBER, member(Power.READ))
def marshals(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show for which legs links can be made."""
    return _page(slug, {}, {})


def _page(slug: str, typed: dict[str, str], errors: dict[str, str]) -> str:
    shown = show(db.session(), here().actor, slug)
    done = request.args.get("done", "")
    return render_template(
        "events/organize/marshals.html",
        shown=shown,
        hours=HOURS,
        most=MOST_HOURS,
        typed=typed,
        errors=errors,
        done=done,
    )


@access(Access.MEMBER, member(Power.READ))
def make(organization: str, slug: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Make a link and show it, this once: it is stored nowhere, and in no address."""
    form = read_form(request)
    typed = form.values.get("hours", "").strip()
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS and int(typed) <= MOST_HOURS
    if not is_number:
        box = f"hours-{number}"
        errors = say_all([Problem((box,), "whole", {"most": MOST_HOURS})])
        return _page(slug, {box: form.values.get("hours", "")}, errors), 422
    actor, at = here().actor, now()

    def work(session: Session) -> MarshalLink:
        return make_link(session, actor, get_event(session, actor, slug), number, at, hours=int(typed))

    link = unit_of_work().run(work)
    installation: Installation = current_app.extensions["campaign.installation"]
    shown = show(db.session(), actor, slug)
    ends_at = link.ends_at.astimezone(shown.roster.made_at.tzinfo)
    address = installation.url(sign_link(installation, link))
    return render_template(
        "events/organize/link_made.html", shown=shown, number=number, address=address, ends_at=ends_at
    )


@access(Access.MEMBER, member(Power.READ))
def ask_revoke(organization: str, slug: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Ask before a leg's links are taken back."""
    return render_template("events/organize/revoke.html", shown=show(db.session(), here().actor, slug), number=number)


@access(Access.MEMBER, member(Power.READ))
def revoke(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Take back every link that was made for a leg."""
    actor = here().actor

    def work(session: Session) -> None:
        revoke_links(session, actor, get_event(session, actor, slug), number)

    unit_of_work().run(work)
    address = url_for("organize_events.marshals", organization=organization, slug=slug, done="revoked")
    return redirect(address, 303)
