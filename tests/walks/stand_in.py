"""The mail stand-in as a person uses it: wait for a mail, read its links, press a button that tells an event."""

import json
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass
from typing import Any

PATIENCE_SECONDS = 60.0
"""How long something may take on a busy machine; on a quiet one it is a matter of a second."""


def until(condition, what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """Wait for a condition, bounded. Returns what it returned."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.1)
    return answer


@dataclass(frozen=True)
class Mailbox:
    """The stand-in at `url`."""

    url: str

    def to(self, address: str, **more: str) -> list[dict[str, Any]]:
        """Return the mails to an address, newest first; without receipts, which come by themselves some seconds later."""
        return [mail for mail in self._list(address, **more) if not _is_receipt(mail)]

    def letters_of(self, writer: str, to: str) -> list[dict[str, Any]]:
        """Return the letters that one writer's address sent to an office, where others' arrive, too."""
        return [mail for mail in self.to(to) if mail["reply_to"] == [writer]]

    def receipts_to(self, address: str) -> list[dict[str, Any]]:
        """Return the receipts of signatures that an address got, newest first."""
        return [mail for mail in self._list(address) if _is_receipt(mail)]

    def _list(self, address: str, **more: str) -> list[dict[str, Any]]:
        query = urllib.parse.urlencode({"to": address, **more})
        with urllib.request.urlopen(f"{self.url}/messages.json?{query}", timeout=30) as answer:
            found: list[dict[str, Any]] = json.load(answer)["messages"]
            return found

    def wait_for(self, address: str, count: int = 1, **more: str) -> list[dict[str, Any]]:
        """Wait until exactly `count` mails to an address are there; return them, newest first."""
        found = until(lambda: len(mails := self.to(address, **more)) >= count and mails, f"{count} mails to {address}")
        assert len(found) == count, [mail["subject"] for mail in found]
        return found

    def page_of(self, mail: dict[str, Any]) -> str:
        """Return the address of the page that shows a mail and its buttons."""
        return f"{self.url}/messages/{mail['id']}"


def _is_receipt(mail: dict[str, Any]) -> bool:
    return any("?via=" in link for link in mail["links"])


def link_in(mail: dict[str, Any], room: str) -> str:
    """Return the one link of a mail that leads to `/room/…`."""
    found = [link for link in mail["links"] if urllib.parse.urlsplit(link).path.startswith(f"/{room}/")]
    assert len(found) == 1, mail["text"]
    assert found[0] in mail["html"], "the HTML part has other links"
    return found[0]
