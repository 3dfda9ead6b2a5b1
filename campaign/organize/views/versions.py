"""The versions of a campaign's texts: a list, what each changed, and the way back to what was."""

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.web.guards import current_actor, member
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.formdata import read_form
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.problem_words import say_problem
from campaign.organize.rooms import KINDS_KEY
from campaign.organize.texts.saving import REASON, Which, read_texts, restore
from campaign.organize.texts.sheets import keys_of
from campaign.organize.texts.versions import compare, find_version, list_versions
from campaign.revisions.service import Edit


def add_versions(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    rule = "/<organization>/campaigns/<slug>/history"
    blueprint.add_url_rule(rule, "versions", versions)
    blueprint.add_url_rule(f"{rule}/<int:number>", "version", version)
    blueprint.add_url_rule(f"{rule}/<int:number>", "restore", bring_back, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def versions(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """List every save, latest first."""
    stored = read_texts(db.session(), current_actor(), _which(slug))
    return render_template(
        "organize/texts/versions.html",
        campaign=stored.campaign,
        versions=list_versions(stored),
        is_restored=request.args.get("done") == "restored",
    )


@access(Access.MEMBER, member(Power.PUBLISH))
def version(organization: str, slug: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show what one changed, word by word."""
    return _page(slug, number, {}, 200)


@access(Access.MEMBER, member(Power.PUBLISH))
def bring_back(organization: str, slug: str, number: int) -> ResponseReturnValue:
    """Bring back one text as it was before this version (`key`), or all texts of it; either is a new save."""
    values = read_form(request).values
    key, reason = values.get("key", ""), values.get(REASON, "")
    actor, edit, which = current_actor(), Edit("restore", now()), _which(slug)
    stored = read_texts(db.session(), actor, which)
    before = stored.at(number - 1)
    if find_version(stored, number) is None or (key and key not in keys_of(stored.groups, before.languages)):
        raise NotFoundError("there is no such version, or no such text in it")
    wanted = number - 1 if key else number
    outcome = unit_of_work().run(lambda session: restore(session, actor, which, wanted, edit, key=key, reason=reason))
    if not outcome.is_saved:
        return _page(slug, number, dict(outcome.problems), 422, key=key, reason=reason)
    return redirect(url_for("organize.versions", organization=organization, slug=slug, done="restored"), 303)


def _which(slug: str) -> Which:
    return Which(slug, current_app.extensions[KINDS_KEY])


def _page(
    slug: str, number: int, problems: dict[str, Problem], status: int, *, key: str = "", reason: str = ""
) -> ResponseReturnValue:
    stored = read_texts(db.session(), current_actor(), _which(slug))
    found = find_version(stored, number)
    if found is None:
        raise NotFoundError("there is no such version")
    after = stored.at(number)
    page = render_template(
        "organize/texts/version.html",
        campaign=stored.campaign,
        version=found,
        texts=compare(stored, stored.at(number - 1), after),
        count=len(compare(stored, stored.sheet, after)),
        errors={key if key == REASON else "": say_problem(problem) for key, problem in problems.items()},
        key=key,
        reason=reason,
    )
    return page, status
