"""Which campaigns are near to one that is to be made: they address the same company, or their titles are alike.

Two petitions for one demand halve each other; who makes the second may not know of the first.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.actors import Actor
from campaign.kernel.scoping import of_organization, scoped
from campaign.kernel.text import sort_key

MOST = 5
_ALIKE = 0.5
"""Of all words of two titles so many must stand in both."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A campaign. `is_own`: whether it is one of the actor's, which its organizers' page shows."""

    slug: str
    title: str
    organization: str
    status: str
    is_own: bool
    companies: Sequence[str]


_KNOWN = text(f"""
SELECT c.slug, c.title ->> (c.languages ->> 0) AS title, c.title AS titles, o.name AS organization, c.status,
    {of_organization("c.organization_id")} AS is_own,
    ARRAY(SELECT p.slug FROM campaign_targets t JOIN companies p ON p.id = t.company_id
        WHERE t.campaign_id = c.id) AS companies
FROM campaigns c JOIN organizations o ON o.id = c.organization_id
WHERE (c.status <> 'draft' OR {of_organization("c.organization_id")}) AND c.status <> 'closed'
ORDER BY c.id DESC LIMIT 1000
""")  # noqa: S608 - joined from constants


def find_similar(session: Session, actor: Actor, titles: Iterable[str], companies: Collection[str]) -> list[Similar]:
    """Return at most `MOST` campaigns that are public or the actor's own: those of most companies in common first."""
    wanted = [_words(title) for title in titles]
    found = []
    for row in session.execute(scoped(_KNOWN, actor)).mappings():
        shared = len(set(row["companies"]) & set(companies))
        if shared or any(_are_alike(_words(one), words) for one in row["titles"].values() for words in wanted):
            values = {name: value for name, value in row.items() if name != "titles"}
            found.append((shared, Similar(**values)))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])[:MOST]]


def _words(title: str) -> frozenset[str]:
    return frozenset(word for word in sort_key(title).split() if len(word) > 2)


def _are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other) and len(one & other) / len(one | other) >= _ALIKE
