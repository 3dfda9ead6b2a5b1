"""What can be asked of pictures and documents: frozen commands, the same from every door."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DescribePicture:
    """What an organizer says of a picture.

    Args:
        name: by which a story places it; empty: one is found for a new picture.
        alt: what it shows, by language.
        focus_x, focus_y: in percent from the left and the top, what stays in sight where it is cropped.
        is_head: whether it stands at the head of the page; another that stands there gives way.
    """

    name: str
    alt: Mapping[str, str]
    focus_x: int = 50
    focus_y: int = 50
    is_head: bool = False


@dataclass(frozen=True, slots=True)
class DescribeDocument:
    """What an organizer says of a document: its title, by language."""

    title: Mapping[str, str]
