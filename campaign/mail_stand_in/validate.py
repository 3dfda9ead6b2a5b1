"""Whether SendGrid would take a send call: its documented limits as one pure function.

The stand-in answers with it, the chaos sink checks every body with it, and tests put captured bodies through it. Where
the documentation is silent and a mail could still be harmed (line breaks in a subject, non-ASCII in a header), the
stricter reading is taken: what passes here passes there.

Sources: https://www.twilio.com/docs/sendgrid/api-reference/mail-send (errors, limitations) and the published OpenAPI
description (github.com/sendgrid/sendgrid-oai), which types a call's own `custom_args` as a string although the service
takes an object; an object is accepted here.
"""

import json
import time
from collections.abc import Mapping

from campaign.mail_stand_in.addresses import check_address
from campaign.mail_stand_in.content import check_attachments, check_categories, check_content, check_settings
from campaign.mail_stand_in.parts import check_custom_args, check_headers, check_send_at, check_strings, check_subject
from campaign.mail_stand_in.personalizations import check_personalizations
from campaign.mail_stand_in.problems import Findings, Problem
from campaign.mail_stand_in.shapes import as_list, as_objects

MAX_CALL_BYTES = 30_000_000
MAX_REPLY_TO_LIST = 1000
_KNOWN = frozenset({
    "personalizations", "from", "reply_to", "reply_to_list", "subject", "content", "attachments", "template_id",
    "sections", "headers", "categories", "custom_args", "send_at", "batch_id", "asm", "ip_pool_name", "mail_settings",
    "tracking_settings",
})  # fmt: skip


def validate(body: object, size_bytes: int, *, now: float | None = None) -> list[Problem]:
    """List everything SendGrid would refuse about a send call.

    Args:
        body: the decoded JSON of the request.
        size_bytes: how long the request's body was, in bytes.
        now: seconds since the epoch, for `send_at`; the real time when left out.

    Returns:
        The problems in the order of the fields; empty when the call would be accepted.
    """
    if size_bytes > MAX_CALL_BYTES:
        return [Problem("The total size of your email must be less than 30MB.", None, status=413)]
    if not isinstance(body, dict):
        return [Problem("Bad Request")]
    findings = Findings()
    _check_envelope(body, findings)
    at = time.time() if now is None else now
    check_personalizations(body, findings, now=at)
    _check_subjects(body, findings)
    check_content(body, findings)
    _check_options(body, findings, now=at)
    return findings.problems


def decode(raw: bytes) -> tuple[object, list[Problem]]:
    """Read and check the bytes of a send call.

    Returns:
        The decoded JSON (None when it is none) and everything SendGrid would refuse.
    """
    if len(raw) > MAX_CALL_BYTES:
        return None, validate(None, len(raw))
    try:
        text = raw.decode("utf-8")
        body = json.loads(text)
        if "\\u" in text:  # an escape can smuggle in half a surrogate pair, which no mail can carry
            json.dumps(body, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        return None, [Problem("Invalid UTF8 in request", None, status=415)]
    except (ValueError, RecursionError):
        return None, [Problem("Bad Request")]
    return body, validate(body, len(raw))


def _check_envelope(body: Mapping[str, object], findings: Findings) -> None:
    """The sender and where answers go."""
    for key in sorted(set(body) - _KNOWN):
        findings.add(f"Additional property {key} is not allowed", key)
    if "from" in body:
        check_address(body["from"], "from", findings, kind="from")
    else:
        findings.add("The from object must be provided for every email send.", "from")
    if "reply_to" in body:
        check_address(body["reply_to"], "reply_to", findings, kind="reply_to")
    if "reply_to_list" in body:
        _check_reply_to_list(body, findings)


def _check_reply_to_list(body: Mapping[str, object], findings: Findings) -> None:
    where, listed = "reply_to_list", as_list(body["reply_to_list"])
    if "reply_to" in body:
        findings.add("reply_to is mutually exclusive with reply_to_list.", where)
    if not listed or len(listed) > MAX_REPLY_TO_LIST:
        findings.add("There is a limit of 1000 reply_to emails per mail/send request, and at least one.", where)
    emails = [
        check_address(value, f"{where}.{index}", findings, kind="reply_to_list") for index, value in enumerate(listed)
    ]
    if len(set(emails)) != len(emails):
        findings.add("Each email address in the reply_to_list should be unique.", where)


def _check_subjects(body: Mapping[str, object], findings: Findings) -> None:
    """A subject for the call, or one in every personalization."""
    if "subject" in body:
        check_subject(body["subject"], "subject", findings)
        return
    blocks = as_objects(body.get("personalizations"))
    if not blocks or not all("subject" in block for block in blocks):
        findings.add(
            "The subject is required. You can get around this requirement if you use a template with a subject defined "
            "or if every personalization has a subject defined.",
            "subject",
        )


def _check_options(body: Mapping[str, object], findings: Findings, *, now: float) -> None:
    if "attachments" in body:
        check_attachments(body["attachments"], findings)
    if "categories" in body:
        check_categories(body["categories"], findings)
    if "headers" in body:
        check_headers(body["headers"], "headers", findings)
    if "custom_args" in body:
        check_custom_args(body["custom_args"], {}, "custom_args", findings)
    if "sections" in body:
        check_strings(body["sections"], "sections", findings, "The section values must be strings.")
    if "send_at" in body:
        check_send_at(body["send_at"], "send_at", findings, now=now)
    if "template_id" in body:
        # The stand-in has no account and therefore no templates.
        findings.add("The Template ID must be a valid template id for your account.", "template_id")
    if "batch_id" in body and not isinstance(body["batch_id"], str):
        findings.add("The batch_id must be a string.", "batch_id")
    pool = body.get("ip_pool_name")
    if "ip_pool_name" in body and not (isinstance(pool, str) and 2 <= len(pool) <= 64):
        findings.add("The name of your IP pool must be a string of 2 to 64 characters.", "ip_pool_name")
    check_settings(body, findings)
