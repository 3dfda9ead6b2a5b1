"""News of a campaign: what is written, what is put off, what is published; each on a page of its own."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns import news
from campaign.campaigns.commands import Due, NewsText
from campaign.campaigns.models import Campaign, CampaignUpdate, UpdateDraft
from campaign.campaigns.queries import get_own_campaign_by_slug, list_updates
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize import update_merging as merging
from campaign.organize.by_language import Errors, texts_of
from campaign.organize.lifecycle_words import errors_of
from campaign.organize.when import ZONES, read_due, say_moment, typed_due
from campaign.revisions.service import Edit

_AT = "/<organization>/campaigns/<slug>/updates"
_MOST = 200


def add_updates(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule(_AT, "updates", updates)
    blueprint.add_url_rule(f"{_AT}/new", "new_update", new_update)
    blueprint.add_url_rule(f"{_AT}/new", "write_update", write_update, methods=["POST"])
    blueprint.add_url_rule(f"{_AT}/drafts/<uuid:draft>", "update_draft", update_draft)
    blueprint.add_url_rule(f"{_AT}/drafts/<uuid:draft>", "save_update_draft", save_update_draft, methods=["POST"])
    blueprint.add_url_rule(f"{_AT}/drafts/<uuid:draft>/delete", "delete_update_draft", ask_to_delete)
    blueprint.add_url_rule(f"{_AT}/drafts/<uuid:draft>/delete", "do_delete_draft", do_delete, methods=["POST"])
    blueprint.add_url_rule(f"{_AT}/<uuid:update>", "update", update)
    blueprint.add_url_rule(f"{_AT}/<uuid:update>", "correct_update", correct, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def updates(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show a campaign's news: drafts first, then what is published."""
    session = db.session()
    found = _find(slug)
    drafts = [
        (one, say_moment(one.publishes_at, one.publishes_zone) if one.publishes_at and one.publishes_zone else "")
        for one in news.list_drafts(session, current_actor(), found.id)
    ]
    published = list_updates(session, found.id, _MOST)
    return render_template("organize/updates.html", campaign=found, drafts=drafts, published=published)


def _find(slug: str) -> Campaign:
    return get_own_campaign_by_slug(db.session(), current_actor(), slug)


