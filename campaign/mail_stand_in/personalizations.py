"""SendGrid's rules for the `personalizations` of a call: who gets it, and what differs for each.

Source: https://www.twilio.com/docs/sendgrid/for-developers/sending-email/personalizations and the errors page. One rule
is stricter here: an address stands once in the whole call, as the errors page words it («each unique email address in
the personalizations array should only be included once»), though the service is known to check it within one
personalization. A mail sent twice is what this product must never do, so the stand-in takes SendGrid at its word.
"""

from collections.abc import Mapping

from campaign.mail_stand_in.addresses import check_address
from campaign.mail_stand_in.parts import (
    check_custom_args,
    check_headers,
    check_send_at,
    check_subject,
    check_substitutions,
)
from campaign.mail_stand_in.problems import Findings
from campaign.mail_stand_in.shapes import as_list, as_object, as_texts

MAX_PERSONALIZATIONS = 1000
MAX_RECIPIENTS = 1000
_KNOWN = frozenset({
    "from", "to", "cc", "bcc", "subject", "headers", "substitutions", "dynamic_template_data", "custom_args", "send_at",
})  # fmt: skip


def check_personalizations(body: Mapping[str, object], findings: Findings, *, now: float) -> None:
    """Check every personalization, and the counts and the uniqueness of addresses over the call."""
    blocks = as_list(body.get("personalizations"))
    if not blocks:
        findings.add("You must have at least one personalization.", "personalizations")
    if len(blocks) > MAX_PERSONALIZATIONS:
        findings.add(
            f"The personalization block is limited to 1000 personalizations per API request. You have provided "
            f"{len(blocks)} personalizations. Please consider splitting this into multiple requests and resending "
            "your request.",
            "personalizations",
        )
    seen: set[str] = set()
    shared_args = as_texts(body.get("custom_args"))
    recipients = 0
    for index, block in enumerate(blocks):
        where = f"personalizations.{index}"
        if not isinstance(block, dict):
            findings.add("Each personalization must be an object.", where)
            continue
        recipients += _check_recipients(block, where, seen, findings)
        _check_rest(block, where, shared_args, findings, now=now)
    if recipients > MAX_RECIPIENTS:
        findings.add("There is a limit of 1000 total recipients (to + cc + bcc) per request.", "personalizations")


def _check_recipients(block: Mapping[str, object], where: str, seen: set[str], findings: Findings) -> int:
    """Check to, cc and bcc; adds the addresses to `seen`; answers how many there are."""
    if not as_list(block.get("to")):
        findings.add(
            "The to array is required for all personalization objects, and must have at least one email object with a "
            "valid email address.",
            f"{where}.to",
        )
    count = 0
    for kind in ("to", "cc", "bcc"):
        if kind not in block:
            continue
        if not isinstance(block[kind], list):
            findings.add(f"The {kind} parameter must be an array of recipients.", f"{where}.{kind}")
        for index, value in enumerate(as_list(block[kind])):
            count += 1
            email = check_address(value, f"{where}.{kind}.{index}", findings, kind=kind, recipient=True)
            if email and email in seen:
                findings.add(
                    "Each unique email address in the personalizations array should only be included once. You have "
                    f"included {email} more than once.",
                    f"{where}.{kind}",
                )
            seen.add(email)
    return count


def _check_rest(
    block: Mapping[str, object],
    where: str,
    shared_args: Mapping[str, str],
    findings: Findings,
    *,
    now: float,
) -> None:
    for key in sorted(set(block) - _KNOWN):
        findings.add(f"Additional property {key} is not allowed", where)
    if "from" in block:
        check_address(block["from"], f"{where}.from", findings, kind="from")
    if "subject" in block:
        check_subject(block["subject"], f"{where}.subject", findings)
    if "headers" in block:
        check_headers(block["headers"], f"{where}.headers", findings)
    if "custom_args" in block:
        check_custom_args(block["custom_args"], shared_args, f"{where}.custom_args", findings)
    if "substitutions" in block:
        check_substitutions(block["substitutions"], f"{where}.substitutions", findings)
    if "send_at" in block:
        check_send_at(block["send_at"], f"{where}.send_at", findings, now=now)
    if as_object(block.get("dynamic_template_data")):
        findings.add(
            "dynamic_template_data may only be used with a dynamic template.", f"{where}.dynamic_template_data"
        )
