"""What a bounce says of an address: that no mail reaches it (a hard failure), or only that this one did not.

A mailbox that is full today, a server that is away, a mail that somebody's filter refuses: tomorrow's may arrive. Only
what says that there is no such mailbox is a reason to write to it no more. The provider calls both a `bounce`; what it
calls `blocked` is the other sort already.

    blocked ─► passing
    words or code of a full mailbox (552, x.2.2) ─► passing          4.x.x: given up, not refused ─► passing
    5.x.x about the way, the server, the sender or the mail ─► passing, unless the provider calls the address bad
    all else, also without any code ─► lasting: so the provider took it, which writes there no more either

Sources: RFC 3463 and the IANA registry of enhanced status codes; RFC 5321, section 4.2.3 (552); the fields `type`,
`status`, `reason` and `bounce_classification` of
https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import re
from collections.abc import Mapping

BLOCKED = "blocked: "
PASSING = "passing: "
"""How reasons of bounces begin that say nothing lasting."""

# Not a piece of a network address.
_CODE = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"\s*([245])(\d\d)(?!\d)")
_FULL = re.compile(
    r"mailbox (?:is )?full|(?:over|exceed\w*)[ -](?:\w+ ){0,3}quota|quota (?:is )?(?:exceeded|full)"
    r"|(?:out of|insufficient|exceeded) (?:\w+ )?storage",
    re.IGNORECASE,
)
_OF_THE_ADDRESS = {
    # 1: the address. Its 7, 8 and 9 are of the sender's, and of a relay.
    1: frozenset(range(100)) - {7, 8, 9},
    # 2: the mailbox. 1: it is disabled; 2 to 4: it is full, the mail too large for it, its list failed.
    2: frozenset({0, 1}),
    # 5: of the dialogue, by which some say that there is no such mailbox (Outlook.com). 3: too many recipients.
    5: frozenset(range(100)) - {3},
    # 7: what a policy refuses. 13: the account is disabled; 17 and 18: it is somebody else's by now.
    7: frozenset({13, 17, 18}),
    0: frozenset(range(100)),
}


def is_passing(bounce: Mapping[str, object]) -> bool:
    """Whether a `bounce` event, as the provider posts it, leaves open that the next mail arrives."""
    if bounce.get("type") == "blocked":
        return True
    reason, status = _text(bounce, "reason"), _text(bounce, "status")
    reply = _REPLY.match(reason)
    if _FULL.search(reason) or (reply is not None and (reply[1] == "4" or reply[2] == "52")):
        return not _says_bad_address(status, reason)
    codes = [tuple(map(int, found)) for words in (status, reason) for found in _CODE.findall(words)]
    telling = [code for code in codes if code[1:] != (0, 0)] or codes
    if not telling:
        return False
    kind, subject, detail = telling[0]
    if kind != 5:
        return True
    is_of_address = detail in _OF_THE_ADDRESS.get(subject, frozenset())
    return not is_of_address and _text(bounce, "bounce_classification") != "Invalid Address"


def _says_bad_address(status: str, reason: str) -> bool:
    """Whether 552, or words of a full mailbox, come with a code that says there is none (some servers are careless)."""
    return any(found[:2] == ("5", "1") for words in (status, reason) for found in _CODE.findall(words))


def _text(bounce: Mapping[str, object], name: str) -> str:
    value = bounce.get(name) or (bounce.get("response") if name == "reason" else None)
    return value if isinstance(value, str) else ""
