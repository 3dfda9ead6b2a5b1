"""What a content file says, once read: commands of the domains, each with the place it stands at."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from campaign.campaigns.commands import SaveAgreement, SaveCampaign, SaveOrganization
from campaign.content.errors import ContentError, LineProblem
from campaign.content.nodes import File
from campaign.content.words import tell
from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Path
from campaign.targets.commands import SaveCompany, TakesStance


class Command(Protocol):
    """What one entry of a file asks for."""

    @property
    def slug(self) -> str:
        """What it is known by."""


class CampaignsOwn(Command, Protocol):
    """The same of an entry that belongs to a campaign, as those of the sections that kinds of action bring do."""

    @property
    def campaign(self) -> str:
        """The slug of the campaign."""


Command_co = TypeVar("Command_co", bound=Command, covariant=True)


@dataclass(frozen=True)
class Placed(Generic[Command_co]):
    """A command, and where in a file it stands."""

    command: Command_co
    file: File
    path: Path

    def problem(self, text: str, *path: str | int) -> LineProblem:
        """Return what is wrong with it, once it is applied, at the line of what stands at `path` in it."""
        return LineProblem(self.file.line((*self.path, *path)), text)

    def refusal(self, text: str, *path: str | int) -> ContentError:
        """Return the same, to be raised."""
        return ContentError([self.problem(text, *path)])

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Tell what a service refuses of it at the line of the field that it is about."""
        try:
            yield
        except RefusedError as error:
            raise ContentError([tell(self.file, error.problem.below(*self.path))]) from error


@dataclass(frozen=True)
class LoadCampaign:
    """A campaign, and the companies it addresses in their order; None where the file does not say them.

    `parts`: what kinds of action read of it, by name; None for one that the file takes away.
    """

    save: SaveCampaign
    standings: tuple[TakesStance, ...] | None
    parts: Mapping[str, Mapping[str, object] | None] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """What it is known by."""
        return self.save.slug


@dataclass(frozen=True)
class Content:
    """All that a file says.

    `more` holds the sections that kinds of action bring, by name. `left_out` names those that this version does not
    load, with their number of entries.
    """

    organizations: tuple[Placed[SaveOrganization], ...] = ()
    agreements: tuple[Placed[SaveAgreement], ...] = ()
    companies: tuple[Placed[SaveCompany], ...] = ()
    campaigns: tuple[Placed[LoadCampaign], ...] = ()
    more: Mapping[str, tuple[Placed[CampaignsOwn], ...]] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
