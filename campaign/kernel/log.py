"""Logs that name no person: addresses, tokens and keys are blotted out before a line is written."""

import json
import logging
import re
import sys

_LOCAL = r"[\w.+%!#$&'*/=?^`{|}~-]"  # what may stand before the @: RFC 5322, atext, and letters of any script
_ADDRESS = re.compile(rf"(?<!{_LOCAL}){_LOCAL}+@[\w-]+(?:\.[\w-]+)+")
_TOKEN = re.compile(r"/(confirm|not-me|my|rsvp|marshal)/[^\s\"'?]+")
_QUERY_TOKEN = re.compile(r"([?&](?:t|fresh)=)[^\s&\"']+")
_BEARER = re.compile(r"(Bearer |SG\.)[\w.-]+")
_URL_PASSWORD = re.compile(r"(://[^\s:/@]*:)[^\s@/]+@")


def redact(text: str) -> str:
    """Return `text` without e-mail addresses, link tokens, API keys and passwords in URLs."""
    text = _URL_PASSWORD.sub(r"\1***@", text)
    text = _ADDRESS.sub("***@***", text)
    text = _TOKEN.sub(r"/\1/***", text)
    text = _QUERY_TOKEN.sub(r"\1***", text)
    return _BEARER.sub(r"\1***", text)


class _TextFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        if record.exc_info:
            entry["exception"] = redact(self.formatException(record.exc_info))
        return json.dumps(entry, ensure_ascii=False)


def configure(log_format: str) -> None:
    """Send all logs to standard error, as `text` or `json`, redacted; keep chatty clients down."""
    handler = logging.StreamHandler(sys.stderr)
    if log_format == "json":
        handler.setFormatter(_JsonFormatter())
    else:
        handler.setFormatter(_TextFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # The SendGrid client writes its API key at DEBUG; urllib3 and RQ tell more than an operator wants.
    for name in ("python_http_client", "urllib3", "rq"):
        logging.getLogger(name).setLevel(logging.WARNING)