@access(Access.MEMBER, member(Power.PUBLISH))
def new_update(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Ask for news."""
    return _draft_form(_find(slug), None, typed_due(None), {})


def _draft_form(
    found: Campaign,
    draft: UpdateDraft | None,
    typed: Mapping[str, str],
    errors: Errors,
    conflicts: Mapping[str, str] = MappingProxyType({}),
) -> ResponseReturnValue:
    page = render_template(
        "organize/update_draft.html",
        campaign=found,
        draft=draft,
        typed=typed,
        zones=ZONES,
        errors={**errors, **_told(conflicts)},
        **_compared(found, draft, typed, conflicts),
    )
    return page, 409 if conflicts else 422 if errors else 200


def _told(conflicts: Mapping[str, str]) -> Errors:
    words = gettext("Someone saved another text here while you were writing. Choose one.")
    return dict.fromkeys(conflicts, words)


def _compared(
    found: Campaign, stored: UpdateDraft | CampaignUpdate | None, typed: Mapping[str, str], conflicts: Mapping[str, str]
) -> dict[str, object]:
    """Return what boxes need beside what is typed: by what they began, what is stored, languages that are gone."""
    boxes = merging.boxes_of(stored.title, stored.body) if stored is not None else {}
    keys = {f"{name}-{tag}" for name in merging.NAMES for tag in found.languages} | boxes.keys()
    marks = {key: merging.mark(boxes.get(key, "")) for key in keys} if stored is not None else {}
    return {"marks": marks, "conflicts": conflicts, "gone": merging.gone_languages(typed, found.languages)}


@access(Access.MEMBER, member(Power.PUBLISH))
def write_update(organization: str, slug: str) -> ResponseReturnValue:
    """Save new news as a draft (`do` is `save`), put them off (`schedule`), or publish them (`publish`)."""
    return _save(organization, slug, None)


@access(Access.MEMBER, member(Power.PUBLISH))
def update_draft(organization: str, slug: str, draft: UUID) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Show a draft, to be gone on with."""
    found = _find(slug)
    stored = news.get_draft(db.session(), current_actor(), found.id, draft)
    due = Due(stored.publishes_at, stored.publishes_zone) if stored.publishes_at and stored.publishes_zone else None
    return _draft_form(found, stored, {**typed_due(due), **merging.boxes_of(stored.title, stored.body)}, {})


@access(Access.MEMBER, member(Power.PUBLISH))
def save_update_draft(organization: str, slug: str, draft: UUID) -> ResponseReturnValue:
    """Save a draft, put it off, or publish it, as `write_update`."""
    return _save(organization, slug, draft)


def _save(organization: str, slug: str, draft: UUID | None) -> ResponseReturnValue:
    actor, posted = current_actor(), read_form(request)
    found, form = _find(slug), posted.values
    stored = news.get_draft(db.session(), actor, found.id, draft) if draft else None
    read_at = stored.updated_at if stored else None
    if stored is not None:
        merged = _merge(posted, stored)
        form = {**form, **merged.typed}
        if merged.conflicts:
            return _draft_form(found, stored, form, {}, merged.conflicts)
    text, problems = _read(found, form)
    due = None
    if form.get("do") == "schedule":
        due, wrong = read_due(form)
        problems += wrong
    if text is None or problems:
        return _draft_form(found, stored, form, errors_of(problems, found.languages))
    is_now = form.get("do") == "publish"

    def work(session: Session) -> None:
        saved = news.save_draft(session, actor, slug, draft, news=text, due=due, read_at=read_at)
        if is_now:
            news.publish_draft(session, actor, slug, saved.public_id, Edit("form", now()))

    try:
        unit_of_work().run(work)
    except RefusedError as error:
        again = news.get_draft(db.session(), actor, found.id, draft) if draft else None
        return _draft_form(_find(slug), again, form, errors_of([error.problem], found.languages))
    return _list(organization, slug, "update-published" if is_now else "update-scheduled" if due else "drafted")


def _read(found: Campaign, form: Mapping[str, str]) -> tuple[NewsText | None, list[Problem]]:
    from campaign.campaigns.rules import check_update  # noqa: PLC0415 - costs 150 ms; only who writes pays

    given = {name: texts_of(form, name, found.languages) for name in ("title", "body")}
    text, problems = check_update(given, found.languages, now())
    return text, [*problems, *merging.tell_gone(form, found.languages)]


def _merge(form: FormData, stored: UpdateDraft | CampaignUpdate) -> merging.Merged:
    read_at = form.values.get("read_at", "")
    is_current = not read_at or _read_at(read_at, stored.created_at) == stored.updated_at
    return merging.merge_news(form, merging.boxes_of(stored.title, stored.body), is_current=is_current)


def _list(organization: str, slug: str, done: str) -> ResponseReturnValue:
    return redirect(url_for("organize.updates", organization=organization, slug=slug, done=done), 303)


@access(Access.MEMBER, member(Power.PUBLISH))
def ask_to_delete(organization: str, slug: str, draft: UUID) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Ask before a draft is thrown away."""
    found = _find(slug)
    stored = news.get_draft(db.session(), current_actor(), found.id, draft)
    return render_template("organize/update_delete.html", campaign=found, draft=stored)


@access(Access.MEMBER, member(Power.PUBLISH))
def do_delete(organization: str, slug: str, draft: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    actor = current_actor()
    unit_of_work().run(lambda session: news.delete_draft(session, actor, slug, draft))
    return _list(organization, slug, "deleted")


@access(Access.MEMBER, member(Power.PUBLISH))
def update(organization: str, slug: str, update: UUID) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Show published news, to be corrected."""
    found = _find(slug)
    stored = news.get_update(db.session(), current_actor(), found.id, update)
    return _correction(found, stored, merging.boxes_of(stored.title, stored.body), {})


def _correction(
    found: Campaign,
    stored: CampaignUpdate,
    typed: Mapping[str, str],
    errors: Errors,
    conflicts: Mapping[str, str] = MappingProxyType({}),
) -> ResponseReturnValue:
    page = render_template(
        "organize/update.html",
        campaign=found,
        update=stored,
        typed=typed,
        errors={**errors, **_told(conflicts)},
        **_compared(found, stored, typed, conflicts),
    )
    return page, 409 if conflicts else 422 if errors else 200


@access(Access.MEMBER, member(Power.PUBLISH))
def correct(organization: str, slug: str, update: UUID) -> ResponseReturnValue:
    """Correct published news; of what somebody else changed meanwhile, both are shown, and one is chosen."""
    actor, posted = current_actor(), read_form(request)
    found = _find(slug)
    stored = news.get_update(db.session(), actor, found.id, update)
    merged = _merge(posted, stored)
    form, read_at = {**posted.values, **merged.typed}, stored.updated_at
    if merged.conflicts:
        return _correction(found, stored, form, {}, merged.conflicts)
    text, problems = _read(found, form)
    if text is None or problems:
        return _correction(found, stored, form, errors_of(problems, found.languages))

    def work(session: Session) -> None:
        news.correct_update(session, actor, slug, update, news=text, read_at=read_at, edit=Edit("form", now()))

    try:
        unit_of_work().run(work)
    except RefusedError as error:
        again = _find(slug)
        stored = news.get_update(db.session(), actor, again.id, update)
        return _correction(again, stored, form, errors_of([error.problem], found.languages))
    return _list(organization, slug, "corrected")


def _read_at(typed: str, otherwise: datetime) -> datetime:
    """Return when the one who corrects read it, as its form says; what it does not say was read when it was written."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return otherwise
    return found if found.tzinfo else otherwise
