r"""Logs that name no person: addresses, tokens, keys and values are blotted out before a line is written.

A log outlives what it tells of, and is read by others than the database. An exception's message is where what people
typed gets into it: the value that was no number, the row that broke a constraint. So of an exception the log keeps its
type, where it was raised, and its message without what is quoted in it, but for names of ours (`ck_actions_state`).

One event is one line, and what a trace adds to it is indented: nobody begins a line of ours by what they send, or gives
orders to a terminal. What would is written as its code (`\n`, `\u001b`).
"""

import json
import logging
import re
import sys
import threading
import traceback
from types import TracebackType

_LOCAL = r"[\w.+%!#$&'*/=?^`{|}~-]"  # what may stand before the @: RFC 5322, atext, and letters of any script
_ADDRESS = re.compile(rf"(?<!{_LOCAL}){_LOCAL}+@[\w-]+(?:\.[\w-]+)+")
_TOKEN = re.compile(r"/(confirm|not-me|my|rsvp|marshal|organize/link)/[^\s\"'?]+")
_QUERY_TOKEN = re.compile(r"([?&](?:t|fresh)=)[^\s&\"']+")
_BEARER = re.compile(r"(Bearer |SG\.)[\w.-]+")
_URL_PASSWORD = re.compile(r"(://[^\s:/@]*:)[^\s@/]+@")
# What PostgreSQL adds to an error: the row, the key, the line of JSON it was about. And what SQLAlchemy would add.
_ROW = re.compile(r"^(DETAIL|CONTEXT|QUERY|WHERE):.*(?:\n(?![A-Z]+:|\[|\S+Error|\s+File ).*)*", re.MULTILINE)
_PARAMETERS = re.compile(r"^\[parameters: .*", re.MULTILINE)
_REST = re.compile(r"\n(?:DETAIL|CONTEXT|QUERY|WHERE|\[parameters):")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_MARKS = "'\""
# What ends a line for one reader or another, is not seen, or is an order to a terminal: Unicode's Cc, Zl, Zp; UAX #9.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSEEN_IN_TRACES = re.compile(_UNSEEN.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_OURS = re.compile(r"[\"'][a-z0-9.]*_[a-z0-9_.]*[\"']")

_HOUSE = "campaign"
"""Whose logs tell what was done. Libraries speak from WARNING up, whatever level they give themselves, as RQ does."""
_WITH_HANDLERS = ("_granian", "granian.access")
"""The web server's: what a call of ours raised goes there, and it has a handler of its own."""

Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def redact(text: str) -> str:
    """Return `text` without e-mail addresses, link tokens, API keys, passwords in URLs and rows of the database."""
    text = _ROW.sub(r"\1: ***", text)
    text = _PARAMETERS.sub("[parameters: ***]", text)
    text = _URL_PASSWORD.sub(r"\1***@", text)
    text = _ADDRESS.sub("***@***", text)
    text = _TOKEN.sub(r"/\1/***", text)
    text = _QUERY_TOKEN.sub(r"\1***", text)
    return _BEARER.sub(r"\1***", text)


def on_one_line(text: str) -> str:
    """Return `text` with what would end a line, or hide something, written as its code."""
    return _UNSEEN.sub(_code, text)


def _code(found: re.Match[str]) -> str:
    return {"\n": r"\n", "\r": r"\r", "\t": r"\t"}.get(found[0]) or f"\\u{ord(found[0]):04x}"


def describe(error: BaseException) -> str:
    """Return an exception as a log may tell it, with what led to it: where each was raised, and no value."""
    told: list[str] = []
    seen: set[int] = set()
    pending: list[BaseException | None] = [error]
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        told.append(_describe_one(one))
        if isinstance(one, BaseExceptionGroup):
            pending += one.exceptions
        pending.append(one.__cause__ or (None if one.__suppress_context__ else one.__context__))
    return "\n\nDuring or because of which came:\n\n".join(reversed(told))


def _describe_one(error: BaseException) -> str:
    stack = "".join(traceback.format_tb(error.__traceback__))
    message = _REST.split(_without_values(str(error)), maxsplit=1)[0]
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    told = redact(f"Traceback (most recent call last):\n{stack}{kind}: {message}")
    return _UNSEEN_IN_TRACES.sub(_code, told).replace("\n", "\n  ")


def _without_values(message: str) -> str:
    """Return a message without what stands from its first quoted value to its last quote: a value may hold quotes."""
    first = next((found for found in _QUOTED.finditer(message) if not _OURS.fullmatch(found[0])), None)
    if first is None:
        return message
    return f"{message[: first.start()]}***{message[max(message.rfind(mark) for mark in _MARKS) + 1 :]}"


class _Formatter(logging.Formatter):
    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        # Rows are told from what follows by where lines end; tokens may stand behind an end that somebody made up.
        record.message = redact(on_one_line(redact(record.message)))
        return super().formatMessage(record)

    def formatException(self, ei: Raised) -> str:  # noqa: N802 - logging's name
        return describe(ei[1]) if ei[1] is not None else ""


class _TextFormatter(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another handler made of it is not ours
        record.stack_info = None
        return super().format(record)


class _JsonFormatter(_Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(on_one_line(redact(record.getMessage()))),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return on_one_line(json.dumps(entry, ensure_ascii=False))


def configure(log_format: str) -> None:
    """Send all logs to standard error, redacted.

    Args:
        log_format: ``"text"`` is for a terminal: what a person should read. ``"json"`` is for a collector: also what
            was done and is as it should be.

    Side effects: what nobody catches, in any thread, is logged like everything else instead of written as it is.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(lambda record: record.levelno >= logging.WARNING or record.name.split(".")[0] == _HOUSE)
    if log_format == "json":
        handler.setFormatter(_JsonFormatter())
    else:
        handler.setFormatter(_TextFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger(_HOUSE).setLevel(logging.INFO if log_format == "json" else logging.WARNING)
    logging.raiseExceptions = False  # where a line cannot be written, its error would be, with what it is about
    for name in _WITH_HANDLERS:
        other = logging.getLogger(name)
        other.handlers.clear()
        other.propagate = True
    logging.getLogger("granian.access").disabled = True
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def _log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt | SystemExit) or error is None:
        return
    logging.getLogger("campaign").critical("nobody caught this", exc_info=(kind, error, trace))
