"""What each error is called and what it says: a heading, a sentence, and the code that programs read."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _


@dataclass(frozen=True)
class ErrorWords:
    """The words of one status."""

    code: str
    heading: LazyString
    text: LazyString


_WORDS = {
    400: ErrorWords(
        "bad_request",
        _("We couldn’t read that"),
        _("Part of what your browser sent got lost. Go back and try again: what you typed is still there."),
    ),
    403: ErrorWords(
        "cross_site",
        _("This form came from another website"),
        _("Nothing has been sent. If you meant to send this, send it from here."),
    ),
    404: ErrorWords(
        "not_found",
        _("Page not found"),
        _("The link may be old, or it was mistyped."),
    ),
    405: ErrorWords(
        "method_not_allowed",
        _("You can’t open this page directly"),
        _("Go back to the form and send it from there."),
    ),
    408: ErrorWords(
        "too_slow",
        _("Your connection was too slow"),
        _(
            "Your form didn’t reach us. Go back: what you typed is still there. "
            "Try again when your connection is better."
        ),
    ),
    409: ErrorWords(
        "conflict",
        _("You can’t do that right now"),
        _("Something changed after you opened the page. Open it again to see what’s new."),
    ),
    410: ErrorWords(
        "gone",
        _("This link has expired"),
        _("Nothing has been lost. You can still take part from the campaign’s page."),
    ),
    413: ErrorWords(
        "too_large",
        _("That’s too much text"),
        _("Nothing was sent. Go back: what you wrote is still there. Shorten it and send it again."),
    ),
    422: ErrorWords(
        "invalid",
        _("There is a problem with the form"),
        _("Nothing is lost. Go back: what you wrote is still there."),
    ),
    429: ErrorWords(
        "limited",
        _("Too many requests from your network"),
        _("Wait a few minutes and try again. If you filled in a form, it’s still there."),
    ),
    500: ErrorWords(
        "server_error",
        _("Something went wrong on our side"),
        _("It’s not your fault, and we’ve made a note of it. Try again in a little while."),
    ),
    503: ErrorWords(
        "try_later",
        _("We’re very busy right now"),
        _("Nothing is lost. Wait a moment and try again."),
    ),
}


AWAY = ErrorWords(
    "try_later",
    _("We can’t save anything right now"),
    _("Nothing is lost. Wait a moment and try again."),
)
"""A 503 that is not for want of room."""


def words_for(status: int) -> ErrorWords:
    """Return the words of a status; those of its class where it has none of its own."""
    return _WORDS.get(status) or _WORDS[500 if status >= 500 else 400]
