"""Links of the service: which kinds of page they lead to, and how one looks that is past its time."""

import os
from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from itsdangerous import TimestampSigner
from sqlalchemy import text

from campaign.actions.tokens import confirm_signer, unsubscribe_signer
from campaign.console import Console
from campaign.kernel.clock import now
from campaign.kernel.installation import Installation as Secrets
from campaign.kernel.installation import installation_of
from campaign.kernel.languages import split_prefix
from tests.walks.running import Installation

_PERSONAL = ("confirm", "confirm-all", "not-me", "my", "undo", "rsvp", "marshal", "unsubscribe")
_FILES = (".xml", ".json", ".svg", ".png", ".txt", ".ico", ".atom", ".ics", ".pdf")
_PAST = timedelta(days=15)
_WHO = text("""
SELECT p.public_id, o.slug FROM people p JOIN supporters s ON s.person_id = p.id
JOIN organizations o ON o.id = s.organization_id WHERE p.email = :email
""")


def older(running: Installation, link: str) -> str:
    """Return a mailed confirmation link as it would be had it been made 15 days ago."""
    then = int((now() - _PAST).timestamp())
    with Console(running.data, {"PATH": os.environ["PATH"]}).settings() as settings:
        signer = confirm_signer(Secrets(settings))
        rest, _, token = link.rpartition("/")
        claim = signer.read(token)
        with patch.object(TimestampSigner, "get_timestamp", lambda _self: then):
            return f"{rest}/{signer.sign(claim)}"


def unsubscribe_link(running: Installation, address: str) -> str:
    """Return the link by which somebody unsubscribes from the organization that knows them, as their receipt has it."""
    with Console(running.data, {"PATH": os.environ["PATH"]}).session() as session:
        claim = session.execute(_WHO, {"email": address}).one()
        signer = unsubscribe_signer(installation_of(session))
        return f"{running.url}/unsubscribe/{signer.sign([str(claim.public_id), claim.slug])}"


def unvisited(links: Iterable[str], visited: Collection[str]) -> Iterator[str]:
    """Yield one path, without its language's prefix, for each kind of page that was not visited yet.

    A kind is a path without its names: `/campaigns/…`, `/organizations/…/privacy`.
    """
    kinds = {_kind(path) for path in visited}
    for path in sorted({split_prefix(urlsplit(link).path)[1] for link in links}):
        kind = _kind(path)
        is_page = not path.endswith(_FILES) and kind.split("/")[1] not in _PERSONAL
        if is_page and kind not in kinds and not kind.endswith(("/thanks", "/letter")):
            kinds.add(kind)
            yield path


def _kind(path: str) -> str:
    parts = path.split("/")
    return "/".join("…" if at == 2 else part for at, part in enumerate(parts))
