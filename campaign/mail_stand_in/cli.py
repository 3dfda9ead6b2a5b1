"""The stand-in's command line.

    python -m campaign.mail_stand_in --data DIR --init
    python -m campaign.mail_stand_in --data DIR --port 8025 --events-url http://127.0.0.1:8000/webhooks/sendgrid

Prints `listening URL` when it answers. SIGTERM and Ctrl-C finish what is under way and exit 0; what is wrong with the
arguments is one line and exit 2.
"""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from campaign.mail_stand_in.app import create_app
from campaign.mail_stand_in.inbox import Inbox
from campaign.mail_stand_in.journal import Journal, JournalTakenError
from campaign.mail_stand_in.keys import ensure_keys, mailbox_directory
from campaign.mail_stand_in.postman import AutoDelivery, NotLoopbackError, Postman, is_loopback
from campaign.mail_stand_in.server import Server

JOURNAL_NAME = "mail.jsonl"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the stand-in until it is told to stop, or make its keys; answers the exit code."""
    options = _parser().parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # told to stop while still loading: nothing is under way
    try:
        directory = mailbox_directory(options.data)
        if options.init:
            ensure_keys(directory)
            return 0
        return _run(options, directory)
    except (NotLoopbackError, JournalTakenError, OSError) as error:
        sys.stderr.write(f"mailbox: {error}\n")
        return 2


def _run(options: argparse.Namespace, directory: Path) -> int:
    if not is_loopback(options.host):
        raise NotLoopbackError(
            f"{options.host} is not an address of this machine alone; the inbox shows everybody's links"
        )
    key = ensure_keys(directory)
    with Journal(directory / JOURNAL_NAME) as journal:
        inbox = Inbox(journal)
        postman = Postman(inbox, key, options.events_url) if options.events_url else None
        delivery = AutoDelivery(inbox, postman) if postman and options.auto_deliver else None
        app = create_app(inbox, postman=postman, **({"accepted": delivery.add} if delivery else {}))
        server = Server(app, options.host, options.port)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: server.stop())
        if delivery:
            delivery.start()
        sys.stdout.write(f"listening {server.url}\n")
        sys.stdout.flush()
        server.serve()
        if delivery:
            delivery.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m campaign.mail_stand_in", description="A local stand-in for SendGrid."
    )
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the installation's data directory")
    parser.add_argument("--init", action="store_true", help="only make the keys that sign events")
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address to listen on")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--events-url", metavar="URL", help="where signed events go; must be on this machine")
    parser.add_argument("--auto-deliver", action="store_true", help="tell every message delivered by itself")
    return parser
