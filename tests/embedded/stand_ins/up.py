"""`campaign up` with stand-in programs: the supervisor is real, and so are its servers.

`SILENCE_SECONDS` in its environment: how long a program may stand still.
"""

import argparse
import os
import sys
from pathlib import Path

from campaign.embedded import pulses
from campaign.embedded.programs import Program, Programs
from campaign.embedded.supervisor import UpOptions, up

_HERE = Path(__file__).parent


def _stand_in(name: str, *arguments: object) -> tuple[str, ...]:
    return (sys.executable, "-S", str(_HERE / f"{name}.py"), *map(str, arguments))


class StandIns(Programs):
    """Programs that start in a moment and log when they end."""

    def __init__(self, data: Path) -> None:
        self._log = data / "ends.log"

    def mailbox_keys(self, data_dir):
        return _stand_in("keys", data_dir)

    def mailbox(self, data_dir, port, events_url):
        return Program("mailbox", _stand_in("web", "mailbox", "127.0.0.1", port, self._log), death_signal=15)

    def migrate(self):
        return _stand_in("once")

    def load_demo(self):
        return _stand_in("once")

    def owner_link(self):
        return _stand_in("link")

    def web(self, host, port, workers):
        return Program("web", _stand_in("web", "web", host, port, self._log), death_signal=15)

    def behind(self, queue_workers):
        return [
            Program("worker letters 1", _stand_in("steady", "worker", self._log)),
            Program("ticker", _stand_in("steady", "ticker", self._log)),
        ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    parser.add_argument("--demo", action="store_true")
    if "SILENCE_SECONDS" in os.environ:
        pulses.SILENCE_SECONDS, pulses.START_SECONDS = float(os.environ["SILENCE_SECONDS"]), 15.0
    options = parser.parse_args()
    asked = UpOptions(host=options.host, port=options.port, data=options.data, demo=options.demo, web_workers=1)
    sys.exit(up(asked, programs=StandIns(options.data)))
