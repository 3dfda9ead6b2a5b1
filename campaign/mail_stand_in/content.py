"""SendGrid's rules for what a call says: its content, attachments, categories and settings.

Source: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors.
"""

import base64
import binascii
import re
from collections.abc import Mapping

from campaign.mail_stand_in.problems import Findings
from campaign.mail_stand_in.shapes import as_integer, as_list, as_object

MAX_CATEGORIES = 10
MAX_CATEGORY_CHARACTERS = 255
MAX_GROUPS_TO_DISPLAY = 25
_UNFIT_FOR_PARAMETER = re.compile(r"[;,\r\n]")
_RANK = {"text/plain": 0, "text/html": 1}


def check_content(body: Mapping[str, object], findings: Findings) -> None:
    """At least one part, none empty, text/plain before text/html before the rest (RFC 1341, section 7.2)."""
    parts = as_list(body.get("content"))
    if not parts:
        findings.add(
            "The content param is required unless you are using a transactional template and have defined a "
            "template_ID.",
            "content",
        )
    ranks: list[int] = []
    for index, value in enumerate(parts):
        part, where = as_object(value), f"content.{index}"
        kind, text = part.get("type"), part.get("value")
        if not isinstance(kind, str) or not kind:
            findings.add("Your content type must be a string with length of at least one character.", f"{where}.type")
        elif _UNFIT_FOR_PARAMETER.search(kind):
            findings.add("Cannot contain ';', or CRLF characters.", f"{where}.type")
        else:
            ranks.append(_RANK.get(kind.lower(), 2))
        if not isinstance(text, str) or not text:
            findings.add("The content value must be a string at least one character in length.", f"{where}.value")
    if ranks != sorted(ranks):
        findings.add(
            "Following RFC 1341, section 7.2, if either text/html or text/plain are to be sent in your email: "
            "text/plain needs to be first, followed by text/html, followed by any other content.",
            "content",
        )


def check_attachments(value: object, findings: Findings) -> None:
    """Each has base64 content and a file name; its type and names break no header."""
    if not isinstance(value, list):
        findings.add("The attachments must be an array.", "attachments")
    for index, item in enumerate(as_list(value)):
        _check_attachment(as_object(item), f"attachments.{index}", findings)


def _check_attachment(attachment: Mapping[str, object], where: str, findings: Findings) -> None:
    content = attachment.get("content")
    if not isinstance(content, str) or not content:
        findings.add("The attachment content must be a string at least one character in length.", f"{where}.content")
    elif not _is_base64(content):
        findings.add("The attachment content must be base64 encoded.", f"{where}.content")
    if not attachment.get("filename"):
        findings.add("filename is required.", f"{where}.filename")
    for key in ("filename", "type", "content_id"):
        text = attachment.get(key, "")
        if not isinstance(text, str):
            findings.add(f"The {key} of your attachment must be a string.", f"{where}.{key}")
        elif _UNFIT_FOR_PARAMETER.search(text):
            findings.add(f"The {key} of your attachment cannot contain CRLF characters.", f"{where}.{key}")
    if attachment.get("disposition", "attachment") not in ("inline", "attachment"):
        message = 'The disposition of your attachment can be either "inline" or "attachment".'
        findings.add(message, f"{where}.disposition")


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def check_categories(value: object, findings: Findings) -> None:
    """At most 10 of at most 255 ASCII characters, each once."""
    categories = as_list(value)
    texts = [item for item in categories if isinstance(item, str)]
    if not isinstance(value, list) or len(texts) != len(categories):
        findings.add("Categories must be an array of strings.", "categories")
    if len(categories) > MAX_CATEGORIES:
        findings.add(
            f"There is a limit of 10 categories for each email that is sent. You provided {len(categories)}.",
            "categories",
        )
    for text in texts:
        if len(text) > MAX_CATEGORY_CHARACTERS:
            findings.add("Each category must not be longer than 255 characters.", "categories")
        if not text.isascii():
            findings.add("Categories can not contain non-ASCII characters.", "categories")
    for text in sorted({text for text in texts if texts.count(text) > 1}):
        findings.add(
            f"The categories must be a unique list, and you have included {text[:80]} more than once.",
            "categories",
        )


def check_settings(body: Mapping[str, object], findings: Findings) -> None:
    """Every `enable` of mail and tracking settings is a boolean; the unsubscribe group is a number."""
    for group in ("mail_settings", "tracking_settings"):
        for name, setting in as_object(body.get(group)).items():
            if not isinstance(as_object(setting).get("enable"), bool):
                message = f"The {name.replace('_', ' ')} enable param should be a boolean value."
                findings.add(message, f"{group}.{name}.enable")
    if "asm" in body:
        asm = as_object(body["asm"])
        if as_integer(asm.get("group_id")) is None:
            findings.add("The ASM group ID must be an integer.", "asm.group_id")
        groups = asm.get("groups_to_display", [])
        if not isinstance(groups, list) or any(as_integer(group) is None for group in groups):
            findings.add("The ASM Group IDs to display must be an array of integers.", "asm.groups_to_display")
        elif len(groups) > MAX_GROUPS_TO_DISPLAY:
            message = "There is a limit of 25 unsubscribe groups that can be displayed to a user at a time."
            findings.add(message, "asm.groups_to_display")
