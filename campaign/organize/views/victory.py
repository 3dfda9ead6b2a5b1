"""A campaign's victory: written, seen in numbers, declared; and taken back.

form ──(do=look)──► what it will do, in numbers, with all that was typed ──(do=declare)──► done
  ▲                                      │
  └────────────── change it ─────────────┘
"""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns.commands import Win
from campaign.campaigns.lifecycle import STEPS
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
from campaign.organize.by_language import Errors, renamed, texts_of
from campaign.organize.consequences import foresee
from campaign.organize.lifecycle_words import errors_of
from campaign.organize.winning import FATES, DeclareVictory, declare_victory, list_taken_back, take_victory_back
from campaign.revisions.service import Edit
from campaign.targets.commands import TakesStance
from campaign.targets.queries import list_stances
from campaign.targets.service import MET

_AT = "/<organization>/campaigns/<slug>/victory"


def add_victory(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule(_AT, "victory", victory)
    blueprint.add_url_rule(_AT, "do_victory", do_victory, methods=["POST"])
    blueprint.add_url_rule(f"{_AT}/take-back", "take_back", take_back)
    blueprint.add_url_rule(f"{_AT}/take-back", "do_take_back", do_take_back, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def victory(organization: str, slug: str) -> ResponseReturnValue:
    """Ask for a victory's date and words, where companies stand then, and what becomes of letters."""
    found = get_own_campaign_by_slug(db.session(), current_actor(), slug)
    if found.status not in STEPS["win"].froms:
        return redirect(url_for("organize.campaign", organization=organization, slug=slug), 303)
    typed = {"date": f"{now():%Y-%m-%d}", "letters": "withdraw"}
    typed |= {f"text-{code}": found.won_text.get(code, "") for code in found.languages}
    return _form(found, typed, None, {})


def _form(found: Campaign, typed: Mapping[str, str], met: list[str] | None, errors: Errors) -> ResponseReturnValue:
    standings = list_stances(db.session(), found.id)
    # What is public is not proposed where it could be wrong: of several companies, the organizer says which.
    proposed = [one.company.slug for one in standings] if len(standings) == 1 else []
    page = render_template(
        "organize/victory.html",
        campaign=found,
        standings=standings,
        typed=typed,
        met=proposed if met is None else met,
        foreseen=foresee(db.session(), found, "won"),
        errors=errors,
    )
    return page, 422 if errors else 200


@access(Access.MEMBER, member(Power.PUBLISH))
def do_victory(organization: str, slug: str) -> ResponseReturnValue:
    """Show what a victory will do (`do` is `look`), go back to its form (`change`), or declare it (`declare`)."""
    actor, form = current_actor(), read_form(request)
    found = get_own_campaign_by_slug(db.session(), actor, slug)
    met = form.lists.get("met", [])
    if form.values.get("do") == "change":
        return _form(found, form.values, met, {})
    command, problems = _read(found, form)
    if command is None:
        return _form(found, form.values, met, errors_of(problems, found.languages))
    if form.values.get("do") != "declare":
        return _look(found, form, command)
    try:
        unit_of_work().run(
            lambda session: declare_victory(session, actor, slug, command, Edit("victory", now())), wakes=["letters"]
        )
    except RefusedError as error:
        status = str(error.problem.parameters.get("status", ""))
        return redirect(url_for("organize.campaign", organization=organization, slug=slug, now=status), 303)
    return redirect(url_for("organize.campaign", organization=organization, slug=slug, done="won"), 303)


def _look(found: Campaign, form: FormData, command: DeclareVictory) -> ResponseReturnValue:
    names = {one.company.slug: one.company.name for one in list_stances(db.session(), found.id)}
    return render_template(
        "organize/victory_look.html",
        campaign=found,
        command=command,
        companies=[names[one.company] for one in command.stances if one.company in names],
        foreseen=foresee(db.session(), found, "won"),
        pairs=[(name, value) for name, value in form.pairs if name not in ("csrf", "do")],
    )


def _read(found: Campaign, form: FormData) -> tuple[DeclareVictory | None, list[Problem]]:
    """Return the victory that was typed, or what is wrong with it; companies that meet the demand do so on its day."""
    from campaign.campaigns.rules import check_won  # noqa: PLC0415 - costs 150 ms; few declare victories

    text = texts_of(form.values, "text", found.languages)
    win, problems = check_won(
        {"date": form.values.get("date", "").strip() or None, "text": text}, found.languages, now()
    )
    letters = form.values.get("letters")
    fate = next((one for one in FATES if one == letters), None)
    if fate is None:
        problems.append(Problem(("letters",), "not_a_choice"))
    if win is None or fate is None:
        return None, problems
    known = {one.company.slug for one in list_stances(db.session(), found.id)}
    chosen = [slug for slug in dict.fromkeys(form.lists.get("met", [])) if slug in known]
    return DeclareVictory(win, tuple(_met(slug, win) for slug in chosen), fate), []


def _met(company: str, win: Win) -> TakesStance:
    return TakesStance(company, MET, win.at.date(), win.text)


@access(Access.MEMBER, member(Power.PUBLISH))
def take_back(organization: str, slug: str) -> ResponseReturnValue:
    """Say what taking a victory back can undo and what it cannot, and ask."""
    found = get_own_campaign_by_slug(db.session(), current_actor(), slug)
    if found.status != "won":
        return redirect(url_for("organize.campaign", organization=organization, slug=slug), 303)
    return _back_form(found, None, {})


def _back_form(found: Campaign, form: FormData | None, errors: Errors) -> ResponseReturnValue:
    back = list_taken_back(db.session(), found)
    page = render_template(
        "organize/victory_back.html",
        campaign=found,
        back=back,
        chosen=[one.standing.company.slug for one in back] if form is None else form.lists.get("back", []),
        typed=form.values if form else {},
        foreseen=foresee(db.session(), found, "open"),
        errors=errors,
    )
    return page, 422 if errors else 200


@access(Access.MEMBER, member(Power.PUBLISH))
def do_take_back(organization: str, slug: str) -> ResponseReturnValue:
    """Open the campaign again; companies that were chosen stand where they stood before."""
    from campaign.targets.rules import check_standing  # noqa: PLC0415 - as above

    actor, form = current_actor(), read_form(request)
    found = get_own_campaign_by_slug(db.session(), actor, slug)
    companies = form.lists.get("back", [])
    evidence: Mapping[str, str] = {}
    if companies:
        text = texts_of(form.values, "evidence", found.languages)
        given = {"company": "any", "stance": "holdout", "days_ago": 0, "evidence": text}
        stance, problems = check_standing(given, found.languages, now())
        if stance is None:
            return _back_form(found, form, errors_of(renamed(problems, {}), found.languages))
        evidence = stance.evidence

    def work(session: Session) -> None:
        take_victory_back(session, actor, slug, Edit("victory", now()), companies=companies, evidence=evidence)

    try:
        unit_of_work().run(work, wakes=["letters"])
    except RefusedError as error:
        status = str(error.problem.parameters.get("status", ""))
        return redirect(url_for("organize.campaign", organization=organization, slug=slug, now=status), 303)
    return redirect(url_for("organize.campaign", organization=organization, slug=slug, done="unwon"), 303)
