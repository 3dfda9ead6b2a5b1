"""SendGrid's Email Activity queries: which messages carried a custom argument, and what became of them.

This is how a letter whose answer was lost is looked for. The grammar is the part of SendGrid's that a client needs:

    query = term { AND term }        term = [ "(" ] field operator value [ ")" ]
    field = unique_args['key'] | msg_id | from_email | to_email | subject | status
    operator = "=" | "!=" | LIKE (with %) | IN ("a","b")

Sources: https://www.twilio.com/docs/sendgrid/for-developers/sending-email/getting-started-email-activity-api; the form
`unique_args['key']="value"` as several published clients send it. Custom arguments are called unique_args there;
`custom_args['key']` is taken too. The newer Email Logs API (`POST /v3/logs`) cannot search by them, hence is absent.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from campaign.mail_stand_in.inbox import Inbox
from campaign.mail_stand_in.messages import Message

_VALUE = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_TERM = re.compile(
    rf"""\s*(?P<open>\()?\s*
    (?: (?:unique_args|custom_args)\[\s*(?P<key>{_VALUE})\s*\] | (?P<field>msg_id|from_email|to_email|subject|status) )
    \s*(?P<operator>=|!=|LIKE\b|IN\b)\s*
    (?: (?P<value>{_VALUE}) | \(\s*(?P<values>(?:{_VALUE})(?:\s*,\s*(?:{_VALUE}))*)\s*\) )
    \s*(?P<close>\))?\s*""",
    re.VERBOSE | re.IGNORECASE,
)
_AND = re.compile(r"AND\b", re.IGNORECASE)
_EACH_VALUE = re.compile(_VALUE)


class QueryError(ValueError):
    """The query is not in SendGrid's grammar."""


@dataclass(frozen=True, slots=True)
class Term:
    """One condition: a field or a custom argument, an operator, the values it is held against."""

    field: str
    key: str
    operator: str
    values: tuple[str, ...]

    def holds(self, message: Message) -> bool:
        """Whether a message meets the condition."""
        actual = message.custom_args.get(self.key) if self.key else _fields_of(message).get(self.field)
        if actual is None:
            return False
        if self.operator == "LIKE":
            pattern = ".*".join(re.escape(piece) for piece in self.values[0].split("%"))
            return re.fullmatch(pattern, actual, re.DOTALL) is not None
        return (actual in self.values) != (self.operator == "!=")


def parse_query(text: str) -> list[Term]:
    """Read a query; an empty one has no terms and finds everything.

    Raises:
        QueryError: it is not understood.
    """
    terms: list[Term] = []
    position = 0
    while position < len(text) and text.strip():
        if terms:
            joint = _AND.match(text, position)
            if joint is None:
                raise QueryError(f"expected AND at character {position}")
            position = joint.end()
        found = _TERM.match(text, position)
        if found is None or bool(found["open"]) != bool(found["close"]):
            raise QueryError(f"could not parse the condition at character {position}")
        operator = found["operator"].upper()
        if (operator == "IN") != (found["values"] is not None):
            raise QueryError("IN takes a list of values in parentheses, other operators take one value")
        values = tuple(_unquoted(value) for value in _EACH_VALUE.findall(found["values"] or found["value"]))
        terms.append(Term((found["field"] or "").lower(), _unquoted(found["key"] or "''"), operator, values))
        position = found.end()
    return terms


def find_messages(inbox: Inbox, terms: list[Term]) -> Iterable[Message]:
    """The messages that meet every condition, newest first; one by a custom argument needs no scan."""
    by_index = next((term for term in terms if term.key and term.operator in {"=", "IN"}), None)
    if by_index is None:
        candidates: Iterable[Message] = inbox.search()
    else:
        candidates = (message for value in by_index.values for message in inbox.with_argument(by_index.key, value))
    return (message for message in candidates if all(term.holds(message) for term in terms))


def activity_of(message: Message) -> Mapping[str, object]:
    """One message in the shape of SendGrid's answer."""
    last = max((record.at for record in message.events), default=int(message.call.at.timestamp()))
    return {
        **_fields_of(message),
        "opens_count": 0,
        "clicks_count": 0,
        "last_event_time": datetime.fromtimestamp(last, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def history_of(message: Message) -> Mapping[str, object]:
    """One message with its events, in the shape of `GET /v3/messages/{msg_id}`."""
    accepted = {"event_name": "processed", "processed": message.call.at.strftime("%Y-%m-%dT%H:%M:%SZ")}
    told = [
        {
            "event_name": {"bounce": "bounced", "blocked": "bounced", "spamreport": "spam_report"}.get(
                record.name,
                record.name,
            ),
            "processed": datetime.fromtimestamp(record.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "reason": record.event.get("reason", ""),
            "bounce_type": {"bounce": "hard", "blocked": "blocked"}.get(record.name, ""),
        }
        for record in message.events
    ]
    return {**_fields_of(message), "events": [accepted, *told]}


def _fields_of(message: Message) -> dict[str, str]:
    names = {record.name for record in message.events}
    failed = names & {"bounce", "blocked", "dropped"}
    return {
        "from_email": message.sender.email,
        "msg_id": message.sg_message_id,
        "subject": message.subject,
        "to_email": message.to.email,
        "status": "not_delivered" if failed else "delivered" if names & {"delivered", "spamreport"} else "processed",
    }


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
