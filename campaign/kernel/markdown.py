"""Turns an organizer's Markdown into clean HTML. What supporters type is plain text and never comes here.

Two walls: the parser makes no HTML of raw tags, and the cleaner lets through a short list of elements whatever the
parser did. Headings of a text sink below the page's own, so that the outline of the page stays true.

A paragraph that is `![](name)` and nothing else is the place of a picture of that name (`campaign.media`): who writes
the page says what stands there. Without such a picture nothing does.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "h3", "h4", "hr", "code"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_SUNK = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}

_PLACE = re.compile(r"!\[[^\]\n]*\]\(([a-z0-9]+(?:-[a-z0-9]+)*)\)")

_parser = MarkdownIt("commonmark", {"html": False, "breaks": False}).disable(["image", "code", "fence"])


def first_paragraph(text: str) -> str:
    """Return the words of the first paragraph of a Markdown `text`, without its marks, in one line."""
    tokens = _parser.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "paragraph_open" and opening.level == 0 and _PLACE.fullmatch(inline.content) is None:
            pieces = (" " if token.type.endswith("break") else token.content for token in inline.children or ())
            return " ".join("".join(pieces).split())
    return ""


@lru_cache(maxsize=512)
def render_markdown(text: str) -> Markup:
    """Return `text` as HTML that is safe to put into a page. Links tell the other side nothing about the reader."""
    return Markup("").join(piece for piece in _pieces(text) if isinstance(piece, Markup))


def render_with_pictures(text: str, picture: Callable[[str], Markup]) -> Markup:
    """Return the same, with `picture(name)` where it places a picture."""
    return Markup("").join(piece if isinstance(piece, Markup) else picture(piece) for piece in _pieces(text))


def placed_pictures(text: str) -> frozenset[str]:
    """Return the names of the pictures that `text` places."""
    return frozenset(piece for piece in _pieces(text) if not isinstance(piece, Markup))


@lru_cache(maxsize=512)
def _pieces(text: str) -> tuple[str, ...]:
    """Return the HTML (`Markup`) of a text, and between its pieces the names of pictures that it places there."""
    tokens = _parser.parse(text)
    pieces: list[str] = []
    begins = 0
    for at, (opening, inline) in enumerate(pairwise(tokens)):
        if opening.type == "paragraph_open" and opening.level == 0 and (place := _PLACE.fullmatch(inline.content)):
            pieces += [*_written(tokens[begins:at]), place[1]]
            begins = at + 3
    return (*pieces, *_written(tokens[begins:]))


def _written(tokens: Sequence[Token]) -> list[Markup]:
    if not tokens:
        return []
    for token in tokens:
        token.tag = _SUNK.get(token.tag, token.tag)
    html: str = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow"
    )
    return [Markup(clean)]  # noqa: S704 - cleaned on the line above
