"""`campaign up` as an operator meets it: real servers, stand-in programs, deaths of every kind."""

import json
import os
import re
import signal
import socket
import stat
import urllib.request
from pathlib import Path

import psycopg
import redis

from campaign.embedded import ports
from campaign.embedded.identity import ProcessIdentity, start_mark, wait_gone
from campaign.embedded.installation import borrowed_services, running_installation

ROLES = {"postgres", "valkey", "limits", "mailbox", "web", "worker letters 1", "ticker"}
KEY = (Path(__file__).parent / "stand_ins/webhook-public-key.txt").read_text().strip()
# Supervisor tests that need no database name one that nobody asks.
ELSEWHERE = {"DATABASE_URL": "postgresql://127.0.0.1:1/none", "REDIS_URL": "redis://127.0.0.1:1/0"}
COMPLETE = {
    **ELSEWHERE,
    "SECRET_KEY": "secret-key-nobody-signs-with-it-0123456789",
    "PRIVACY_KEY": "privacy-key-nobody-hashes-with-it-0123456789",
    "PUBLIC_URL": "https://campaign.example",
    "MAIL_FROM": "Campaign <campaign@campaign.example>",
    "SENDGRID_API_KEY": "SG.key",
    "SENDGRID_WEBHOOK_PUBLIC_KEY": KEY,
}


def get(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())


