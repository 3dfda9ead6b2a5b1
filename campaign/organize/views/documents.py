"""A campaign's documents: added, titled, taken away."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_own_campaign_by_slug
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.kernel.uploads import Upload, read_upload
from campaign.media.commands import DescribeDocument
from campaign.media.errors import FIELD
from campaign.media.pdfs import check_pdf
from campaign.media.queries import get_document, list_shown
from campaign.media.service import add_document, describe_document, remove_document
from campaign.organize.media_words import say_all
from campaign.revisions.service import Edit

_MEMBER = member(Power.PUBLISH)


def add_documents(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    room = "/<organization>/campaigns/<slug>/documents"
    one = f"{room}/<uuid:public_id>"
    blueprint.add_url_rule(room, "documents", documents)
    blueprint.add_url_rule(room, "add_document", add, methods=["POST"])
    blueprint.add_url_rule(one, "document", document)
    blueprint.add_url_rule(one, "describe_document", describe, methods=["POST"])
    blueprint.add_url_rule(f"{one}/remove", "ask_remove_document", ask_remove)
    blueprint.add_url_rule(f"{one}/remove", "remove_document", remove, methods=["POST"])


@access(Access.MEMBER, _MEMBER)
def documents(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show a campaign's documents, and a form for one more."""
    return _page(_own(slug), {}, {})


@access(Access.MEMBER, member(Power.PUBLISH, takes_file=True))
def add(organization: str, slug: str) -> ResponseReturnValue:
    """Add a document."""
    campaign = _own(slug)
    form, upload = read_upload(request, FIELD)
    command, problems = _read(form, campaign)
    problems = [*_fault_of(upload), *problems]
    try:
        if command is not None and upload is not None and not problems:
            actor, edit = current_actor(), Edit("form", now())
            told, body, owner = upload.name, upload.body, campaign.id
            unit_of_work().run(
                lambda session: add_document(session, actor, command, edit, campaign_id=owner, told=told, body=body)
            )
            return _done(organization, slug, "added")
    except RefusedError as error:
        problems = [*problems, error.problem]
    if upload is not None and not any(problem.field == (FIELD,) for problem in problems):
        problems = [Problem((FIELD,), "again"), *problems]
    return _page(_own(slug), form.values, say_all(problems)), 422


@access(Access.MEMBER, _MEMBER)
def document(organization: str, slug: str, public_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show a document's title, to be changed."""
    campaign = _own(slug)
    found = get_document(db.session(), current_actor(), campaign.id, public_id)
    values = {f"title-{language}": words for language, words in found.title.items()}
    return render_template("organize/document.html", campaign=campaign, document=found, values=values, errors={})


@access(Access.MEMBER, _MEMBER)
def describe(organization: str, slug: str, public_id: UUID) -> ResponseReturnValue:
    """Change a document's title."""
    campaign, form, actor = _own(slug), read_form(request), current_actor()
    command, problems = _read(form, campaign)
    if command is not None and not problems:
        edit, owner = Edit("form", now()), campaign.id
        unit_of_work().run(
            lambda session: describe_document(session, actor, command, edit, campaign_id=owner, public_id=public_id)
        )
        return _done(organization, slug, "saved")
    found = get_document(db.session(), actor, campaign.id, public_id)
    page = render_template(
        "organize/document.html", campaign=campaign, document=found, values=form.values, errors=say_all(problems)
    )
    return page, 422


@access(Access.MEMBER, _MEMBER)
def ask_remove(organization: str, slug: str, public_id: UUID) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Ask before a document is removed."""
    campaign = _own(slug)
    found = get_document(db.session(), current_actor(), campaign.id, public_id)
    return render_template("organize/remove_document.html", campaign=campaign, document=found)


@access(Access.MEMBER, _MEMBER)
def remove(organization: str, slug: str, public_id: UUID) -> ResponseReturnValue:
    """Remove a document."""
    owner, actor, edit = _own(slug).id, current_actor(), Edit("form", now())
    unit_of_work().run(lambda session: remove_document(session, actor, edit, campaign_id=owner, public_id=public_id))
    return _done(organization, slug, "removed")


def _own(slug: str) -> Campaign:
    return get_own_campaign_by_slug(db.session(), current_actor(), slug)


def _done(organization: str, slug: str, word: str) -> ResponseReturnValue:
    return redirect(url_for("organize.documents", organization=organization, slug=slug, done=word), 303)


def _read(form: FormData, campaign: Campaign) -> tuple[DescribeDocument | None, list[Problem]]:
    from campaign.media.rules import check_document  # noqa: PLC0415 - costs each process that serves pages pydantic

    told = {language: form.values.get(f"title-{language}", "").strip() for language in campaign.languages}
    first = campaign.language
    given = {"title": {language: words for language, words in told.items() if words or language == first}}
    command, problems = check_document(given, now(), campaign.languages)
    return command, [*([Problem((), "damaged")] if form.is_damaged else []), *problems]


def _fault_of(upload: Upload | None) -> list[Problem]:
    if upload is None:
        return [Problem((FIELD,), "missing")]
    try:
        check_pdf(upload.body)
    except RefusedError as error:
        return [error.problem]
    return []


def _page(campaign: Campaign, values: dict[str, str], errors: dict[str, str]) -> str:
    shown = list_shown(db.session(), campaign.id)
    return render_template(
        "organize/documents.html", campaign=campaign, documents=shown.documents, values=values, errors=errors
    )
