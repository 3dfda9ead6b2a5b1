"""Tries to make the page cache give one reader's answer to another, or a stranger's words to everybody.

Each shared page is asked for as nobody asked before (a new `via`, wishes of a new order), with a header that might change what
is kept, or with something appended to its query that is no part of its key; then cleanly: the answer is that of another unseen
request, and holds nothing of the first one. A personal page is asked for in every way that a cache might take for a shared one;
nobody else ever gets it.
"""

import random
import re
import string
from collections.abc import Sequence

from campaign.kernel.languages import INTERFACE, KNOWN
from tests.attacks.asking import Answer, Ask, Headers, without_stamps
from tests.attacks.outcomes import Outcome
from tests.attacks.target import OPEN, Target

CHECK = "page cache: headers and queries"

HEADERS: Sequence[tuple[str, str]] = (
    ("Host", "{mark}.example"), ("Host", "127.0.0.1:80@{mark}.example"), ("X-Forwarded-Host", "{mark}.example"),
    ("X-Host", "{mark}.example"), ("X-Forwarded-Server", "{mark}.example"), ("X-Forwarded-Proto", "{mark}"),
    ("X-Forwarded-Scheme", "https"), ("X-Forwarded-Port", "{mark}"), ("X-Forwarded-Prefix", "/{mark}"),
    ("X-Forwarded-For", "{mark}"), ("X_Forwarded_For", "{mark}"), ("X-Real-IP", "{mark}"),
    ("Forwarded", "for={mark};host={mark}.example;proto=https"), ("Via", "1.1 {mark}"), ("True-Client-IP", "{mark}"),
    ("X-Original-URL", "/{mark}"), ("X-Rewrite-URL", "/{mark}"), ("X-HTTP-Method-Override", "POST"),
    ("X-Requested-With", "{mark}"), ("Accept-Language", "ur"), ("Accept-Language", "es, en;q=0.5"),
    ("Accept-Language", "{mark}, <{mark}>;q=9"), ("Accept-Language", "x" * 4000), ("Accept", "application/json"),
    ("Accept-Encoding", "br"), ("Accept-Encoding", "gzip;q=0, identity;q=0, *;q=0"), ("Accept-Encoding", "{mark}"),
    ("Accept-Charset", "utf-7"), ("Cookie", "session={mark}"), ("Cookie", "lang=ur; a=<{mark}>"),
    ("Cookie", "_ga={mark}; via={mark}"), ("Cookie", "{mark}"), ("Cookie", "campaign={mark}; campaign_session={mark}"),
    ("Authorization", "Basic {mark}"), ("Authorization", "Bearer {mark}"), ("Range", "bytes=0-9"),
    ("Range", "bytes=0-1,3-4,9-99999999"), ("If-Range", '"{mark}"'), ("If-None-Match", "*"),
    ("If-None-Match", 'W/"{mark}"'), ("If-Match", '"{mark}"'), ("If-Modified-Since", "Sat, 01 Jan 2050 00:00:00 GMT"),
    ("If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"), ("Cache-Control", "no-cache"),
    ("Cache-Control", "only-if-cached"), ("Pragma", "no-cache"), ("Origin", "https://{mark}.example"),
    ("Referer", "https://{mark}.example/<{mark}>"), ("User-Agent", "<{mark}>"), ("Purpose", "prefetch"),
    ("Sec-Fetch-Site", "cross-site"), ("Expect", "100-continue"), ("TE", "trailers"), ("Upgrade", "{mark}"),
    ("Connection", "Host, {mark}"), ("Content-Type", "application/x-www-form-urlencoded"), ("X-Cache-Key", "{mark}"),
)  # fmt: skip
"""Names and values; `{mark}` is new each time."""

