"""An organizer edits one campaign and publishes another by their forms, while many read; when each process shows it.

Each address is one web process, asked by itself, so that no answer of one stands for another's.
"""

import http.client
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.accounts.commands import NewMember
from campaign.accounts.members import add_member
from campaign.accounts.sessions import begin_session
from campaign.accounts.web.cookies import SESSION
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.bench.feeds import SLUG
from tests.organize.forms import Reader

MOST_SECONDS = 10.0
"""The page cache's promise: from so long after it was asked for, a page is made anew."""

MAKING_SECONDS = 1.0
"""What making it may take, on a machine that others want, too; who asks meanwhile gets the old one."""

_PATIENCE_SECONDS = 30.0
_APART_SECONDS = 0.05
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_OF = "SELECT o.slug FROM organizations o JOIN campaigns c ON c.organization_id = o.id WHERE c.slug = :slug"
_ANOTHER = "SELECT slug FROM campaigns WHERE status = 'open' AND slug <> :slug ORDER BY slug LIMIT 1"


@dataclass(frozen=True)
class Desk:
    """What an organizer is about to do. `token`: of their session; organizations and campaigns by slug."""

    token: str
    edited: tuple[str, str]
    published: tuple[str, str]


@dataclass(frozen=True)
class Seen:
    """Seconds from the form's answer until each process showed it. `errors`: answers that no reader should have."""

    edited: Sequence[float]
    published: Sequence[float]
    errors: Sequence[str]


def prepare(session: Session) -> Desk:
    """Sign an organizer in who publishes for two campaigns, and make a draft of the second."""
    draft = str(session.scalar(text(_ANOTHER), {"slug": SLUG}))
    session.execute(text("UPDATE campaigns SET status = 'draft' WHERE slug = :slug"), {"slug": draft})
    both = [(str(session.scalar(text(_OF), {"slug": slug})), slug) for slug in (SLUG, draft)]
    for organization in sorted({organization for organization, _ in both}):
        account = add_member(session, OPERATOR, NewMember("desk@bench.example", organization, "owner", "Ana"))
    token = begin_session(session, account.id, "Firefox, Linux", now(), has_factor=True, lacks_factor=False)
    return Desk(token, both[0], both[1])


def page_of(campaign: tuple[str, str]) -> str:
    """Return the path of a campaign's public page."""
    return f"/campaigns/{campaign[1]}"


def change(desk: Desk, urls: Sequence[str], words: str) -> Seen:
    """Edit and publish by the forms of the first process, and ask all until they show it.

    Args:
        desk: who does it, to what.
        urls: of the web processes, one each.
        words: what the edited page says from now on.
    """
    errors: list[str] = []
    _edit(desk, urls[0], words)
    edited = _until(urls, page_of(desk.edited), lambda status, page: words in page, errors, {200})
    _publish(desk, urls[0])
    published = _until(urls, page_of(desk.published), lambda status, page: status == 200, errors, {200, 404})
    return Seen(edited, published, errors)


def _until(
    urls: Sequence[str], path: str, shows: Callable[[int, str], bool], errors: list[str], fine: set[int]
) -> list[float]:
    """Ask every process in turn until each showed it; `inf` for one that did not in thirty seconds."""
    since, seen = time.monotonic(), dict.fromkeys(urls, float("inf"))
    while float("inf") in seen.values() and time.monotonic() - since < _PATIENCE_SECONDS:
        for url in [url for url, at in seen.items() if at == float("inf")]:
            status, page = ask(url, path)
            if status not in fine:
                errors.append(f"{url}{path}: {status}")
            if shows(status, page):
                seen[url] = time.monotonic() - since
        time.sleep(_APART_SECONDS)
    return list(seen.values())


def _edit(desk: Desk, url: str, words: str) -> None:
    organization, slug = desk.edited
    place = f"/organize/{organization}/campaigns/{slug}/text"
    reader = Reader()
    reader.feed(_at_desk(desk, url, place))
    form = next(form for form in reader.forms if "standfirst.en" in form)
    fields = [(name, one) for name, many in form.items() for one in many if name != "standfirst.en"]
    _send(desk, url, place, [*fields, ("standfirst.en", words)])


def _publish(desk: Desk, url: str) -> None:
    organization, slug = desk.published
    place = f"/organize/{organization}/campaigns/{slug}/publish"
    found = _CSRF.search(_at_desk(desk, url, place))
    if found is None:
        raise RuntimeError(f"{place} has no form")
    _send(desk, url, place, [("csrf", found[1]), ("do", "now")])


def _at_desk(desk: Desk, url: str, place: str) -> str:
    status, page = ask(url, place, headers={"Cookie": f"{SESSION}={desk.token}"})
    if status != 200:
        raise RuntimeError(f"{place}: {status}")
    return page


def _send(desk: Desk, url: str, place: str, form: Iterable[tuple[str, str]]) -> None:
    headers = {
        "Cookie": f"{SESSION}={desk.token}",
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    status, page = ask(url, place, body=urlencode(list(form)), headers=headers)
    if status != 303:
        raise RuntimeError(f"the form of {place}: {status}\n{page[:2000]}")


def ask(url: str, path: str, *, body: str | None = None, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Send one request over a connection of its own; return the status and the page."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    try:
        connection.request("GET" if body is None else "POST", path, body, dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()