def test_serves_drains_in_order_and_finds_everything_again(up, folder: Path) -> None:
    first = up("--demo")
    url = first.ready()
    assert set(first.full_roster()) == ROLES
    live = running_installation(first.data)
    assert live is not None
    with psycopg.connect(live.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS id")
    running = first.roster()
    assert first.told("organize") == "http://localhost/organize/link/x"

    code, said = first.stop()

    assert code == 0, said
    assert [line.split()[0] for line in first.out] == ["mailbox", "ready", "organize"]
    assert said.splitlines() == [
        "Setting up. The first start takes less than a minute.",
        "Email stays on this machine: read it in the mailbox.",
        "Ctrl-C stops it; nothing is lost.",
        "That link lets you in as an organizer: once, in the next 24 hours.",
    ]
    ends = (first.data / "ends.log").read_text().split()
    assert ends[0] == "web"
    assert set(ends[1:3]) == {"worker", "ticker"}
    assert ends[3] == "mailbox"
    assert not any(process.is_running() for process in running.values())
    assert running_installation(first.data) is None

    second = up("--demo")
    assert second.ready() == url
    assert second.told("organize"), "each start has one of its own"
    again = running_installation(second.data)
    assert again is not None
    assert again.environ == live.environ
    with psycopg.connect(again.database_url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    assert second.stop(signal.SIGINT)[0] == 0


def test_killed_with_9_everything_dies_and_the_next_start_is_well(up) -> None:
    first = up("--demo")
    url = first.ready()
    running = first.full_roster()
    web_worker = ProcessIdentity(int(get(url)), start_mark(int(get(url))))

    first.process.kill()
    first.process.communicate()

    assert all(wait_gone(process, 10) for process in [*running.values(), web_worker])
    second = up("--demo")
    assert second.ready() == url
    assert second.stop()[0] == 0


def test_starts_again_whatever_is_killed(up, until) -> None:
    installation = up("--demo")
    url = installation.ready()
    before = installation.full_roster()
    web_worker = int(get(url))

    for process in before.values():
        process.signal(signal.SIGKILL)

    def all_replaced() -> bool:
        now = installation.roster()
        return set(now) == ROLES and not set(now.values()) & set(before.values())

    until(all_replaced)
    live = running_installation(installation.data)
    assert live is not None
    until(lambda: _is_serving(live.database_url))
    until(lambda: _pings(live.redis_url))
    until(lambda: _answers_from_another(url, web_worker))
    assert not start_mark(web_worker), "the killed web server's worker went on serving"
    assert installation.stop()[0] == 0


def test_what_stands_still_is_ended_and_begun_again_and_its_neighbours_are_left_alone(up, until) -> None:
    one = up("--demo", environ={**ELSEWHERE, "SILENCE_SECONDS": "2"})
    url = one.ready()
    before = one.full_roster()
    web_worker = int(get(url))

    before["ticker"].signal(signal.SIGSTOP)
    os.kill(web_worker, signal.SIGSTOP)

    # It may have stood still before its first beat.
    until(lambda: one.roster().get("ticker", before["ticker"]) != before["ticker"], 30)
    until(lambda: not start_mark(web_worker))
    assert {role: process for role, process in one.roster().items() if role != "ticker"} == {
        role: process for role, process in before.items() if role != "ticker"
    }
    code, said = one.stop()
    assert code == 0, said
    assert f"ticker stopped responding (pid {before['ticker'].pid}) and was killed" in said
    assert f"web stopped responding (pid {web_worker}) and was killed" in said


def _is_serving(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def _pings(url: str) -> bool:
    try:
        return bool(redis.from_url(url).ping())
    except redis.ConnectionError:
        return False


def _answers_from_another(url: str, pid: int) -> bool:
    try:
        return int(get(url)) != pid
    except OSError:
        return False


def test_a_collector_of_logs_gets_entries_and_scripts_their_lines(up) -> None:
    one = up("--demo", environ={**ELSEWHERE, "LOG_FORMAT": "json"})
    one.told("organize")
    code, said = one.stop()
    assert code == 0, said
    assert [line.split()[0] for line in one.out] == ["mailbox", "ready", "organize"]
    assert {json.loads(line)["logger"] for line in said.splitlines()} == {"campaign.up"}


def test_refuses_a_second_supervisor_with_one_line(up) -> None:
    first = up("--demo", environ=ELSEWHERE)
    first.ready()
    code, said = up("--demo", environ=ELSEWHERE).finish()
    assert code == 1
    assert re.fullmatch(r"campaign up: another installation runs on .*data \(campaign up, pid \d+\).*\n", said)
    assert first.stop()[0] == 0


def test_lists_all_that_is_missing_at_once(up) -> None:
    code, said = up(environ=ELSEWHERE).finish()
    assert code == 2
    for name in (
        "SECRET_KEY",
        "PRIVACY_KEY",
        "PUBLIC_URL",
        "MAIL_FROM",
        "SENDGRID_API_KEY",
        "SENDGRID_WEBHOOK_PUBLIC_KEY",
    ):
        assert f"- {name}" in said


def test_without_demo_makes_nothing_up_and_insists_on_its_port(up, folder: Path) -> None:
    port = ports.next_free(ports.first_choice(folder))
    with socket.create_server(("127.0.0.1", port)):
        code, said = up("--port", str(port), environ=COMPLETE).finish()
        assert code == 1
        assert f"port {port} on 127.0.0.1 is taken" in said
    installation = up("--port", str(port), environ=COMPLETE)
    assert installation.ready() == f"http://localhost:{port}"
    assert not list((folder / "data/secrets").iterdir())
    assert "mailbox" not in installation.full_roster()
    assert installation.stop()[0] == 0


def test_demo_moves_to_the_next_free_port_and_remembers_it(up, folder: Path) -> None:
    wanted = ports.first_choice(folder)
    for data in (folder / "data", folder / "other"):
        data.mkdir()
        (data / "web.port").write_text(f"{wanted}")
        (data / "mailbox.port").write_text(f"{wanted + 100}")
    first, second = up("--demo", environ=ELSEWHERE), up("--demo", data=folder / "other", environ=ELSEWHERE)
    urls = first.ready(), second.ready()
    assert urls[0] != urls[1]
    assert first.out[0] != second.out[0]
    assert first.stop()[0] == second.stop()[0] == 0
    assert up("--demo", data=folder / "other", environ=ELSEWHERE).ready() == urls[1]


def test_demo_stays_on_loopback(up) -> None:
    code, said = up("--demo", "--host", "0.0.0.0", environ=ELSEWHERE).finish()
    assert code == 1
    assert "loopback" in said


def test_demo_keeps_its_secrets_private(up, folder: Path) -> None:
    installation = up("--demo", environ=ELSEWHERE)
    installation.ready()
    files = [*(folder / "data/secrets").iterdir(), folder / "data/demo.json", folder / "data/run/installation.json"]
    assert len(files) == 5
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert installation.stop()[0] == 0


def test_a_stop_during_the_start_ends_in_order(up, until) -> None:
    installation = up("--demo")
    until(lambda: "postgres" in installation.roster())
    running = installation.roster()
    code, said = installation.stop()
    assert code == 0, said
    assert not any(process.is_running() for process in running.values())


def test_a_command_borrows_servers_or_joins_those_that_run(up, folder: Path) -> None:
    data = folder / "data"
    with borrowed_services(data, {"SECRET_KEY": "mine"}, may_make=True) as alone:
        assert alone.environ["SECRET_KEY"] == "mine"
        assert _is_serving(alone.database_url)
        assert _pings(alone.redis_url)
    assert not _is_serving(alone.database_url)
    installation = up("--demo")
    installation.ready()
    with borrowed_services(data, {}) as joined:
        assert joined.environ["SECRET_KEY"]
        assert joined.database_url == alone.database_url
    assert _is_serving(joined.database_url)
    assert installation.stop()[0] == 0
    with borrowed_services(data, {}) as later:
        assert later.environ["SECRET_KEY"] == joined.environ["SECRET_KEY"]


def test_given_urls_win_and_nothing_starts(folder: Path) -> None:
    with borrowed_services(folder / "never-made", {**ELSEWHERE}) as given:
        assert given.database_url == ELSEWHERE["DATABASE_URL"]
    assert not (folder / "never-made").exists()
