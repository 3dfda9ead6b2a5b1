"""Headers that a mail may carry besides those every mail has: how to unsubscribe, by a mail program's own button.

Each value is written by us for one recipient, and still checked: a header is the one place where a line break makes a
second mail of the first. Only names from a list are taken, for a provider adds the rest, and signs it.

Source: RFC 2369, section 3.2 (`List-Unsubscribe`: addresses in angle brackets, comma-separated), RFC 8058, section 3.1
(one click needs an https address, and `List-Unsubscribe-Post: List-Unsubscribe=One-Click`, both signed by DKIM). Where
the installation itself is reached by http (`PUBLIC_URL` allows it on this machine and for Tor), so is its address here.
"""

import re
from collections.abc import Mapping

UNSUBSCRIBE = "List-Unsubscribe"
UNSUBSCRIBE_POST = "List-Unsubscribe-Post"
ONE_CLICK = "List-Unsubscribe=One-Click"

_MOST_CHARACTERS = 998 - len(UNSUBSCRIBE) - 2
"""Of a value, so that its line is one (RFC 5322, section 2.1.1)."""

_ADDRESS = r"<(?:https?://|mailto:)[!#-;=?-~]+>"
_ADDRESSES = re.compile(rf"{_ADDRESS}(?:, ?{_ADDRESS})*")
_WEB_ADDRESS = re.compile("<https?://")


def one_click(address: str, mail_address: str | None = None) -> dict[str, str]:
    """Return the headers by which a mail program unsubscribes its reader with one click.

    Args:
        address: takes a POST without cookies or sign-in, e.g. ``"https://act.example/stop/…"``.
        mail_address: takes a mail instead, for programs that know no better.

    Raises:
        ValueError: an address is not one.
    """
    more = f", <mailto:{mail_address}>" if mail_address else ""
    headers = {UNSUBSCRIBE: f"<{address}>{more}", UNSUBSCRIBE_POST: ONE_CLICK}
    check_headers(headers)
    return headers


def check_headers(headers: Mapping[str, str]) -> None:
    """Refuse headers that a mail must not carry.

    Raises:
        ValueError: a name that is not on the list, a value that is no list of addresses, or one click without a web
            address.
    """
    unknown = set(headers) - {UNSUBSCRIBE, UNSUBSCRIBE_POST}
    if unknown:
        raise ValueError(f"no mail may carry {sorted(unknown)}")
    addresses = headers.get(UNSUBSCRIBE, "")
    if UNSUBSCRIBE in headers and (len(addresses) > _MOST_CHARACTERS or not _ADDRESSES.fullmatch(addresses)):
        raise ValueError(f"{UNSUBSCRIBE} holds web or mailto addresses in angle brackets, and nothing else")
    if UNSUBSCRIBE_POST in headers:
        if headers[UNSUBSCRIBE_POST] != ONE_CLICK:
            raise ValueError(f"{UNSUBSCRIBE_POST} is {ONE_CLICK} or is not there")
        if not _WEB_ADDRESS.search(addresses):
            raise ValueError("one click needs a web address")
