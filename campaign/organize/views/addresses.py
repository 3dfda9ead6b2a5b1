"""A campaign's settings: the address of its page, which can change, and whether others may copy its content."""

from collections.abc import Mapping

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns.addresses import check_move, move_campaign, share_content
from campaign.campaigns.models import PUBLIC
from campaign.campaigns.queries import find_free_slug, get_own_campaign_by_slug, list_old_slugs
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.problem_words import say_problem
from campaign.revisions.service import Edit

_NOT_FREE = ("taken", "reserved", "renamed")


def add_addresses(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    rule = "/<organization>/campaigns/<slug>/settings"
    blueprint.add_url_rule(rule, "campaign_settings", settings)
    blueprint.add_url_rule(f"{rule}/address", "move_campaign", move, methods=["POST"])
    blueprint.add_url_rule(f"{rule}/sharing", "share_content", share, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def settings(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show the address, those it had before, and who may copy."""
    return _page(slug, slug, {}, 200)


def _page(slug: str, typed: str, errors: Mapping[str, str], status: int) -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    found = get_own_campaign_by_slug(session, actor, slug)
    page = render_template(
        "organize/campaign_settings.html",
        campaign=found,
        typed=typed,
        errors=errors,
        old=list_old_slugs(session, actor, found.id),
        base=_base(),
    )
    return page, status


def _base() -> str:
    return f"{current_app.config['PUBLIC_URL'].partition('://')[2]}/campaigns/"


@access(Access.MEMBER, member(Power.PUBLISH))
def move(organization: str, slug: str) -> ResponseReturnValue:
    """Say what another address means; give it to the campaign once that is confirmed (`step=move`)."""
    from campaign.campaigns.rules import check_slug  # noqa: PLC0415 - pydantic costs 150 ms, and few change an address

    actor, form = current_actor(), read_form(request).values
    to = form.get("slug", "").strip()
    if to == slug:
        return redirect(url_for("organize.campaign_settings", organization=organization, slug=slug), 303)
    problems = check_slug(to, now())
    if problems:
        return _refused(slug, to, problems[0])
    try:
        if form.get("step") != "move":
            found = get_own_campaign_by_slug(db.session(), actor, slug)
            check_move(db.session(), actor, slug, to)
            is_public = found.status in PUBLIC
            return render_template(
                "organize/move_campaign.html", campaign=found, to=to, base=_base(), is_public=is_public
            )
        unit_of_work().run(lambda session: move_campaign(session, actor, slug, to, Edit("form", now())).slug)
    except RefusedError as error:
        return _refused(slug, to, error.problem)
    return redirect(url_for("organize.campaign_settings", organization=organization, slug=to, done="moved"), 303)


def _refused(slug: str, to: str, problem: Problem) -> ResponseReturnValue:
    words = say_problem(problem)
    if problem.code in _NOT_FREE:
        free = find_free_slug(db.session(), to)
        words = gettext("%(problem)s This one is free: %(free)s.", problem=words, free=free)
    return _page(slug, to, {"slug": words}, 422)


@access(Access.MEMBER, member(Power.PUBLISH))
def share(organization: str, slug: str) -> ResponseReturnValue:
    """Let other organizations copy the campaign's content, or no more."""
    actor, is_shared = current_actor(), read_form(request).values.get("shared") == "yes"
    unit_of_work().run(lambda session: share_content(session, actor, slug, Edit("form", now()), is_shared=is_shared))
    done = "shared" if is_shared else "unshared"
    return redirect(url_for("organize.campaign_settings", organization=organization, slug=slug, done=done), 303)
