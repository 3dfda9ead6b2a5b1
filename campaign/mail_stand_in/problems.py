"""What is wrong with a send call, in the words and the shape SendGrid uses.

Source: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors (messages and field names).
"""

from dataclasses import dataclass, field

HELP = "https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing SendGrid would refuse.

    Args:
        message: SendGrid's words where it publishes them.
        field: where, dotted with indexes (`personalizations.0.to`), or None for the call as a whole.
        status: the HTTP status of a call with only this problem (400, 413 or 415).
    """

    message: str
    field: str | None = None
    status: int = 400

    def as_json(self) -> dict[str, str | None]:
        """One element of SendGrid's `errors` array."""
        return {"message": self.message, "field": self.field, "help": HELP if self.field else None}


@dataclass(slots=True)
class Findings:
    """Collects problems while a body is walked, so that a caller sees all of them at once."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, message: str, where: str | None) -> None:
        """Note one problem at a field."""
        self.problems.append(Problem(message, where))

    def need(self, *, holds: bool, message: str, where: str) -> bool:
        """Note the problem unless the condition holds; answers the condition, so that checks can be chained."""
        if not holds:
            self.add(message, where)
        return holds


def errors_body(problems: list[Problem]) -> dict[str, list[dict[str, str | None]]]:
    """The JSON body SendGrid answers a refused call with."""
    return {"errors": [problem.as_json() for problem in problems]}
