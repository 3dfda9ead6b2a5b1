"""The QR code of a campaign's page, for a poster or the phone across the table."""

import io
from functools import lru_cache

import segno
from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from campaign.actions.intake import current_intake
from campaign.actions.sharecodes import code_for, read_code
from campaign.actions.sharing import VIA, public_address
from campaign.kernel.access import Access, access
from campaign.kernel.keeping import cache_page

_DAY_SECONDS = 86_400


@cache_page(_DAY_SECONDS, VIA)
@access(Access.PUBLIC)
def qr(slug: str) -> ResponseReturnValue:
    """Draw a campaign's public address, with its sharer's code; a code that is not ours is left out."""
    doorstep, installation = current_intake().doorsteps.find(slug), current_intake().installation
    sharer = None if doorstep.is_high_safety else read_code(installation, request.args.get("via", ""))
    code = "" if sharer is None else code_for(installation, sharer)
    return Response(draw_qr(public_address(doorstep.slug, code)), mimetype="image/svg+xml")


@lru_cache(maxsize=256)
def draw_qr(address: str) -> bytes:
    """Return the QR code of `address` as SVG: dark on light whatever the theme, as cameras expect, quiet zone and all.

    Error correction M (15 %): it survives a crease, and stays coarse enough for an old camera.

    Source: ISO/IEC 18004 (a quiet zone of four modules).
    """
    out = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(out, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, omitsize=True, nl=False)
    return out.getvalue()


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/campaigns/<slug>/qr.svg", view_func=qr)
