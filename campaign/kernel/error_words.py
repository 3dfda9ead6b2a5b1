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
        _("We could not read that"),
        _(
            "Part of what your browser sent was lost on the way. "
            "Go back and try once more: what you typed is still there."
        ),
    ),
    403: ErrorWords(
        "cross_site",
        _("This form came from another site"),
        _("Nothing has been sent. If this is what you meant to do, send it from here."),
    ),
    404: ErrorWords(
        "not_found",
        _("There is nothing at this address"),
        _("The link may be old, or a letter of it was lost on the way. The campaigns are where they were."),
    ),
    405: ErrorWords(
        "method_not_allowed",
        _("This address takes forms, not visits"),
        _("The form itself is one page up."),
    ),
    408: ErrorWords(
        "too_slow",
        _("Your connection was too slow"),
        _(
            "Your form did not reach us. Go back: what you typed is still there. "
            "Try again when the connection is better."
        ),
    ),
    409: ErrorWords(
        "conflict",
        _("That cannot be done now"),
        _("Something has changed since you opened the page. Open it again to see how things stand."),
    ),
    410: ErrorWords(
        "gone",
        _("This link’s time is over"),
        _(
            "It was good once, and is not any more. "
            "Nothing you did is undone; you can still take part from the campaign."
        ),
    ),
    413: ErrorWords(
        "too_large",
        _("That is more text than we can take"),
        _(
            "Nothing was sent. Use your browser’s Back button: the form still has what you wrote. "
            "Shorten it and send it again."
        ),
    ),
    422: ErrorWords(
        "invalid",
        _("Something in the form needs mending"),
        _("Nothing is lost: go back, and the form still has what you wrote."),
    ),
    429: ErrorWords(
        "limited",
        _("Many people are signing from where you are"),
        _("Please wait a few minutes and try again. A form you filled in still has every word."),
    ),
    500: ErrorWords(
        "server_error",
        _("Something broke on our side"),
        _("It is not your fault, and it has been noted. Please try again in a little while."),
    ),
    503: ErrorWords(
        "try_later",
        _("Too much at once"),
        _("Nothing is lost. Please wait a moment and try again."),
    ),
}


AWAY = ErrorWords(
    "try_later",
    _("Our database is not available right now"),
    _("Nothing is lost. Please wait a moment and try again."),
)
"""A 503 that is not for want of room."""


def words_for(status: int) -> ErrorWords:
    """Return the words of a status; those of its class where it has none of its own."""
    return _WORDS.get(status) or _WORDS[500 if status >= 500 else 400]
