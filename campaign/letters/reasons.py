"""Why a letter is looked at before it goes: a link in its writer's own words, or a name that claims an office.

Threats are no reason here: no list of words knows one, and one that pretended to would hold angry, honest letters. What
an operator is asked to judge is what can be found: links, and names.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from campaign.letters.commands import LetterText
from campaign.letters.links import find_links
from campaign.letters.names import claims_office
from campaign.targets.models import Executive

LINK, NAME = "link", "name"


def find_reasons(
    name: tuple[str, str],
    letters: Iterable[LetterText],
    executives: Sequence[Executive],
    organization: str,
    campaigns_links: Iterable[str],
) -> tuple[str, ...]:
    """Return why letters are to be looked at; nothing where they may go at once.

    Args:
        name: given and family name, as typed.
        letters: as they go; they differ by the office they name, so the first stands for all.
        executives: whom the campaign writes to.
        organization: who leads the campaign.
        campaigns_links: what may stand in them, of `links_of`.
    """
    reasons = []
    first = next(iter(letters), None)
    if first is not None and foreign_links(f"{first.subject}\n{first.body}", campaigns_links):
        reasons.append(LINK)
    organizations = {organization, *(executive.company.name for executive in executives)}
    if claims_office(*name, {executive.office for executive in executives}, organizations):
        reasons.append(NAME)
    return tuple(reasons)


def links_of(subjects: Mapping[str, Sequence[str]], bodies: Mapping[str, str], public_url: str) -> list[str]:
    """Return the links that are a campaign's own: those in its texts, whatever the language, and our own address."""
    texts = [*bodies.values(), *(subject for several in subjects.values() for subject in several)]
    return [urlsplit(public_url).netloc.lower(), *(link for body in texts for link in find_links(body))]


def foreign_links(text: str, campaigns_links: Iterable[str]) -> list[str]:
    """Return the links in `text` that are not the campaign's own."""
    host, *own = campaigns_links
    ours = re.compile(rf"(?:https?://)?(?:www\.)?{re.escape(host)}(?:/[^@]*)?", re.IGNORECASE)
    return [link for link in find_links(text) if link not in own and not (host and ours.fullmatch(link))]
