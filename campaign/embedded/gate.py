"""Load a command's modules while its database is still starting, and run it when told.

    python -m campaign.embedded.gate campaign.cli:main campaign.tables,campaign.migrating migrate
    python -m campaign.embedded.gate campaign.serving.server:main campaign.app --host … --port … wsgi:app

Half of a short command's time is importing. The supervisor starts such commands first and opens the gate by writing
what the environment lacks (JSON) to their standard input. A closed one means that nobody will call: then they end.
"""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module

from campaign.embedded.children import die_with_parent


def main(arguments: Sequence[str]) -> int:
    """Load, wait, run. Returns the command's exit code.

    Args:
        arguments: The command's function, the modules to load before, the command's own arguments.
    """
    # What the command forks dies with it: a killed web server's workers would go on answering.
    os.register_at_fork(after_in_child=die_with_parent)
    function, modules, *rest = arguments
    module, _, name = function.partition(":")
    for one in (module, *modules.split(",")):
        with suppress(ImportError):  # the command itself will say so, in its own words
            import_module(one)
    opened = sys.stdin.buffer.read()
    if not opened:
        return 1
    os.environ.update(json.loads(opened))
    sys.argv = ["campaign", *rest]
    return int(getattr(import_module(module), name)() or 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
