"""Where one's own campaigns are now whose organizers' pages are asked for by a slug that they had before."""

from flask import Flask, g

from campaign.accounts.web.guards import Here
from campaign.campaigns.queries import find_moved
from campaign.kernel.access import Access
from campaign.kernel.db import db
from campaign.kernel.moving import Mover, add_mover


def init_moved(app: Flask) -> None:
    """Let the organizers' pages of `app` be found by old slugs, by those whose campaigns they are."""
    add_mover(app, Mover("/campaigns/<slug>", Access.MEMBER, _find))


def _find(slug: str) -> str | None:
    at: Here | None = g.get("here")
    if at is None or at.serving is None:  # an organization that they do not serve is none
        return None
    found = find_moved(db.session(), slug)
    return found.slug if found is not None and at.actor.acts_for(found.organization_id) else None
