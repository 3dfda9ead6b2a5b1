"""The inbox in a browser: the list, one message, its HTML in a frame of its own, and buttons that tell events."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from campaign.mail_stand_in.events import EVENT_KINDS
from campaign.mail_stand_in.guard import MAIL_POLICY
from campaign.mail_stand_in.inbox import Inbox, page_of
from campaign.mail_stand_in.messages import Message
from campaign.mail_stand_in.postman import Postman

PAGE_SIZE = 25
MAX_LISTED = 1000
_LINK = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]]")
_STATUS_WORDS = {
    "processed": "accepted",
    "bounce": "hard bounce",
    "spamreport": "spam report",
}


@dataclass(frozen=True, slots=True)
class Listing:
    """What the list's template shows."""

    messages: list[Message]
    page: int
    has_next: bool
    words: str
    total: int


def create_pages(inbox: Inbox, postman: Postman | None) -> Blueprint:
    """The blueprint of the pages; without a postman there is nobody to tell events, and no buttons."""
    pages = Blueprint("pages", __name__)
    pages.add_app_template_filter(linked)
    pages.add_app_template_filter(ago)
    pages.add_app_template_filter(in_words)

    @pages.get("/")
    def index() -> str:
        """Messages newest first."""
        words = request.args.get("q", "")
        page = max(1, request.args.get("page", default=1, type=int))
        found, has_next = page_of(inbox.search(words, to=request.args.get("to", "")), page=page, size=PAGE_SIZE)
        listing = Listing(found, page, has_next, words, inbox.count())
        return render_template("mail_stand_in/index.html", listing=listing)

    @pages.get("/messages.json")
    def listing() -> ResponseReturnValue:
        """The same list for curl and tests, newest first: `?to=`, `?q=`, `?limit=`."""
        limit = min(max(1, request.args.get("limit", default=50, type=int)), MAX_LISTED)
        found, _ = page_of(
            inbox.search(request.args.get("q", ""), to=request.args.get("to", "")),
            page=1,
            size=limit,
        )
        return jsonify(messages=[_as_json(message) for message in found])

    @pages.get("/messages/<message_id>")
    def show(message_id: str) -> str:
        """One message."""
        message = _get(inbox, message_id)
        kinds = EVENT_KINDS.values() if postman else ()
        return render_template("mail_stand_in/message.html", message=message, kinds=kinds)

    @pages.get("/messages/<message_id>/html")
    def html(message_id: str) -> Response:
        """The HTML part alone, under a policy that lets it do nothing."""
        response = Response(_in_new_tabs(_get(inbox, message_id).html), mimetype="text/html")
        response.headers["Content-Security-Policy"] = MAIL_POLICY
        return response

    @pages.post("/messages/<message_id>/events")
    def tell(message_id: str) -> ResponseReturnValue:
        """Tell the service an event about the message: `kind` for a new one, `again` for one already told."""
        message = _get(inbox, message_id)
        kind, again = request.form.get("kind", ""), request.form.get("again", "")
        if postman is None or not (again or kind in EVENT_KINDS):
            abort(400)
        outcome = postman.tell_again(message, again) if again else postman.tell(message, kind)
        if outcome is None:
            abort(404)
        return redirect(url_for("pages.show", message_id=message.id, _anchor="events"), 303)

    return pages


def _get(inbox: Inbox, message_id: str) -> Message:
    message = inbox.find(message_id)
    if message is None:
        abort(404)
    return message


def _in_new_tabs(html: str) -> str:
    """Let the mail's links open in a new tab instead of inside the frame, where the sandbox would stop them."""
    base = '<base target="_blank">'
    opened = re.subn(r"<head(\s[^>]*)?>", lambda head: head[0] + base, html, count=1, flags=re.IGNORECASE)
    return opened[0] if opened[1] else base + html


def _as_json(message: Message) -> dict[str, object]:
    return {
        "id": message.id,
        "sg_message_id": message.sg_message_id,
        "at": message.call.at.isoformat(),
        "from": str(message.sender),
        "to": message.to.email,
        "to_name": message.to.name,
        "role": message.role,
        "reply_to": [each.email for each in message.reply_to],
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "links": _LINK.findall(message.text),
        "headers": message.headers,
        "custom_args": message.custom_args,
        "categories": message.categories,
        "status": message.status,
        "events": [record.event for record in message.events],
    }


def linked(text: str) -> Markup:
    """A plain text escaped, its web addresses made links that show where they lead."""
    pieces, position = [], 0
    for found in _LINK.finditer(text):
        pieces.append(escape(text[position : found.start()]))
        pieces.append(Markup('<a href="{0}" target="_blank" rel="noreferrer noopener">{0}</a>').format(found[0]))
        position = found.end()
    return Markup("").join([*pieces, escape(text[position:])])


def ago(at: datetime) -> str:
    """How long ago, in a few words."""
    seconds = int((datetime.now(UTC) - at).total_seconds())
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"


def in_words(status: str) -> str:
    """A status as a page says it."""
    return _STATUS_WORDS.get(status, status)
