"""A worker of the lane named on the command line, with one made-up topic; started as a process by tests.

Housekeeping's has two periodic jobs: one appends a mail, the other hangs in the database (not with `CALM` set) for as
long as somebody holds `HUNG`, an advisory lock.
"""

import os
import sys

from sqlalchemy import text

from campaign.delivery.topics import Content, Mail, MailTopic
from campaign.kernel.periodic import PeriodicJob
from campaign.kernel.settings import read_settings
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.worker import run_worker

HUNG = 7_201
CONTENT = Content("A <a@example.org>", "Confirm", "Hello")


def compose(_session, messages):
    return [Mail(f"p{message.id}@example.org", CONTENT) for message in messages]


def mail(session):
    append(session, [NewMessage("critical", "t.t", campaign_id=1)])
    return 0


def hang(session):
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": HUNG})
    return 0


JOBS = (PeriodicJob("a.mail", 3600, mail), PeriodicJob("b.hang", 3600, hang))

if __name__ == "__main__":
    lane = sys.argv[1]
    jobs = JOBS[:1] if "CALM" in os.environ else JOBS
    raise SystemExit(run_worker(read_settings(os.environ), lane, [MailTopic("t.t", lane, compose)], jobs))
