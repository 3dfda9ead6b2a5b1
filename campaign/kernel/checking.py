"""Check what somebody wants to store: plain values in, everything that is wrong with them out, each with its place.

A domain's `rules` say what its things may hold, as models made of fields (`campaign.kernel.fields`). They know no file,
no form and no request.

Importing rules costs some 150 milliseconds and nine megabytes (pydantic), so nothing that serves a page may do it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from campaign.kernel.problems import Problem


@dataclass(frozen=True)
class Context:
    """What rules need besides the values: the moment, and the languages the texts may be in (empty: not known)."""

    now: datetime
    languages: tuple[str, ...] = ()


_OUR_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "model_type": "mapping",
    "model_attributes_type": "mapping",
    "dict_type": "mapping",
    "list_type": "list",
    "tuple_type": "list",
}


def refusal(problems: Iterable[Problem]) -> ValidationError:
    """Return what a field raises to tell `problems`; whoever holds the field puts its own place before theirs."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError(problem.code, problem.code, dict(problem.parameters)),
            loc=problem.field,
            input=None,
        )
        for problem in problems
    ]
    return ValidationError.from_exception_data("", details)


def problems_of(error: ValidationError) -> list[Problem]:
    """Return what a refusal says."""
    return [
        Problem(tuple(detail["loc"]), _OUR_CODES.get(detail["type"], detail["type"]), detail.get("ctx", {}))
        for detail in error.errors(include_url=False, include_input=False)
    ]


class Given(BaseModel):
    """What is given of one thing. What is left out of it is not in `model_fields_set`: it stays as it is stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def beside(cls, given: Mapping[str, Any], context: Context) -> Iterable[Problem]:
        """Return what is wrong with fields together. They may be wrong alone, too, and are told of both at once."""
        return ()

    def columns(self, *names: str) -> dict[str, object]:
        """Return those of the fields that are given, by name."""
        return {name: getattr(self, name) for name in names if name in self.model_fields_set}

    @model_validator(mode="wrap")
    @classmethod
    def _tell_all(cls, given: object, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:
        if not isinstance(info.context, Context):
            raise TypeError("rules are asked by check(), which gives them their context")
        made = None
        problems: list[Problem] = []
        try:
            made = handler(given)
        except ValidationError as error:
            problems += problems_of(error)
        if isinstance(given, Mapping):
            problems += cls.beside(given, info.context)
        if problems or made is None:
            raise refusal(problems)
        return made


Model = TypeVar("Model", bound=Given)
Value = TypeVar("Value")


def check(model: type[Model], given: object, context: Context) -> tuple[Model | None, list[Problem]]:
    """Return what is given as `model`, or None with everything that is wrong with it."""
    try:
        return model.model_validate(given, context=context), []
    except ValidationError as error:
        return None, problems_of(error)


def attempt(read: Callable[[object], Value], given: object) -> Value | None:
    """Return what a field makes of `given`, None where it is missing or wrong: its own field tells that."""
    try:
        return None if given is None else read(given)
    except (PydanticCustomError, ValidationError):
        return None


def members(given: Mapping[str, Any], key: str) -> Sequence[tuple[int, Mapping[str, Any]]]:
    """Return the mappings in the list under `key` with their indexes, for `Given.beside`."""
    value = given.get(key)
    return [(n, one) for n, one in enumerate(value) if isinstance(one, Mapping)] if isinstance(value, list) else []
