"""Find things by name: a page, and the same as data for the palette that Ctrl-K opens."""

from flask import Blueprint, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from campaign.accounts.web.guards import here, member
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.text import is_storable
from campaign.organize.finding import find

_LONGEST = 100  # characters of what is looked for


def add_finding(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/<organization>/search", "search", search)
    blueprint.add_url_rule("/<organization>/find", "find", find_names)


def _typed() -> str:
    typed = request.args.get("q", "")[:_LONGEST]
    return typed if is_storable(typed) else ""


@access(Access.MEMBER, member())
def search(organization: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it, here and below
    """Show what is called as was typed, and the keys that organizers' pages know."""
    typed = _typed()
    return render_template("organize/search.html", typed=typed, sorts=find(db.session(), here(), typed))


@access(Access.MEMBER, member())
def find_names(organization: str) -> ResponseReturnValue:  # noqa: ARG001
    """Tell the same as JSON: words, and titles with their addresses, by sort."""
    sorts = find(db.session(), here(), _typed())
    return jsonify(
        sorts=[
            {"words": sort.words, "found": [{"title": one.title, "address": one.address} for one in sort.found]}
            for sort in sorts
        ]
    )
