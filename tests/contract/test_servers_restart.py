"""The database restarts, or is away; Valkey restarts: what visitors see of it on every route, and that nothing is lost."""

import re
from html import unescape

import psycopg
import pytest
from sqlalchemy import event

from campaign.kernel.db import db
from tests.actions.stage import forget
from tests.actions.visitor import OPEN
from tests.attacks.own import OwnInstallation

AWAY = "We can’t save anything right now"
WORDS = {"comment": "My grandmother picked tomatoes: “¡basta!” <3"}
VALUES = {"slug": OPEN, "public_id": "01890000-0000-7000-8000-000000000000", "language": "en", "digest": "0"}


@pytest.fixture(scope="module")
def own():
    with OwnInstallation(LIMITS="ip=5000/10m") as installation:
        yield installation


@pytest.fixture(autouse=True)
def nothing_is_remembered(own):
    forget(own.app)
    own.app.wsgi_app.clear()


@pytest.fixture
def client(own):
    return own.visitor.client


def cut(own):
    """Have the server end every connection of the application, as when it restarts; return when they are ended."""
    url = own.settings.database_url.replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


def restart(server):
    server.stop()
    server.start()


def addresses(app, method):
    rules = {rule.rule for rule in app.url_map.iter_rules() if method in rule.methods}
    return sorted(re.sub(r"<(?:\w+:)?(\w+)>", lambda found: VALUES.get(found[1], "x"), rule) for rule in rules)


def fields(own, **more):
    return {
        "stamp": own.visitor.installation.stamp.make(),
        "language": "en", "given_name": "Ana", "family_name": "Ruiz", "email": "ana@example.org", "postal_code": "34142",
        "country": "US", **more,
    }  # fmt: skip


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_first_request_of_every_route_after_a_restart_is_answered_as_ever(own, client, method):
    for address in addresses(own.app, method):
        expected = client.open(address, method=method).status_code
        forget(own.app)
        own.app.wsgi_app.clear()
        cut(own)
        assert client.open(address, method=method).status_code == expected, address


def test_after_a_real_restart_pages_are_there_and_a_pledge_is_stored_once(own, client):
    assert client.get(f"/campaigns/{OPEN}").status_code == 200
    own.app.wsgi_app.clear()
    restart(own.postgres)
    assert client.get(f"/campaigns/{OPEN}").status_code == 200
    restart(own.postgres)
    assert client.post(f"/campaigns/{OPEN}/pledge", data=fields(own, **WORDS)).status_code == 303
    restart(own.postgres)
    assert client.post("/my", data=fields(own)).status_code in (200, 303)
    with psycopg.connect(own.settings.database_url.replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM actions WHERE comment = %s", [WORDS["comment"]]).fetchone() == (
            1,
        )


def test_a_restart_in_the_middle_of_reading_a_page_is_not_seen(own, client):
    cuts = []

    def cut_once(*_arguments):
        if not cuts:
            cuts.append(1)
            cut(own)

    with own.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", cut_once)
    try:
        assert client.get(f"/campaigns/{OPEN}").status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", cut_once)
    assert cuts


def test_while_it_is_away_every_page_says_so_and_how_to_go_on(own, client):
    pages = addresses(own.app, "GET")
    own.postgres.stop()
    try:
        for address in pages:
            answer = client.get(address)
            assert answer.status_code != 500, address
            assert "We’re very busy right now" not in answer.text
            if answer.status_code == 503 and address != "/readyz" and "json" not in answer.content_type:
                assert AWAY in answer.text, address
                assert answer.headers["Retry-After"] == "5"
        assert client.get(f"/campaigns/{OPEN}").status_code == 503
        assert client.get(f"/campaigns/{OPEN}/count.json").json == {"error": "try_later"}
        spanish = client.get(f"/es/campaigns/{OPEN}").text
        assert "Ahora mismo no podemos guardar nada" in spanish
    finally:
        own.postgres.start()
    assert client.get(f"/campaigns/{OPEN}").status_code == 200


def test_while_it_is_away_what_was_typed_is_in_the_answer_and_is_sent_from_there(own, client):
    doors = [address for address in addresses(own.app, "POST") if "webhooks" not in address]
    own.postgres.stop()
    try:
        for address in doors:
            answer = client.post(address, data=fields(own, **WORDS))
            # An organizer without a session is asked to sign in, for which no table is read.
            assert answer.status_code in (503, 404, 410, 422, 303, 401), address
            if answer.status_code == 503:
                assert AWAY in answer.text, address
                assert "We’re very busy right now" not in answer.text
                assert WORDS["comment"] in unescape(answer.text), address
                assert answer.headers["Cache-Control"] == "no-store"
        spanish = client.post("/my", data=fields(own, language="es"), headers={"Accept-Language": "en"}).text
        assert "Ahora mismo no podemos guardar nada" in spanish
        kept = client.post(f"/campaigns/{OPEN}/pledge", data=fields(own, **WORDS, email="kept@example.org")).text
    finally:
        own.postgres.start()
    form = kept.partition('<form class="actions"')[2].partition("</form>")[0]
    action = re.search(r'action="([^"]+)"', form)[1]
    typed = {name: unescape(value) for name, value in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}
    assert (action, typed["comment"]) == (f"/campaigns/{OPEN}/pledge", WORDS["comment"])
    assert client.post(action, data=typed).status_code == 303


def test_when_it_goes_while_a_form_is_handed_in_the_form_comes_back_with_true_words(own, client):
    assert client.get(f"/campaigns/{OPEN}/pledge").status_code == 200  # the door knows its campaign
    own.postgres.stop()
    try:
        answer = client.post(f"/campaigns/{OPEN}/pledge", data=fields(own, **WORDS))
    finally:
        own.postgres.start()
    assert answer.status_code == 503
    assert "We couldn’t save this yet" in unescape(answer.text)
    assert "Very many people" not in answer.text
    assert WORDS["comment"] in unescape(answer.text)


def test_after_valkey_restarts_nothing_is_seen_of_it(own, client):
    queue, limits = own.valkeys
    assert client.get("/readyz").status_code == 200
    assert client.post(f"/campaigns/{OPEN}/pledge", data=fields(own)).status_code == 303
    for server in (queue, limits):
        restart(server)
    assert client.post(f"/campaigns/{OPEN}/pledge", data=fields(own)).status_code == 303
    assert client.get("/readyz").status_code == 200
