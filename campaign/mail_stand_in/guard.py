"""Who may look into the mail: this machine's own browser and tools, and no page of anybody else.

The inbox holds everybody's confirmation links, and its mail is hostile. So: a Host that means this machine (a name that
was made to point here is refused), no POST from another site, a policy that runs no script and loads nothing from
outside.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, abort, request

from campaign.mail_stand_in.postman import is_loopback

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The mail's HTML: no script, no network but data: pictures, an origin of its own; its links open in a new tab.
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


def guard(app: Flask) -> None:
    """Check every request, and set the headers of every answer."""
    app.before_request(_require_this_machine)
    app.before_request(_require_own_page)
    app.after_request(_add_headers)


def _require_this_machine() -> None:
    if not is_loopback(urlsplit(f"//{request.headers.get('Host', '')}").hostname or ""):
        abort(421)


def _require_own_page() -> None:
    """A browser says where a POST comes from; curl says nothing, and carries nobody's session here."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    if (origin is not None and origin != f"http://{request.headers.get('Host')}") or site not in {None, "same-origin"}:
        abort(403)


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not no-referrer: with it a browser sends `Origin: null` with the inbox's own forms.
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
