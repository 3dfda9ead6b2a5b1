"""What stands before views that are not for everybody: a link that proves something, or being on this machine.

A provider's signature is checked by a guard of its own room (`campaign.delivery.webhook`).
"""

import hmac
import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import current_app, request

from campaign.kernel.access import Guard
from campaign.kernel.errors import NotFoundError
from campaign.kernel.headers import no_store
from campaign.kernel.installation import Installation
from campaign.kernel.network import canonical
from campaign.kernel.settings import Settings
from campaign.kernel.tokens import ExpiredTokenError, ForgedTokenError, Signer

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")


def opened_by(*signers: Callable[[Installation], Signer]) -> Guard:
    """Let in whoever's address holds a `token` that one of `signers` made, for its purpose; a link of another is none.

    One past its time is let through: each page says in its own way what can still be done. Whatever is answered, the
    refusal too, is kept by nobody and told to nobody, since the address opens something.
    """

    def guard() -> None:
        no_store()
        installation: Installation = current_app.extensions["campaign.installation"]
        token = (request.view_args or {}).get("token", "")
        if not any(_made(signer(installation), token) for signer in signers):
            raise NotFoundError("no such link")

    return guard


def _made(signer: Signer, token: str) -> bool:
    try:
        signer.read(token)
    except ExpiredTokenError:
        return True
    except ForgedTokenError:
        return False
    return True


def from_this_machine() -> None:
    """Let in this machine, and whoever knows METRICS_TOKEN; to everybody else there is nothing here."""
    if not (_knows_token() or _is_here()):
        raise NotFoundError("no such page")


def _knows_token() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    known = settings.metrics_token or ""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return known != "" and hmac.compare_digest(token.encode(), known.encode())


def _is_here() -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False  # came through a proxy: the address says nothing of who asks
    return _is_loopback(request.remote_addr or "") and _names_loopback(request.headers.get("Host", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(canonical(address)).is_loopback
    except ValueError:
        return False


def _names_loopback(host: str) -> bool:
    """Whether the asker knows that it asks this machine; another site's script, by a name that leads here, does not."""
    name = urlsplit(f"//{host}").hostname or ""
    return name == "localhost" or _is_loopback(name)
