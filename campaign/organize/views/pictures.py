"""A campaign's pictures: added, described, placed, taken away."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns.models import Campaign
from campaign.campaigns.pictures import PictureEntry, show_picture
from campaign.campaigns.queries import get_own_campaign_by_slug
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.localized import current_language
from campaign.kernel.markdown import placed_pictures
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.kernel.uploads import Upload, read_upload
from campaign.media.commands import DescribePicture
from campaign.media.errors import FIELD
from campaign.media.models import Picture
from campaign.media.queries import get_picture, list_shown
from campaign.media.redrawing import check_upload, redraw
from campaign.media.service import add_picture, describe_picture, remove_picture
from campaign.organize.media_words import say_all
from campaign.revisions.service import Edit

_MEMBER = member(Power.PUBLISH)


def add_pictures(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    room = "/<organization>/campaigns/<slug>/pictures"
    one = f"{room}/<uuid:public_id>"
    blueprint.add_url_rule(room, "pictures", pictures)
    blueprint.add_url_rule(room, "add_picture", add, methods=["POST"])
    blueprint.add_url_rule(one, "picture", picture)
    blueprint.add_url_rule(one, "describe_picture", describe, methods=["POST"])
    blueprint.add_url_rule(f"{one}/remove", "ask_remove_picture", ask_remove)
    blueprint.add_url_rule(f"{one}/remove", "remove_picture", remove, methods=["POST"])


@access(Access.MEMBER, _MEMBER)
def pictures(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show a campaign's pictures, and a form for one more."""
    return _page(_own(slug), {}, {})


@access(Access.MEMBER, member(Power.PUBLISH, takes_file=True))
def add(organization: str, slug: str) -> ResponseReturnValue:
    """Add a picture."""
    campaign = _own(slug)
    form, upload = read_upload(request, FIELD)
    command, problems = _read(form, campaign)
    db.session.close()  # what follows takes some seconds, and needs no connection
    try:
        problems = [*_fault_of(upload), *problems]
        if command is not None and upload is not None and not problems:
            made, actor, edit = redraw(upload.body), current_actor(), Edit("form", now())
            unit_of_work().run(
                lambda session: add_picture(session, actor, command, edit, campaign_id=campaign.id, made=made)
            )
            return _done("pictures", organization, slug, "added")
    except RefusedError as error:
        problems = [*problems, error.problem]
    if upload is not None and not any(problem.field == (FIELD,) for problem in problems):
        problems = [Problem((FIELD,), "again"), *problems]
    return _page(_own(slug), form.values, say_all(problems)), 422


@access(Access.MEMBER, _MEMBER)
def picture(organization: str, slug: str, public_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show a picture, and what is said of it, to be changed."""
    campaign = _own(slug)
    found = get_picture(db.session(), current_actor(), campaign.id, public_id)
    return _one(campaign, found, _values_of(found), {})


@access(Access.MEMBER, _MEMBER)
def describe(organization: str, slug: str, public_id: UUID) -> ResponseReturnValue:
    """Change what is said of a picture, or where it stands."""
    campaign = _own(slug)
    form, actor = read_form(request), current_actor()
    command, problems = _read(form, campaign)
    try:
        if command is not None and not problems:
            edit, owner = Edit("form", now()), campaign.id
            unit_of_work().run(
                lambda session: describe_picture(session, actor, command, edit, campaign_id=owner, public_id=public_id)
            )
            return _done("pictures", organization, slug, "saved")
    except RefusedError as error:
        problems = [*problems, error.problem]
    campaign = _own(slug)
    found = get_picture(db.session(), actor, campaign.id, public_id)
    return _one(campaign, found, form.values, say_all(problems)), 422


@access(Access.MEMBER, _MEMBER)
def ask_remove(organization: str, slug: str, public_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Ask before a picture is removed, and say where it stands."""
    campaign = _own(slug)
    found = get_picture(db.session(), current_actor(), campaign.id, public_id)
    placed = [language for language, story in campaign.story.items() if found.name in placed_pictures(story)]
    return render_template(
        "organize/remove_picture.html", campaign=campaign, picture=found, shown=_shown(campaign, found), placed=placed
    )


@access(Access.MEMBER, _MEMBER)
def remove(organization: str, slug: str, public_id: UUID) -> ResponseReturnValue:
    """Remove a picture."""
    owner, actor, edit = _own(slug).id, current_actor(), Edit("form", now())
    unit_of_work().run(lambda session: remove_picture(session, actor, edit, campaign_id=owner, public_id=public_id))
    return _done("pictures", organization, slug, "removed")


def _own(slug: str) -> Campaign:
    return get_own_campaign_by_slug(db.session(), current_actor(), slug)


def _done(endpoint: str, organization: str, slug: str, word: str) -> ResponseReturnValue:
    return redirect(url_for(f"organize.{endpoint}", organization=organization, slug=slug, done=word), 303)


def _read(form: FormData, campaign: Campaign) -> tuple[DescribePicture | None, list[Problem]]:
    from campaign.media.rules import check_picture  # noqa: PLC0415 - costs each process that serves pages pydantic

    values = form.values
    given = {
        "name": values.get("name", "").strip() or None,
        "alt": {language: values.get(f"alt-{language}", "") for language in campaign.languages},
        "place": values.get("place") or None,
        **{name: values.get(name, "").strip() or None for name in ("focus_x", "focus_y")},
    }
    command, problems = check_picture(given, now(), campaign.languages)
    return command, [*([Problem((), "damaged")] if form.is_damaged else []), *problems]


def _fault_of(upload: Upload | None) -> list[Problem]:
    """Return what is wrong with a file at first sight; told with what is wrong beside it."""
    if upload is None:
        return [Problem((FIELD,), "missing")]
    try:
        check_upload(upload.body)
    except RefusedError as error:
        return [error.problem]
    return []


def _page(campaign: Campaign, values: dict[str, str], errors: dict[str, str]) -> str:
    shown = list_shown(db.session(), campaign.id)
    rows = [(one, _shown(campaign, one)) for one in shown.pictures]
    return render_template("organize/pictures.html", campaign=campaign, rows=rows, values=values, errors=errors)


def _one(campaign: Campaign, found: Picture, values: dict[str, str], errors: dict[str, str]) -> str:
    shown = _shown(campaign, found)
    return render_template(
        "organize/picture.html", campaign=campaign, picture=found, shown=shown, values=values, errors=errors
    )


def _shown(campaign: Campaign, found: Picture) -> PictureEntry:
    return show_picture(found, campaign.languages, current_language())


def _values_of(found: Picture) -> dict[str, str]:
    return {
        "name": found.name,
        "place": "head" if found.is_head else "story",
        "focus_x": str(found.focus_x),
        "focus_y": str(found.focus_y),
        **{f"alt-{language}": words for language, words in found.alt.items()},
    }
