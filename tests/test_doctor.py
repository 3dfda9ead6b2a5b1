"""The doctor says in words what to mend, and looks nothing up for reserved domains."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import psycopg
import pytest
from sqlalchemy import text

from campaign.database_logs import judge
from campaign.doctor import check_database, check_mail_key, check_queue, check_settings
from campaign.kernel.settings import examine_settings, read_settings
from campaign.sender_domain import check_domain

GOOD = {
    "union.org": ["v=spf1 include:sendgrid.net ~all"],
    "s1._domainkey.union.org": ["k=rsa; t=s; p=MIGf"],
    "_dmarc.union.org": ["v=DMARC1; p=none"],
}


def states(findings):
    return {finding.what: finding.state for finding in findings}


def test_a_domain_that_is_set_up_is_fine():
    assert states(check_domain("union.org", lambda name: GOOD.get(name, []))) == {
        "SPF of union.org": "ok",
        "DKIM of union.org": "ok",
        "DMARC of union.org": "ok",
    }


def test_a_subdomain_has_its_parents_policy():
    found = states(check_domain("letters.union.org", lambda name: GOOD.get(name, [])))
    assert found["DMARC of letters.union.org"] == "ok"
    assert found["SPF of letters.union.org"] == "fix"


@pytest.mark.parametrize(
    ("name", "records", "what"),
    [
        ("union.org", [], "SPF of union.org"),
        ("union.org", ["v=spf1 -all", "v=spf1 ~all"], "SPF of union.org"),
        ("s1._domainkey.union.org", ["k=rsa; p="], "DKIM of union.org"),
        ("_dmarc.union.org", ["v=spf1"], "DMARC of union.org"),
        ("union.org", None, "SPF of union.org"),
        ("_dmarc.union.org", None, "DMARC of union.org"),
    ],
)
def test_what_is_missing_is_to_be_mended(name, records, what):
    records_of = {**GOOD, name: records}
    found = states(check_domain("union.org", lambda asked: records_of.get(asked, [])))
    assert found.pop(what) == "fix"
    assert set(found.values()) == {"ok"}


@pytest.mark.parametrize("domain", ["demonstration.example", "localhost", "a.test"])
def test_reserved_domains_are_not_looked_up(domain):
    def asked(name):
        raise AssertionError(name)

    assert [finding.state for finding in check_domain(domain, asked)] == ["skipped"]


def test_the_test_servers_are_sound_but_for_what_tests_do_without(engine, database_url, redis_url):
    found = states(check_database(database_url))
    assert (found["database"], found["writing"], found["database's log"]) == ("ok", "ok", "ok")
    assert states(check_queue(redis_url))["queue"] == "ok"


def test_the_server_is_asked_how_it_logs(engine, database_url, server_url):
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        name = engine.url.database
        connection.execute(f"ALTER DATABASE {name} SET debug_print_plan = on")
        try:
            found = {finding.what: finding for finding in check_database(database_url)}
        finally:
            connection.execute(f"ALTER DATABASE {name} RESET debug_print_plan")
    assert found["database's debug_print_plan"].state == "fix"
    assert "database's log" not in found


SILENT = {
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_statement": "ddl",
    "log_min_messages": "warning",
    "debug_print_parse": "off",
    "auto_explain.log_min_duration": None,
    "pgaudit.log_parameter": None,
}


def test_a_server_as_it_comes_would_tell_what_people_typed():
    assert [finding.state for finding in judge(SILENT)] == ["ok"]
    as_it_comes = SILENT | {"log_parameter_max_length": "-1", "log_error_verbosity": "default"}
    assert list(states(judge(as_it_comes))) == [
        "database's log_parameter_max_length", "database's log_error_verbosity",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("log_parameter_max_length_on_error", "-1"),
        ("log_parameter_max_length", "1kB"),
        ("log_error_verbosity", "verbose"),
        ("log_statement", "mod"),
        ("log_statement", "all"),
        ("log_min_messages", "debug2"),
        ("debug_print_plan", "on"),
        ("auto_explain.log_min_duration", "250ms"),
        ("auto_explain.log_min_duration", "0"),
        ("pgaudit.log_parameter", "on"),
    ],
)
def test_each_way_to_log_values_is_to_be_mended(name, value):
    (finding,) = judge(SILENT | {name: value})
    assert (finding.state, finding.what) == ("fix", f"database's {name}")
    assert "set it to" in finding.words


def test_what_stops_the_start_is_to_be_mended_and_what_is_doubtful_only_told():
    good = {
        "DATABASE_URL": "postgresql://u:hunter2@localhost/d",
        "REDIS_URL": "redis://localhost",
        "SECRET_KEY": "doctor-secret-key-nobody-signs-with-it",
        "PRIVACY_KEY": "doctor-privacy-key-nobody-hashes-with-it",
        "PUBLIC_URL": "https://act.example",
        "MAIL_FROM": "a@b.example",
        "SENDGRID_API_KEY": "SG.x",
        "SENDGRID_WEBHOOK_PUBLIC_KEY": "aGVsbG8=",
    }
    assert states(check_settings(*examine_settings(good))) == {"settings": "ok", "TRUSTED_PROXIES": "warn"}
    bad = good | {"PRIVACY_KEY": good["SECRET_KEY"], "PUBLIC_URL": "http://act.example", "MAIL_FROM": ""}
    findings = list(check_settings(*examine_settings(bad)))
    assert [finding.state for finding in findings] == ["fix"] * 3
    assert not any("hunter2" in finding.words or good["SECRET_KEY"] in finding.words for finding in findings)


def test_a_brake_is_told_with_what_it_stops_and_why(engine, database_url):
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO outbox_switches (lane, organization_id, campaign_id, broadcast_id, reason, until) "
                "VALUES ('letters', 6, 77, 8, 'too many complaints', now() + interval '1 hour')"
            )
        )
    (brake,) = (finding for finding in check_database(database_url) if finding.what == "brakes")
    assert brake.state == "fix"
    for words in ("lane letters", "organization 6", "campaign 77", "broadcast 8", "too many complaints", "until 2"):
        assert words in brake.words


def test_mail_to_strangers_that_waits_is_told_with_how_to_go_on(engine, database_url):
    with engine.begin() as connection:
        row = "INSERT INTO stranger_levels (key, level, at, name, braked_at) VALUES ('k', 300, now(), 'union.example', now())"
        connection.execute(text(row))
    (told,) = (one for one in check_database(database_url) if one.what == "mail to strangers")
    assert told.state == "fix"
    assert "union.example" in told.words
    assert told.line == "campaign mails lift union.example"


def test_servers_that_are_away_are_told():
    assert states(check_database("postgresql://nobody@127.0.0.1:9/none")) == {"database": "fix"}
    assert states(check_queue("redis://127.0.0.1:9")) == {"queue": "fix"}


@pytest.fixture
def provider():
    """A mail provider that answers what the test wants."""

    class Handler(BaseHTTPRequestHandler):
        answer = (200, b'{"scopes": ["mail.send"]}')

        def do_GET(self):
            status, body = self.answer
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments):
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server, Handler
    server.shutdown()
    thread.join()
    server.server_close()


def settings_for(port):
    return read_settings(
        {
            "DATABASE_URL": "postgresql://x",
            "REDIS_URL": "redis://x",
            "SECRET_KEY": "s" * 40,
            "PRIVACY_KEY": "p" * 40,
            "PUBLIC_URL": "http://localhost",
            "MAIL_FROM": "a@b.example",
            "SENDGRID_API_KEY": "SG.x",
            "SENDGRID_BASE_URL": f"http://127.0.0.1:{port}",
            "SENDGRID_WEBHOOK_PUBLIC_KEY": "aGVsbG8=",
        }
    )


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((200, b'{"scopes": ["mail.send"]}'), "ok"),
        ((200, b'{"scopes": ["stats.read"]}'), "fix"),
        ((200, b"[]"), "fix"),
        ((200, b"<html>"), "fix"),
        ((401, b"{}"), "fix"),
        ((302, b""), "fix"),
    ],
)
def test_asks_the_provider_what_the_key_may(provider, answer, state):
    server, handler = provider
    handler.answer = answer
    assert check_mail_key(settings_for(server.server_port)).state == state


def test_a_provider_that_is_away_is_told():
    assert check_mail_key(settings_for(9)).state == "fix"


@pytest.mark.parametrize(
    ("stopped", "line"),
    [
        ({"lane": "receipts"}, "campaign resume --lane receipts"),
        ({}, "campaign resume --all"),
        ({"mailbox": "ceo@kroger.example"}, ""),
    ],
)
def test_a_brake_is_told_with_the_line_that_takes_it_off(engine, database_url, stopped, line):
    with engine.begin() as connection:
        values = {"lane": None, "mailbox": None, **stopped}
        connection.execute(
            text("INSERT INTO outbox_switches (lane, mailbox, reason, is_hold) VALUES (:lane, :mailbox, 'w', false)"),
            values,
        )
    (told,) = (one for one in check_database(database_url) if one.what == "brakes")
    assert (told.state, told.line) == ("fix", line)


def test_a_missing_setting_is_told_with_a_line_that_sets_it():
    settings, problems = examine_settings({"SECRET_KEY": "s" * 40})
    lines = {one.words: one.line for one in check_settings(settings, problems)}
    assert lines["MAIL_FROM is missing"].startswith("export MAIL_FROM='")
    assert all(line.startswith("export ") for words, line in lines.items() if words.endswith(" is missing")), lines
