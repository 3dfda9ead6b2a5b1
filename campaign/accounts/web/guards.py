"""What stands before organizers' pages: a session, a membership with its powers, a fresh proof, a form of our own.

    request ─► session? ─► second factor given? ─► serves the organization in the address? ─► has the powers? ─► view
                  │               │                          │                                    │
               sign in         its page          as what does not exist (404)             told in words (403)

A form is taken from our own pages alone: it bears a token that is bound to the session, and the browser says that it
comes from here. One that is refused is shown again with all that was typed and a new token: whoever's session was over
signs in in another tab, and sends it.
"""

import hmac
from dataclasses import dataclass
from urllib.parse import quote

from flask import Response, current_app, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.accounts.sessions import NOTED_EVERY, Serving, SignedIn, find_session, note_use
from campaign.accounts.web.cookies import session_token
from campaign.accounts.web.uploads import allow_own_file
from campaign.kernel.actors import Actor, Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.formdata import read_form
from campaign.kernel.headers import no_store
from campaign.kernel.installation import Installation
from campaign.kernel.localized import use_language
from campaign.kernel.unit import unit_of_work

CSRF = "csrf"
"""The field of a form that is bound to the session."""

_READING = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Here:
    """Who is signed in, for which organization the page is, and where one is."""

    signed_in: SignedIn
    serving: Serving | None

    @property
    def actor(self) -> Actor:
        """Who acts for the organization of the page."""
        if self.serving is None:
            raise LookupError("this page is of no organization")
        return self.signed_in.actor(self.serving)

    def may(self, *names: str) -> bool:
        """Whether they have these powers (`publish`, `read` …) for the organization of the page."""
        return self.serving is not None and all(Power[name.upper()] in self.serving.powers for name in names)


def here() -> Here:
    """Return who is signed in; only behind a guard of this module."""
    found: Here = g.here
    return found


def current_actor() -> Actor:
    """Return who acts for the organization in the address; only behind a guard that asks for a member."""
    return here().actor


@dataclass(frozen=True)
class signed_in:  # noqa: N801 - reads as what it asks: access(Access.SIGNED_IN, signed_in())
    """Let in whoever is signed in.

    Args:
        is_fresh: whether they must have proved who they are within the last minutes.
        lacks_factor: whether it is the page where the second factor is given, which is for who lacks it; None: for
            both, as signing out is.
    """

    is_fresh: bool = False
    lacks_factor: bool | None = False

    def __call__(self) -> ResponseReturnValue | None:
        """Look at the present request."""
        return _pass(None, (), is_fresh=self.is_fresh, lacks_factor=self.lacks_factor)


@dataclass(frozen=True)
class member:  # noqa: N801 - as above: access(Access.MEMBER, member(Power.PUBLISH))
    """Let in whoever serves the organization in the address (`organization`) and has `powers`.

    Args:
        powers: what they must be allowed to do; none: numbers are for every member.
        is_fresh: whether they must have proved who they are within the last minutes.
        takes_file: whether its form may bring a file, and be as large (`campaign.accounts.web.uploads`).
    """

    powers: tuple[Power, ...] = ()
    is_fresh: bool = False
    takes_file: bool = False

    def __init__(self, *powers: Power, is_fresh: bool = False, takes_file: bool = False) -> None:
        object.__setattr__(self, "powers", powers)
        object.__setattr__(self, "is_fresh", is_fresh)
        object.__setattr__(self, "takes_file", takes_file)

    def __call__(self) -> ResponseReturnValue | None:
        """Look at the present request."""
        if self.takes_file:
            allow_own_file()
        organization = (request.view_args or {}).get("organization", "")
        return _pass(organization, self.powers, is_fresh=self.is_fresh)


def _pass(
    organization: str | None, powers: tuple[Power, ...], *, is_fresh: bool, lacks_factor: bool | None = False
) -> ResponseReturnValue | None:
    no_store()
    at = now()
    token = session_token()
    found = find_session(db.session(), token, at) if token else None
    if found is None:
        return _ask_to_sign_in()
    use_language(found.language)
    if lacks_factor is not None and found.lacks_factor != lacks_factor:
        return _ask_for_factor(url_for("organize.factor", next=_there())) if found.lacks_factor else _home()
    serving = found.serving(organization) if organization is not None else None
    g.here = Here(found, serving)
    if organization is not None and serving is None:
        raise NotFoundError("there is no such organization")
    if serving is not None:
        found.actor(serving).require(*powers)
        if serving.demands_factor and not found.has_factor:
            slug = serving.organization
            return _ask_for_factor(url_for("organize.second_factor", organization=slug, next=_there()))
    if request.method not in _READING and not _is_ours(token):
        return _show_again("organize/not_ours.html", 403)
    if is_fresh and not found.is_fresh(at):
        return _ask_again()
    is_here_first = serving is not None and (serving.used_at is None or at - serving.used_at > NOTED_EVERY)
    if is_here_first or at - found.used_at > NOTED_EVERY:
        organization_id = serving.organization_id if serving else None
        unit_of_work().run(lambda session: note_use(session, found.session_id, organization_id, at), is_idempotent=True)
    return None


def csrf_token() -> str:
    """Return what a form of this session bears."""
    return _csrf_of(session_token())


def _csrf_of(token: str) -> str:
    installation: Installation = current_app.extensions["campaign.installation"]
    return installation.hashes.of("account.csrf", token).hex()


def _is_ours(token: str) -> bool:
    """Whether a form came from a page of ours, of this session."""
    if not comes_from_here():
        return False
    try:
        posted = read_form(request).values.get(CSRF, "")
    except RequestEntityTooLarge:
        return False
    return hmac.compare_digest(posted.encode(), _csrf_of(token).encode())


def comes_from_here() -> bool:
    """Whether the browser says that a request comes from a page of ours; one that says nothing is believed.

    Our pages send no referrer, so that their forms' Origin may be `null`: then `Sec-Fetch-Site` says it.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin", "null")
    return origin in {"null", current_app.config["PUBLIC_URL"]}


def sign_in_address() -> str:
    """Return where one signs in to come back to the present page."""
    there = _there()
    return url_for("organize.sign_in") + (f"?next={quote(there, safe='/')}" if there else "")


def _there() -> str | None:
    """Return the present page's address, to come back to; None where it is no page."""
    return request.full_path.rstrip("?") if request.method in _READING else None


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.method in _READING:
        return redirect(sign_in_address(), 303)
    return _show_again("organize/signed_out.html", 401)


def _home() -> ResponseReturnValue:
    return redirect(url_for("organize.home"), 303)


def _ask_for_factor(address: str) -> ResponseReturnValue:
    if request.method in _READING:
        return redirect(address, 303)
    return _show_again("organize/prove_first.html", 403, prove=address)


def _ask_again() -> ResponseReturnValue:
    there = request.full_path.rstrip("?")
    if request.method in _READING:
        return redirect(f"{url_for('organize.prove')}?next={quote(there, safe='/')}", 303)
    return _show_again("organize/prove_first.html", 403, prove=url_for("organize.prove"))


def _show_again(template: str, status: int, **more: str) -> Response:
    """Answer a form that is refused with all that was typed, to be sent once more."""
    try:
        posted = read_form(request)
    except RequestEntityTooLarge:
        pairs = []
    else:
        pairs = [(name, value) for name, value in posted.pairs if name != CSRF]
    page = render_template(
        template, pairs=pairs, files=sorted(set(request.files)), address=request.full_path.rstrip("?"), **more
    )
    return make_response(page, status)
