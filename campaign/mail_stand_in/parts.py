"""SendGrid's rules for what calls and personalizations share: headers, arguments, substitutions, subjects, times.

Sources: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors and the published OpenAPI description of
`POST /v3/mail/send` (github.com/sendgrid/sendgrid-oai).
"""

import json
import re
from collections.abc import Mapping

from campaign.mail_stand_in.addresses import has_control
from campaign.mail_stand_in.problems import Findings
from campaign.mail_stand_in.shapes import as_integer, as_texts

MAX_CUSTOM_ARGS_BYTES = 10_000
MAX_SUBSTITUTIONS_BYTES = 10_000
MAX_SUBSTITUTIONS = 10_000
MAX_SUBJECT_CHARACTERS = 998  # RFC 5322 2.1.1: a line
MAX_AHEAD_SECONDS = 72 * 3600
RESERVED_HEADERS = frozenset({
    "x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding", "to", "from",
    "subject", "reply-to", "cc", "bcc",
})  # fmt: skip
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def json_bytes(value: object) -> int:
    """How many bytes a value takes as compact UTF-8 JSON: the strictest reading of SendGrid's byte limits."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))


def check_strings(value: object, where: str, findings: Findings, message: str) -> dict[str, str]:
    """Check an object whose values must all be strings; answers the pairs that are."""
    pairs = as_texts(value)
    findings.need(holds=isinstance(value, dict) and len(pairs) == len(value), message=message, where=where)
    return pairs


def check_headers(value: object, where: str, findings: Findings) -> None:
    """Names are ASCII without spaces, once each, none reserved; values are one line of ASCII (RFC 2047)."""
    headers = check_strings(value, where, findings, "The header values must be strings.")
    seen: set[str] = set()
    for name, text in headers.items():
        lowered = name.lower()
        if _HEADER_NAME.fullmatch(name) is None:
            findings.add("Header keys cannot contain non-ASCII characters and empty spaces.", where)
        if lowered in RESERVED_HEADERS:
            findings.add(f"Header can not be one of the reserved keys. You provided {name}.", where)
        if lowered in seen:
            findings.add("The headers cannot contain duplicate keys.", where)
        if has_control(text) or not text.isascii():
            findings.add("Header values cannot contain CRLF characters and must be encoded as ASCII.", where)
        seen.add(lowered)


def check_custom_args(value: object, shared: Mapping[str, str], where: str, findings: Findings) -> None:
    """Strings only, never an empty object, and at most 10,000 bytes together with those of the whole call."""
    args = check_strings(value, where, findings, "All values of custom arguments object must be strings")
    if value == {}:
        findings.add("custom_args cannot be empty.", where)
    if json_bytes({**shared, **args}) > MAX_CUSTOM_ARGS_BYTES:
        findings.add(
            "The combined size of both global and personalization custom arguments may not exceed 10,000 bytes per "
            "personalization.",
            where,
        )


def check_substitutions(value: object, where: str, findings: Findings) -> None:
    """Tag and value are strings; at most 10,000 of them and 10,000 bytes together."""
    message = "The substitution values must be an object of key/value pairs, where the values are all strings."
    pairs = check_strings(value, where, findings, message)
    if "" in pairs:
        findings.add("A substitution tag must be at least one character in length.", where)
    if len(pairs) > MAX_SUBSTITUTIONS:
        findings.add("You are limited to 10,000 substitutions.", where)
    if json_bytes(pairs) > MAX_SUBSTITUTIONS_BYTES:
        findings.add("The total size of your substitutions may not exceed 10,000 bytes per personalization.", where)


def check_subject(value: object, where: str, findings: Findings) -> None:
    """A subject is one line of 1 to 998 characters."""
    if not isinstance(value, str) or not value:
        findings.add("The subject of your email must be a string at least one character in length.", where)
    elif has_control(value):
        findings.add("The subject cannot contain CRLF or other control characters.", where)
    elif len(value) > MAX_SUBJECT_CHARACTERS:
        findings.add("The subject exceeds the maximum total length of 998 characters", where)


def check_send_at(value: object, where: str, findings: Findings, *, now: float) -> None:
    """A Unix time, at most 72 hours ahead of `now` (seconds since the epoch)."""
    at = as_integer(value)
    if at is None:
        findings.add("The send_at parameter is expecting a Unix timestamp as an integer.", where)
    elif at > now + MAX_AHEAD_SECONDS:
        findings.add("Scheduling more than 72 hours in advance is forbidden.", where)
