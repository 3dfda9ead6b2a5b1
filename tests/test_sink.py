"""The chaos sink does to each mail what its ledger says, and nothing else."""

import http.client
import json
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.mail_stand_in.bodies import HEADERS, body, personalization
from tests.sink import Sink

ROOT = Path(__file__).resolve().parents[1]


def post(sink, number, *, timeout=10):
    """Send one mail on a connection of its own; answers the status, or `lost`."""
    connection = http.client.HTTPConnection(urlsplit(sink.url).netloc, timeout=timeout)
    call = body(personalizations=[personalization(f"p{number}@example.org", custom_args={"mail": str(number)})])
    try:
        connection.request("POST", "/v3/mail/send", json.dumps(call), HEADERS)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return "lost"
    finally:
        connection.close()


def get(sink, path):
    connection = http.client.HTTPConnection(urlsplit(sink.url).netloc, timeout=10)
    try:
        connection.request("GET", path, headers=HEADERS)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_ledger_agrees_with_what_the_client_saw():
    rates = {"lost_reply": 0.1, "dropped": 0.1, "answered_5xx": 0.1, "answered_429": 0.1}
    with Sink(seed=3, rates=rates) as sink, ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(lambda number: post(sink, number), range(300)))
        status, report = get(sink, "/__report")
    by_number = {str(number): outcome for number, outcome in enumerate(seen)}
    assert set(sink.ids("answered_5xx", "mail")) == {n for n, outcome in by_number.items() if outcome == 500}
    assert set(sink.ids("answered_429", "mail")) == {n for n, outcome in by_number.items() if outcome == 429}
    lost = set(sink.ids("lost_reply", "mail")) | set(sink.ids("dropped", "mail"))
    assert lost == {n for n, outcome in by_number.items() if outcome == "lost"}
    accepted = {n for n, outcome in by_number.items() if outcome == 202}
    assert set(sink.ids("accepted", "mail")) == accepted | set(sink.ids("lost_reply", "mail"))
    assert all(sink.counts()[kind] > 5 for kind in rates)
    assert sink.repeated("mail") == {}
    assert (status, report["counts"]) == (200, sink.counts())
    assert report["mails"]["dropped"][0]["custom_args"]["mail"] in lost


def test_same_seed_same_faults():
    def faults(seed):
        sink = Sink(seed=seed, rates={"dropped": 0.3, "slow": 0.2})
        return [sink.draw() for _ in range(50)]

    assert faults(1) == faults(1) != faults(2)


def test_counts_what_was_accepted_twice():
    with Sink() as sink:
        for number in (1, 2, 1):
            assert post(sink, number) == 202
    assert sink.repeated("mail") == {"1": 2}


def test_slow_answers_come_late_and_impatient_clients_are_noted():
    with Sink(rates={"slow": 1.0}, slow_seconds=0.3) as sink:
        began = time.monotonic()
        assert post(sink, 1) == 202
        assert time.monotonic() - began >= 0.3
        assert post(sink, 2, timeout=0.1) == "lost"
        deadline = time.monotonic() + 5
        while not sink.hits("hung_up") and time.monotonic() < deadline:
            time.sleep(0.01)
    assert sink.ids("hung_up", "mail") == ["2"]
    assert sink.ids("accepted", "mail") == ["1", "2"]


def test_429_says_when_to_come_back():
    with Sink(rates={"answered_429": 1.0}, retry_after_seconds=7) as sink:
        connection = http.client.HTTPConnection(urlsplit(sink.url).netloc, timeout=10)
        connection.request("POST", "/v3/mail/send", json.dumps(body()), HEADERS)
        response = connection.getresponse()
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
        connection.close()


def test_email_logs_find_what_was_accepted_unless_switched_off():
    query = "/v3/messages?query=" + quote("unique_args['mail']=\"5\"")
    with Sink(rates={"lost_reply": 1.0}) as sink:
        assert post(sink, 5) == "lost"
        status, found = get(sink, query)
        assert (status, [message["to_email"] for message in found["messages"]]) == (200, ["p5@example.org"])
        sink.email_logs = False
        assert get(sink, query)[0] == 403


def test_refuses_what_sendgrid_would():
    with Sink() as sink:
        connection = http.client.HTTPConnection(urlsplit(sink.url).netloc, timeout=10)
        connection.request("POST", "/v3/mail/send", json.dumps(body(subject="")), HEADERS)
        assert connection.getresponse().status == 400
        connection.close()
        sink.refuse_with = 401
        assert post(sink, 1) == 401
    assert [problem.field for problem in sink.refused] == ["subject"]
    assert sink.counts()["accepted"] == 0


def test_refuses_rates_it_does_not_know():
    with pytest.raises(ValueError, match="shares of"):
        Sink(rates={"dropt": 0.1})
    with pytest.raises(ValueError, match="shares of"):
        Sink(rates={"dropped": 0.6, "slow": 0.6})


def test_runs_as_a_process_and_reports_at_its_end():
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.sink", "--fast"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        url = process.stdout.readline().removeprefix("listening ").strip()
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        for _ in range(3):
            connection.request("POST", "/v3/mail/send", json.dumps(body()), HEADERS)
            response = connection.getresponse()
            response.read()
            assert response.status == 202
            assert response.headers["X-Message-Id"]
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert json.loads(process.stdout.read())["accepted"] == 3
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
