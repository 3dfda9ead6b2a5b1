"""What an installation tells its operator: where it is, for people and scripts; what goes wrong, as logs are written.

Standard output has the lines `mailbox URL`, `ready URL` and, under `--demo`, `organize URL` alone, which scripts read.
Standard error has lines for people, or entries where `LOG_FORMAT` is `json`.
"""

import logging
import sys
from collections.abc import Mapping

from campaign.embedded.addresses import Addresses
from campaign.kernel import log

_log = logging.getLogger("campaign.up")


def begin_telling(environ: Mapping[str, str]) -> None:
    """Tell what is told from now on as `LOG_FORMAT` has it.

    Side effects: the process's logging is set up; as text its lines are words alone, without time and level.
    """
    if environ.get("LOG_FORMAT") == "json":
        log.configure("json")
    else:
        _log.handlers = [logging.StreamHandler(sys.stderr)]
        _log.propagate = False
        _log.setLevel(logging.INFO)


def tell_first_start() -> None:
    """Say why nothing answers yet."""
    _log.info("Setting up. The first start takes less than a minute.")


def tell_addresses(addresses: Addresses) -> None:
    """Say where everything is, now that it answers, and how to stop it."""
    has_mailbox = addresses.mailbox_port is not None
    lines = [f"mailbox {addresses.mailbox_url}"] if has_mailbox else []
    print(*lines, f"ready {addresses.url}", sep="\n", flush=True)  # noqa: T201 - read by scripts
    if has_mailbox:
        _log.info("Email stays on this machine: read it in the mailbox.")
    _log.info("Ctrl-C stops it; nothing is lost.")


def tell_owner_link(link: str) -> None:
    """Say where the demonstration's owner comes in: nowhere else, for whoever has it is let in."""
    print(f"organize {link}", flush=True)  # noqa: T201 - read by scripts
    _log.info("That link lets you in as an organizer: once, in the next 24 hours.")


def say(line: str) -> None:
    """Tell what a person should know."""
    _log.warning(line)
