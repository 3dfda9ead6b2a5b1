"""The standfirst of a campaign: why, in a sentence or two, for who is asked before the story is read.

An author writes one, or it is cut from the beginning of the story: whole sentences, as many as find room.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from campaign.campaigns.models import Campaign
from campaign.campaigns.texts import Text, pick
from campaign.kernel.markdown import first_paragraph

LENGTH = 100  # characters: two lines and a half on a phone, two beside a form
_LONGEST = 130  # of a first sentence that is shown whole
_END_OF_SENTENCE = re.compile(r"[.!?…。؟۔।][”’»\")]*(?=\s)")


@dataclass(frozen=True)
class Standfirst:
    """A standfirst in one language. `is_cut`: it is the beginning of the story, which says it once more."""

    text: Text
    is_cut: bool


def standfirst_of(campaign: Campaign, language: str) -> Standfirst:
    """Return a campaign's standfirst for a reader of `language`; its text is empty where there is no story either.

    One in the reader's language is better than one that was written: where only the story is in it, it is cut from
    there.
    """
    languages: Sequence[str] = campaign.languages
    written = pick(campaign.standfirst or {}, language, languages)
    story = pick(campaign.story, language, languages)
    if written.value and (written.is_in(language) or not story.is_in(language)):
        return Standfirst(written, is_cut=False)
    return Standfirst(Text(cut(first_paragraph(story.value)), story.language), is_cut=True)


def cut(paragraph: str, length: int = LENGTH) -> str:
    """Return the first sentences of a paragraph that fit into `length` characters, the first one at least.

    A first sentence that is far too long ends between two words, with an ellipsis.
    """
    end = 0
    for found in _END_OF_SENTENCE.finditer(paragraph):
        if end and found.end() > length:
            break
        end = found.end()
        if end > length:
            break
    if not end or len(paragraph) <= length:
        end = len(paragraph)
    if end <= max(length, _LONGEST):
        return paragraph[:end]
    return f"{paragraph[: paragraph.rfind(' ', 0, length)].rstrip(' ,;:–—-')}…"
