"""SendGrid's rules for an address object `{"email": …, "name": …}`.

Sources: the errors page (320 characters, a valid address required) and
https://www.twilio.com/docs/sendgrid/api-reference/mail-send/limitations (no `;` or `,` in a recipient's name; no
Unicode in the from field, which is read here as: in its address).
"""

import re

from campaign.mail_stand_in.problems import Findings
from campaign.mail_stand_in.shapes import as_object

MAX_EMAIL_CHARACTERS = 320
# RFC 5321's dot-atom and host name, ASCII only: SendGrid speaks no SMTPUTF8, an IDN domain must arrive as xn--.
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def has_control(text: str) -> bool:
    """Whether a text holds a line break or another control character, which no mail header may."""
    return _CONTROL.search(text) is not None


def check_address(value: object, where: str, findings: Findings, *, kind: str, recipient: bool = False) -> str:
    """Check one address object.

    Args:
        value: what stands there.
        where: its dotted field.
        findings: receives what is wrong.
        kind: `from`, `to`, `cc`, `bcc` or `reply_to`, for the words.
        recipient: a recipient's name may hold neither `;` nor `,`.

    Returns:
        The address in lower case when it is usable, else an empty string.
    """
    address = as_object(value)
    email, name = address.get("email"), address.get("name")
    example = 'e.g. {"email": "example@example.com"} or {"email": "example@example.com", "name": "Example Recipient"}'
    if not isinstance(email, str) or not email:
        findings.add(
            f"The {kind} object must at least have an email parameter with a valid email address and may also contain "
            f"a name parameter. {example}",
            where,
        )
        return ""
    for key in sorted(set(address) - {"email", "name"}):
        findings.add(f"Additional property {key} is not allowed", where)
    if name is not None:
        _check_name(name, f"{where}.name", findings, recipient=recipient)
    if len(email) > MAX_EMAIL_CHARACTERS:
        findings.add(f"The {kind} email exceeds the maximum total length of 320 characters", f"{where}.email")
        return ""
    if _EMAIL.fullmatch(email) is None:
        findings.add("Does not contain a valid address.", f"{where}.email")
        return ""
    return email.lower()


def _check_name(name: object, where: str, findings: Findings, *, recipient: bool) -> None:
    if not isinstance(name, str):
        findings.add("The name must be a string.", where)
        return
    if has_control(name):
        findings.add("The name cannot contain CRLF or other control characters.", where)
    if recipient and (";" in name or "," in name):
        findings.add("The name cannot include either the ; or , characters.", where)