QUERIES = (
    "?{mark}", "?{mark}={mark}", "?lang={mark}", "?lang=ur", "?lang=es&lang=en", "?via={mark}", "?via=%3C{mark}%3E",
    "?via=AAAAAAAAAAAAAA", "?via=AAAAAAAAAAAAAA&lang=ur", "?utm_source={mark}", "?t={mark}", "?step={mark}", "?page=2",
    "?page=-1", "?page=9999999999999999999999", "?page={mark}", "?near={mark}", "?near=33430", "?past=1", "?lang=%00",
    "?lang[]=ur", "?callback={mark}", "?_method=POST", "?lang=ur%23", "?%6cang=ur", "?lang=ur;{mark}", "?" + "a&" * 900,
    "?q={mark}&" * 40, "/?{mark}", "/{mark}.css", ";{mark}", "%2f{mark}", "%00", "%0d%0aX-{mark}:%201", "/..;/{mark}",
    "/.%2e/{mark}", "//{mark}.example/", ".json", ".css", "%3f{mark}",
)  # fmt: skip
"""What is put behind a path."""

APPENDED = (
    "utm_source={mark}", "utm_source=<{mark}>&utm_medium={mark}", "fbclid={mark}&gclid={mark}", "source={mark}", "t={mark}",
    "{mark}", "lang={mark}", "lang=fr%00{mark}", "lang[]=ur", "LANG=ur", "via={mark}", "via=AAAAAAAAAAAAAA", "&&&=&{mark}",
    "place={mark}", "page={mark}", "campaign=<{mark}>", "kind={mark}", "past={mark}", "%ff={mark}", "x=1;lang=ur;y={mark}",
    "_method=POST&{mark}", "next=//{mark}.example", "callback={mark}", "step={mark}", "utm_source={mark}%26lang%3Dur",
)  # fmt: skip
"""What is appended to the query of an address: by networks and newsletters, and by whoever wishes it was kept."""

_RARE = sorted(set(KNOWN) - set(INTERFACE))
_Way = tuple[str, Headers]
"""How a page is asked for: its address, and the languages wished."""


def run(target: Target, rng: random.Random, *, is_quick: bool) -> Outcome:
    """Attack shared pages, then two people's personal ones."""
    site = target.site
    before = site.requests
    shared = target.map.shared
    outcome = probe(site, rng.sample(shared, min(len(shared), 6 if is_quick else 40)), rng)
    people = {"Amparo": "amparo@example.org", "Berenice": "berenice@example.org"}
    pages: dict[str, list[str]] = {}
    for name, email in people.items():
        door = f"/campaigns/{OPEN}/pledge"
        thanks = target.sign(door, given_name=name, email=email).header("Location")
        target.sign("/my", email=email)
        token = thanks.partition("?")[2]
        pages[name] = [target.link(email, "confirm"), target.link(email, "not-me"), f"/campaigns/{OPEN}/letter?{token}"]
    probe_personal(site, pages, outcome)
    outcome.requests = site.requests - before
    return outcome


def probe(ask: Ask, pages: Sequence[str], rng: random.Random) -> Outcome:
    """Attack each of the shared `pages` with each header and each query, in an order by `rng`."""
    outcome = Outcome(CHECK, payloads=len(HEADERS) + len(QUERIES) + len(APPENDED))
    attempts = [(page, name, value) for page in pages for name, value in HEADERS]
    attempts += [(page, "", behind) for page in pages for behind in QUERIES]
    attempts += [(page, "&", more) for page in pages for more in APPENDED]
    rng.shuffle(attempts)
    for page, name, value in attempts:
        mark = f"zq{rng.randrange(16**8):08x}"
        fresh, other = _unseen(page, rng), _unseen(page, rng)
        answer = ask(rng.choice(("GET", "GET", "HEAD")), *_attack(page, fresh, name, value, mark), b"")
        clean, after = ask("GET", *other, b""), ask("GET", *fresh, b"")
        outcome.requests += 3
        where = f"{name}: {value[:60]}" if name not in ("", "&") else f"{name}{value[:60]}"
        for what in _judge(clean, answer, after, mark, is_told=name == ""):
            if what != _CHANGED or not _is_like(ask("GET", *_unseen(page, rng), b""), ask("GET", *fresh, b"")):
                outcome.find(f"{where}: {what}")
    return outcome


