"""What was answered 202 is still there: after kill -9, after half a line, after a full disk."""

import http.client
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from campaign.mail_stand_in.journal import Journal, JournalTakenError
from tests.mail_stand_in.bodies import HEADERS, body, personalization


def test_kill_9_loses_nothing_that_was_answered(run):
    running = run("--port", "0")
    answered = []
    enough = threading.Event()

    def send_until_it_dies(worker):
        connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
        try:
            for number in range(100_000):
                address = f"w{worker}n{number}@example.org"
                call = body(personalizations=[personalization(address)])
                connection.request("POST", "/v3/mail/send", json.dumps(call), HEADERS)
                response = connection.getresponse()
                response.read()
                assert response.status == 202
                answered.append(address)
                if len(answered) > 300:
                    enough.set()
        except (OSError, http.client.HTTPException):
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        workers = [pool.submit(send_until_it_dies, worker) for worker in range(4)]
        assert enough.wait(20)
        running.process.kill()
        for worker in workers:
            worker.result(timeout=10)

    again = run("--port", "0")
    connection = http.client.HTTPConnection("127.0.0.1", again.port, timeout=10)
    for address in answered:
        connection.request("GET", f"/messages.json?to={address}")
        assert len(json.load(connection.getresponse())["messages"]) == 1, address
    connection.close()


def test_half_a_line_is_cut_off_and_the_next_record_is_whole(tmp_path):
    path = tmp_path / "mail.jsonl"
    with Journal(path) as journal:
        journal.append({"n": 1})
    with path.open("ab") as file:
        file.write(b'{"n": 2, "body": "torn')
    with Journal(path) as journal:
        journal.append({"n": 3})
        assert [record["n"] for record in journal.records()] == [1, 3]


def test_line_breaks_in_mail_stay_inside_their_record(tmp_path):
    with Journal(tmp_path / "mail.jsonl") as journal:
        journal.append({"text": "a\nb\u2028c\x00"})
        assert list(journal.records()) == [{"text": "a\nb\u2028c\x00"}]


def test_a_failed_write_is_told_to_its_writer_and_leaves_no_trace(tmp_path, monkeypatch):
    with Journal(tmp_path / "mail.jsonl") as journal:
        journal.append({"n": 1})
        real_write = os.write

        def half_then_full(fd, data):
            monkeypatch.setattr(os, "write", full)
            return real_write(fd, data[:3])

        def full(fd, data):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "write", half_then_full)
        with pytest.raises(OSError, match="No space"):
            journal.append({"n": 2})
        monkeypatch.setattr(os, "write", real_write)
        journal.append({"n": 3})
        assert [record["n"] for record in journal.records()] == [1, 3]


def test_writers_that_come_together_are_all_kept(tmp_path):
    with Journal(tmp_path / "mail.jsonl") as journal, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: journal.append({"n": n}), range(400)))
        assert sorted(record["n"] for record in journal.records()) == list(range(400))


def test_two_processes_cannot_hold_one_mailbox(tmp_path):
    with Journal(tmp_path / "mail.jsonl"), pytest.raises(JournalTakenError):
        Journal(tmp_path / "mail.jsonl")
