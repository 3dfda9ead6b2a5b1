"""What an organizer may say of pictures and documents, whichever door it comes in by."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from campaign.kernel import fields
from campaign.kernel.checking import Context, Given, check
from campaign.kernel.problems import Problem
from campaign.media.commands import DescribeDocument, DescribePicture

_ALT_LENGTH = 250  # characters: a screen reader says it in one breath
_TITLE_LENGTH = 120


class Picture(Given):
    """A picture: what it shows in each of the campaign's languages, and where it stands."""

    name: Annotated[str, fields.slug("")] = ""
    alt: Annotated[dict[str, str], fields.texts(longest=_ALT_LENGTH, one_line=True, complete=True)]
    focus_x: Annotated[int, fields.whole(0, 100, 50)] = 50
    focus_y: Annotated[int, fields.whole(0, 100, 50)] = 50
    place: Annotated[str, fields.choice(("head", "story"), "story")] = "story"

    def command(self) -> DescribePicture:
        """Return what saves it."""
        return DescribePicture(self.name, self.alt, self.focus_x, self.focus_y, self.place == "head")


class Document(Given):
    """A document: its title, in the campaign's first language at least."""

    title: Annotated[dict[str, str], fields.texts(longest=_TITLE_LENGTH, one_line=True)]

    def command(self) -> DescribeDocument:
        """Return what saves it."""
        return DescribeDocument(self.title)


def check_picture(
    given: Mapping[str, Any], now: datetime, languages: Sequence[str]
) -> tuple[DescribePicture | None, list[Problem]]:
    """Return the command that describes a picture as `given`, or None with what is wrong with it."""
    found, problems = check(Picture, given, Context(now, tuple(languages)))
    return found.command() if found else None, problems


def check_document(
    given: Mapping[str, Any], now: datetime, languages: Sequence[str]
) -> tuple[DescribeDocument | None, list[Problem]]:
    """Return the command that describes a document as `given`, or None with what is wrong with it."""
    found, problems = check(Document, given, Context(now, tuple(languages)))
    return found.command() if found else None, problems
