"""A worker of the lane named on the command line, with one made-up topic; started as a process by tests."""

import os
import sys

from campaign.delivery.topics import Content, Mail, MailTopic
from campaign.kernel.settings import read_settings
from campaign.worker import run_worker

CONTENT = Content("A <a@example.org>", "Confirm", "Hello")


def compose(_session, messages):
    return [Mail(f"p{message.id}@example.org", CONTENT) for message in messages]


if __name__ == "__main__":
    lane = sys.argv[1]
    raise SystemExit(run_worker(read_settings(os.environ), lane, [MailTopic("t.t", lane, compose)]))
