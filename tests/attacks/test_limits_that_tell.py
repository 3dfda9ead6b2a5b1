"""Tries to learn from limits who acted, when, and to lock them out; and to read as much from what Valkey leaves behind."""

import re

import pytest

from campaign.embedded.homes import prepare_home
from campaign.embedded.valkey import LimitsValkey, Valkey
from campaign.kernel.limits import Poster
from tests.actions.visitor import HIGH_SAFETY, OPEN, PERSON, Visitor
from tests.events.coming import legs_of
from tests.events.coming import post as come
from tests.servers import temporary_folder

OWNER, STRANGER = "ana@example.org", "eva@example.org"
PER_ADDRESS = 5


@pytest.fixture
def visit(fresh, make_app, sessions, installation, valkey):
    """Stand before an installation with other settings, none of its limits spent: `visit(LIMITS="ip=5/m")`."""
    return lambda **changed: Visitor(make_app(**changed).test_client(use_cookies=False), sessions, installation)


@pytest.fixture
def town(visit):
    """An installation whose operator limits addresses, too."""
    return visit(LIMITS=f"ip=300/m,email={PER_ADDRESS}/d")


def test_who_acted_is_not_told_by_how_often_their_link_can_be_asked_for(town, tell):
    """Machine's field filled, so that no mail warns anybody."""
    town.sign(HIGH_SAFETY, email=OWNER)
    town.sign(OPEN, email=OWNER)
    asked = {who: [town.ask_for_my_link(who, fax_number="1") for _ in range(30)] for who in (OWNER, STRANGER)}
    answered = {who: sum(answer.status_code == 200 for answer in answers) for who, answers in asked.items()}
    tell("asked for before the first 429: owner, stranger", tuple(answered.values()))
    assert answered == {OWNER: 30, STRANGER: 30}
    assert len({answer.data for answers in asked.values() for answer in answers}) == 1


DOORS = {
    "pledge": lambda visitor, who, n: visitor.sign(OPEN, email=who, comment=f"{n:02}"),
    "safe": lambda visitor, who, n: visitor.sign(HIGH_SAFETY, email=who, given_name=f"A{n:02}"),
    "letter": lambda visitor, who, n: visitor.write(email=who, personal=f"Number {n:02}"),
    "rsvp": lambda visitor, who, n: come(visitor, email=who, comment=f"{n:02}", legs=legs_of(visitor)[0]),
    "my": lambda visitor, who, _n: visitor.ask_for_my_link(who),
}
_SEALED = re.compile(r"[\w-]{40,}")


def seen(answer):
    """What a poster can see of an answer, but for what is sealed differently each time (its length counts)."""
    headers = [(name, _SEALED.sub(lambda found: f"<{len(found[0])}>", value)) for name, value in answer.headers]
    return answer.status_code, tuple(headers), _SEALED.sub(lambda found: f"<{len(found[0])}>", answer.text)


@pytest.mark.parametrize("door", DOORS)
def test_an_address_is_answered_alike_whether_known_new_or_posted_for_twenty_times(town, door, tell):
    known = [seen(DOORS[door](town, OWNER, n)) for n in range(21)]
    new = seen(DOORS[door](town, STRANGER, 99))
    tell("different answers", len({*known, new}))
    assert {*known} == {new}
    assert new[0] < 400
    mails = town.one("SELECT count(*) FROM outbox_messages WHERE lane = 'critical' AND available_at <= now()")
    assert mails == 3 + 1, "three for the owner, one for the stranger"


def test_nobody_is_locked_out_by_what_others_post_for_them(town, tell):
    for n in range(30):
        town.ask_for_my_link(OWNER, fax_number="1")
        town.sign(OPEN, email=OWNER, given_name=f"Not me {n}", fax_number="1")
    statuses = [door(town, OWNER, 50).status_code for door in DOORS.values()]
    tell("doors that refuse the owner", statuses.count(429))
    assert 429 not in statuses


