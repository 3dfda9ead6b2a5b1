"""Errors that have a meaning for the person at the other end; each type carries its HTTP status.

"Try again later" (`TryLaterError`) and "never" (every other type) are different types, so that a caller can tell them
apart without reading words.
"""

from collections.abc import Mapping

from campaign.kernel.problems import Problem


class CampaignError(Exception):
    """Something we can say in words. `status` is the HTTP status a door answers with."""

    status = 400
    code = "bad_request"


class ForbiddenError(CampaignError):
    """Who asks may not do such a thing, whatever it is about. What is not theirs is a `NotFoundError`."""

    status = 403
    code = "forbidden"


class NotFoundError(CampaignError):
    """What was asked for does not exist, or not for who asks."""

    status = 404
    code = "not_found"


class ConflictError(CampaignError):
    """What was asked for cannot be done in the present state of things."""

    status = 409
    code = "conflict"


class RefusedError(CampaignError):
    """A command that is right in itself cannot be carried out as things are stored, because of one of its fields.

    `problem` says which, and why, without words: a form puts them at its box, a loader at the line of the file.
    """

    status = 409
    code = "conflict"

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{'.'.join(str(part) for part in problem.field)}: {problem.code}")


class UnknownNameError(RefusedError, NotFoundError):
    """The same, because what the field names does not exist, or not for who asks."""

    status = 404
    code = "not_found"


class GoneError(CampaignError):
    """What was asked for existed, and its time is over."""

    status = 410
    code = "gone"


class InvalidError(CampaignError):
    """What was sent is wrong; `fields` says what, by field name, as message keys."""

    status = 422
    code = "invalid"

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class TryLaterError(CampaignError):
    """Not now; `retry_after_seconds` says when it makes sense to come again."""

    status = 503
    code = "try_later"

    def __init__(self, message: str, retry_after_seconds: int = 5) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class LimitedError(TryLaterError):
    """Too many from one place in a short time."""

    status = 429
    code = "limited"
