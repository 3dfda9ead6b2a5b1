"""An organizer's story with its pictures where it places them."""

from collections.abc import Mapping

from flask import render_template
from markupsafe import Markup

from campaign.campaigns.pictures import PictureEntry
from campaign.kernel.markdown import render_markdown, render_with_pictures


def illustrated(text: str, pictures: Mapping[str, PictureEntry]) -> Markup:
    """Return an organizer's Markdown as HTML, with those of `pictures` that it places where it places them."""
    if not pictures:
        return render_markdown(text)
    return render_with_pictures(text, lambda name: _figure(pictures[name]) if name in pictures else Markup(""))


def _figure(picture: PictureEntry) -> Markup:
    return Markup(render_template("site/figure.html", picture=picture))  # noqa: S704 - from a template
