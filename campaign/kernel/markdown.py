"""Turns an organizer's Markdown into clean HTML. What supporters type is plain text and never comes here.

Two walls: the parser makes no HTML of raw tags, and the cleaner lets through a short list of elements whatever the
parser did. Headings of a text sink below the page's own, so that the outline of the page stays true.
"""

from functools import lru_cache
from itertools import pairwise

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "blockquote", "h3", "h4", "hr", "code"}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto"}
_SUNK = {"h1": "h3", "h2": "h3", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}

_parser = MarkdownIt("commonmark", {"html": False, "breaks": False}).disable(["image", "code", "fence"])


def first_paragraph(text: str) -> str:
    """Return the words of the first paragraph of a Markdown `text`, without its marks, in one line."""
    tokens = _parser.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type == "paragraph_open" and opening.level == 0:
            pieces = (" " if token.type.endswith("break") else token.content for token in inline.children or ())
            return " ".join("".join(pieces).split())
    return ""


@lru_cache(maxsize=512)
def render_markdown(text: str) -> Markup:
    """Return `text` as HTML that is safe to put into a page. Links tell the other side nothing about the reader."""
    tokens = _parser.parse(text)
    for token in tokens:
        token.tag = _SUNK.get(token.tag, token.tag)
    html: str = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener noreferrer nofollow"
    )
    return Markup(clean)  # noqa: S704 - cleaned on the line above
