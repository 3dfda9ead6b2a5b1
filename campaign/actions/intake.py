"""Where the doors hand in commands: one coalescer for each kind and one for confirmations, limits before them.

One intake a process, made by the composition root; views reach it by `current_intake()`.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from campaign.actions.commands import ConfirmAction, Confirmation
from campaign.actions.doorstep import Doorstep, read_doorstep
from campaign.actions.fields import ActionFields
from campaign.actions.kind import ActionKind
from campaign.actions.posted import PostedForm
from campaign.actions.service.confirming import confirm
from campaign.actions.wording import consent_wording
from campaign.kernel.coalesce import C, Coalescer, O, Overloaded
from campaign.kernel.errors import LimitedError
from campaign.kernel.installation import Installation
from campaign.kernel.lanes import LaneName
from campaign.kernel.limits import Limiter, Poster
from campaign.kernel.localized import current_language
from campaign.kernel.metrics import OVERLOADED
from campaign.kernel.once_more import note_change
from campaign.kernel.remembered import Remembered
from campaign.people.service import Wordings


class Intake:
    """Takes commands from the doors of this process and answers after their commit."""

    def __init__(
        self,
        installation: Installation,
        sessions: Callable[[], Session],
        kinds: Sequence[ActionKind],
        limiter: Limiter,
        nudge: Callable[[LaneName], None],
    ) -> None:
        self.installation = installation
        self.sessions = sessions
        self.kinds: Mapping[str, ActionKind] = {kind.name: kind for kind in kinds}
        self.limiter = limiter
        self.wordings = Wordings(sessions)
        self.doorsteps = Remembered[Doorstep](sessions, partial(read_doorstep, kinds=kinds))
        self._nudge = nudge
        self._started_lanes = sorted({lane for kind in kinds for lane in kind.lanes})
        self._takers = {
            kind.name: Coalescer[Any, Any](sessions, kind.take, gate=self._gate, after_commit=lambda: nudge("critical"))
            for kind in kinds
        }
        self._confirmer = Coalescer[ConfirmAction, Confirmation](
            sessions, self._confirm, after_commit=self._start_what_was_confirmed
        )

    def take(self, kind: str, command: Any) -> Any:  # noqa: ANN401 - each kind has its own command and outcome
        """Hand in a command of `kind`; return its outcome. Raises `LimitedError` and `Overloaded`."""
        return _submit(self._takers[kind], command)

    def confirm(self, command: ConfirmAction) -> Confirmation:
        """Hand in a confirmation."""
        return _submit(self._confirmer, command)

    def consent_id(self, doorstep: Doorstep, fields: ActionFields) -> int | None:
        """Return the id of the words that were agreed to, in the language they were shown in; None without a tick.

        High-safety campaigns ask for no consent, so none is taken there, whatever was posted.
        """
        if not fields.consent or doorstep.is_high_safety:
            return None
        words = consent_wording(doorstep.organization_name)
        return self.wordings.id_of(doorstep.organization_id, current_language(), words)

    def check_limits(self, poster: Poster) -> None:
        """Count a post that is no action (a link asked for); raise `LimitedError` where it is one too many."""
        error = self.limiter.check([poster])[0]
        if error is not None:
            raise error

    def count_in_vain(self, posted: PostedForm, scope: str = "") -> LimitedError | None:
        """Count a form that stores nothing (mistyped, a preview); return the error where it is one too many.

        Args:
            posted: the form.
            scope: its campaign's, where it may be one of high safety (`Doorstep.limit_scope`).
        """
        return self.limiter.check([posted.poster(scope)])[0]

    def nudge(self, lane: LaneName) -> None:
        """Tell the queue that there is something to do; never raises."""
        self._nudge(lane)

    def close(self) -> None:
        """Finish what was handed in."""
        for taker in self._takers.values():
            taker.close()
        self._confirmer.close()

    def _gate(self, commands: Sequence[Any]) -> list[LimitedError | None]:
        return self.limiter.check([Poster(command.ip, command.limit_scope) for command in commands])

    def _confirm(self, session: Session, commands: Sequence[ConfirmAction]) -> list[Confirmation]:
        return confirm(session, commands, self.kinds)

    def _start_what_was_confirmed(self) -> None:
        for lane in self._started_lanes:
            self._nudge(lane)


def _submit(coalescer: Coalescer[C, O], command: C) -> O:
    note_change()
    try:
        return coalescer.submit(command)
    except Overloaded:
        OVERLOADED.inc()
        raise


def current_intake() -> Intake:
    """Return the intake of the application that serves this request."""
    found: Intake = current_app.extensions["campaign.intake"]
    return found