def _attack(page: str, fresh: _Way, name: str, value: str, mark: str) -> _Way:
    """Return the request that tries it: by a header, by something appended (`&`), or by another query or path."""
    address, wishes = fresh
    if not name:
        return page.partition("?")[0] + value.replace("{mark}", mark), ()
    if name == "&":
        return f"{address}&{value.format(mark=mark)}", wishes
    return address, [*(wish for wish in wishes if wish[0] != name), (name, value.format(mark=mark))]


def _unseen(page: str, rng: random.Random) -> _Way:
    """Return a way to ask for `page` as nobody did before, so that the next request is the one that is kept.

    A page that reads no code of a sharer is kept by the languages wished; those here lead to no other address.
    """
    path, _, query = page.partition("?")
    code = "".join(rng.choices(string.ascii_letters + string.digits + "_-", k=13)) + rng.choice("AQgw")
    address = f"{path}?via={code}" + (f"&{query}" if query.startswith("lang=") else "")
    return address, [("Accept-Language", ", ".join(rng.sample(_RARE, 4)))]


_CHANGED = "the page is another one afterwards"


def _judge(clean: Answer, answer: Answer, after: Answer, mark: str, *, is_told: bool) -> list[str]:
    found = answer.faults() + after.faults()
    told = b"\n".join([answer.body, *(f"{name}: {value}".encode() for name, value in answer.headers)])
    if answer.is_shared and answer.header("Set-Cookie"):
        found.append("a shared answer sets a cookie")
    if not is_told and answer.is_shared and mark.encode() in told:
        found.append("a shared answer repeats what it is not kept by")
    if f"<{mark}".encode() in answer.body:
        found.append("markup comes back as markup")
    if any(mark in key.lower() for key, _ in answer.headers):
        found.append("what was asked for became a header")
    if mark.encode() in after.body or any(mark in value for _, value in after.headers):
        found.append("the next reader gets a stranger's words")
    if after.header("Set-Cookie"):
        found.append("the next reader gets a cookie")
    if not _is_like(clean, after):
        found.append(_CHANGED)
    return found


def _is_like(one: Answer, other: Answer) -> bool:
    return one.status == other.status and _plain(one.body) == _plain(other.body)


def _plain(body: bytes) -> bytes:
    return re.sub(rb"(via(?:=|%3D|\" value=\"))[\w-]{14}", rb"\1", without_stamps(body))


def probe_personal(ask: Ask, pages: dict[str, list[str]], outcome: Outcome) -> None:
    """Ask for the pages of people, known by name, in turns, and as a cache might take them for shared."""
    for behind in ("", "?lang=ur", "?via=AAAAAAAAAAAAAA", "/x.css", ".css", "?{mark}", "%3f.css", "#x"):
        for turn in range(max(map(len, pages.values()))):
            for name, own in pages.items():
                target = own[turn] if not behind else own[turn].partition("?")[0] + behind
                answer = ask("GET", target if behind != "#x" else own[turn], (), b"")
                again = ask("GET", target, [("Cookie", "a=b")], b"")
                outcome.requests += 2
                room = own[turn].split("/")[1]
                for one in (answer, again):
                    for what in one.faults():
                        outcome.find(f"{room} {behind}: {what}")
                    if one.is_shared and name.encode() in one.body:
                        outcome.find(f"{room} {behind}: a personal page may be shared")
                    if any(other.encode() in one.body for other in pages if other != name):
                        outcome.find(f"{room} {behind}: shows another's")
                    if not behind and one.status == 200 and name.encode() in one.body and not _is_private(one):
                        outcome.find(f"{room}: a personal page does not say that it is not to be kept")


def _is_private(answer: Answer) -> bool:
    return any(word in answer.header("Cache-Control") for word in ("no-store", "private"))