def test_how_long_to_wait_says_nothing_of_when_others_came(visit, valkey, tell):
    visitor = visit(LIMITS="ip=1/10m")
    visitor.sign()
    waits = []
    for left in (600_000, 250_000, 7_000):
        for key in valkey.keys("limit:*"):
            valkey.pexpire(key, left)
        waits.append(visitor.sign(email=STRANGER).headers["Retry-After"])
    tell("different waits", len(set(waits)))
    assert set(waits) == {"600"}


def test_a_neighbour_cannot_count_who_signed_where_it_is_dangerous(visit, valkey, tell):
    """Posts of one's own until the first 429, with two signers of the same network before it and with none."""
    visitor = visit(LIMITS="ip=100/10m")
    left = {signers: {_left(visitor, valkey, signers, turn) for turn in range(12)} for signers in (0, 2)}
    tell("posts before the first 429, without and with two signers", [sorted(found) for found in left.values()])
    assert all(len(found) > 1 for found in left.values())
    assert min(left[0]) <= max(left[2]), "no count tells the two apart"


def _left(visitor, valkey, signers, turn):
    valkey.flushdb()
    for signer in range(signers):
        assert visitor.sign(HIGH_SAFETY, email=f"signer{turn}.{signer}@example.org").status_code == 303
    desk = visitor.client.application.extensions["campaign.intake"]
    scope = desk.doorsteps.find(HIGH_SAFETY).limit_scope
    return desk.limiter.check([Poster("127.0.0.1", scope)] * 110).count(None)


@pytest.fixture
def servers():
    """Both Valkeys of an installation, and where their files are."""
    folder = temporary_folder("campaign-tests-")
    home = prepare_home(folder)
    made = (Valkey(home, folder), LimitsValkey(home, folder))
    yield folder, *(server.start() for server in made)
    for server in made:
        server.stop()


SIGNERS = 40
_POSTED = re.compile(rb"limit:(?:email|ip|network):\d+:.{16}", re.DOTALL)


def test_the_files_of_valkey_beside_the_database_name_nobody(visit, servers, tell):
    """Each signs by name, then where it is dangerous: by order, the n-th key of a file is the n-th row's."""
    folder, queue, limits = servers
    visitor = visit(REDIS_URL=queue, LIMITS_URL=limits, LIMITS="ip=9000/10m,network=9000/10m,email=20/d")
    people = [(f"2001:db8:{n:x}::{n:x}", f"signer{n}@example.org") for n in range(SIGNERS)]
    otherwise = people[7:] + people[:7]
    for slug, crowd in ((OPEN, people), (HIGH_SAFETY, otherwise)):
        for ip, email in crowd:
            form = {**PERSON, "stamp": visitor.installation.stamp.make(), "email": email}
            place = {"REMOTE_ADDR": ip}
            answer = visitor.client.post(f"/campaigns/{slug}/pledge", data=form, environ_overrides=place)
            assert answer.status_code == 303
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    assert any(".aof" in file.name and file.stat().st_size for file in files)
    found = b"".join(file.read_bytes() for file in files)
    guesses = _join(visitor, found)
    tell(
        "high-safety signers named", sum(guess == email for guess, (_, email) in zip(guesses, otherwise, strict=False))
    )
    assert guesses == []
    assert b"limit:" not in found


def _join(visitor, found):
    """Guess who each high-safety row is of, by keys in Valkey's files that come in the order of rows."""
    rows = visitor.all(
        "SELECT p.email, c.is_high_safety FROM actions a JOIN campaigns c ON c.id = a.campaign_id "
        "LEFT JOIN people p ON p.id = a.person_id ORDER BY a.id"
    )
    kinds = {}
    for key in _POSTED.findall(found):
        kinds.setdefault(key.split(b":")[1], []).append(key)
    for keys in kinds.values():
        posts = [key for n, key in enumerate(keys) if n == 0 or key != keys[n - 1]]
        if len(posts) >= len(rows):
            name_of = {key: row.email for key, row in zip(posts, rows, strict=False) if not row.is_high_safety}
            return [name_of.get(key) for key, row in zip(posts, rows, strict=False) if row.is_high_safety]
    return []
