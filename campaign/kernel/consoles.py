"""What every command of an operator gets from the floor above: a session in the installation it is about.

Features take it by `@click.pass_obj` and know no more of it than this; `campaign.console` is it.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from campaign.actions.kind import ActionKind

T = TypeVar("T")


class Console(Protocol):
    """The operator's side of one installation.

    `needs_secrets`: whether the command makes links or keyed hashes. Where it does not, missing keys are no reason to
    refuse it.
    """

    @property
    def kinds(self) -> "Mapping[str, ActionKind]":
        """The kinds of action by name, for commands that let actions count or take them back."""

    def session(self, *, needs_secrets: bool = True) -> AbstractContextManager[Session]:
        """Give a session to read by: one transaction, committed at the end of the block, rolled back when it raises."""

    def sessions(self, *, needs_secrets: bool = True) -> AbstractContextManager[Callable[[], Session]]:
        """Give what opens sessions, for what is done in many transactions; whoever opens one commits it."""

    def transact(self, work: Callable[[Session], T], *, needs_secrets: bool = True) -> T:
        """Return `work(session)`, one transaction, committed; run again, whole, where a neighbour was in its way."""
