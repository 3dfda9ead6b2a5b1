"""Start processes that never outlive the one that started them.

Linux tells a child of its parent's death by a signal (`PR_SET_PDEATHSIG`). Two traps: setuid clears the setting, so it
is made after the change of user (`subprocess` runs `preexec_fn` after `user=`); and "parent" means the *thread* that
forked, so children are started from the main thread. macOS has no such thing: there the next start ends what was left.
"""

import ctypes
import os
import resource
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from campaign.embedded.accounts import Account

# Source: linux/prctl.h.
_PR_SET_PDEATHSIG = 1
# Linux writes no core of a process whose limit is 1, not even to a program that collects them, which a limit of 0 does
# not keep away. Source: core(5); fs/coredump.c, "RLIMIT_CORE is set to 1".
_CORE_LIMIT = 1
# What the operator has the dynamic loader put before everything (another malloc, a clock). Source: ld.so(8).
_PRELOAD = "LD_PRELOAD"
# Looked up before any fork: a child between fork and exec should do as little as possible.
_prctl: Callable[..., int] | None = getattr(ctypes.CDLL(None), "prctl", None)


def die_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask the kernel to send the calling process a signal when its parent thread dies. Does nothing on macOS."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def dump_no_core() -> None:
    """See that a crash of the calling process, or of what it starts, writes its memory nowhere: names are in it."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    limit = _CORE_LIMIT if most == resource.RLIM_INFINITY else min(_CORE_LIMIT, most)
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))


def _loader() -> dict[str, str]:
    """Return what every process of ours is to load first: a database of another clock would misjudge our leases."""
    return {_PRELOAD: os.environ[_PRELOAD]} if _PRELOAD in os.environ else {}


def spawn(
    command: Sequence[str],
    *,
    environ: Mapping[str, str],
    folder: Path,
    log: IO[bytes] | None = None,
    account: Account | None = None,
    death_signal: int = signal.SIGKILL,
    keep_open: Sequence[int] = (),
    stdin: int = subprocess.DEVNULL,
    keeps_output: bool = True,
    stdout: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, tied to the life of this process.

    Its own session keeps a terminal's Ctrl-C for the supervisor alone, which then stops everything in order.

    Args:
        command: Program and arguments.
        environ: The child's whole environment, but for what this one was told to preload.
        folder: Where it runs.
        log: Where it writes; None leaves the supervisor's own output.
        account: As whom it runs; None as ourselves.
        death_signal: What it gets when this process dies.
        keep_open: File descriptors it inherits (a lock it shall hold as long as it lives).
        stdin: What it reads from; `subprocess.PIPE` to write to it.
        keeps_output: Whether its standard output is written to `log` too, or only its standard error.
        stdout: Where its standard output goes instead; `subprocess.PIPE` to read it.
    """
    parent = os.getpid()

    def tie() -> None:
        dump_no_core()
        die_with_parent(death_signal)
        if os.getppid() != parent:  # died between fork and here: the signal would never come
            os._exit(1)

    return subprocess.Popen(
        command,
        env={**_loader(), **environ},
        cwd=folder,
        stdin=stdin,
        stdout=stdout or (log if keeps_output else subprocess.DEVNULL),
        stderr=log,
        start_new_session=True,
        pass_fds=keep_open,
        preexec_fn=tie,  # noqa: PLW1509 - started from the main thread, before other threads exist
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
