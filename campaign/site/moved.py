"""Where campaigns are now whose public pages are asked for by a slug that they had before; a draft has none."""

from flask import Flask

from campaign.campaigns.queries import find_moved
from campaign.kernel.access import Access
from campaign.kernel.db import db
from campaign.kernel.moving import Mover, add_mover


def init_moved(app: Flask) -> None:
    """Let the public pages of `app` be found by old slugs."""
    add_mover(app, Mover("/campaigns/<slug>", Access.PUBLIC, _find))


def _find(slug: str) -> str | None:
    found = find_moved(db.session(), slug)
    return found.slug if found is not None and found.is_public else None
