"""What can be asked of letters."""

from dataclasses import dataclass

from campaign.actions.commands import TakeAction


@dataclass(frozen=True, slots=True)
class LetterText:
    """One letter, written out. `mailbox` is the executive's canonical address."""

    executive_id: int
    company_id: int
    mailbox: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class WriteLetters:
    """One supporter writes to executives of one campaign, a letter each.

    `reasons`: why it is looked at before it goes (`link`, `name`); then `action` is held.
    """

    action: TakeAction
    letters: tuple[LetterText, ...]
    reasons: tuple[str, ...] = ()

    @property
    def ip(self) -> str:
        """For the limits."""
        return self.action.ip

    @property
    def limit_scope(self) -> str:
        """For the limits."""
        return self.action.limit_scope
