"""Where the web processes of an installation add up their counters, so that `/metrics` tells one number.

Source: prometheus-client's multiprocess mode: a folder named by the environment before the library is loaded, empty at
each start.
"""

import shutil
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"


def folder_of(data_dir: Path) -> Path:
    """Return where the web processes of an installation keep their counters."""
    return data_dir / "run/counters"


def fresh_counters(data_dir: Path) -> dict[str, str]:
    """Empty the folder; return what the environment of the web processes needs."""
    folder = folder_of(data_dir)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return {VARIABLE: str(folder)}
