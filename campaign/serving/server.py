"""Runs the web server: `python -m campaign.serving.server --host … --port … --workers … [APP]`.

What is set here, and why. A killed worker would take the whole server down without respawning, and one that hangs in
its drain would never end without a kill timeout. Connections, not requests, are counted: there may be far more of them
than threads, since neither an idle one nor one that still sends takes a thread. A head must be there within ten
seconds, and an idle connection ends after as many; it may take a sixth of what granian would allow: ours are a few
kilobytes.

granian allows its RSGI interface one thread, for its callers use an event loop; ours use none (`door`), so the worker
is made here, as granian makes that of its WSGI interface. What of granian this rests on: `Server.serve(spawn_target)`,
`WorkerProcess.wrap_target`, `RSGIWorker`, `CallbackScheduler`. `tests/serving` runs the real thing.

Source: granian 2.8, `server/mp.py`, `_futures.py`, `granian --help`.
"""

import argparse
import resource
import threading
from typing import Any

from granian import _granian, _signals
from granian.constants import HTTPModes, Interfaces, Loops, RuntimeModes
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.common import WORKERS_METHODS
from granian.server.mp import MPServer, WorkerProcess

from campaign.folders import WSGI
from campaign.kernel.pulse import begin_pulse
from campaign.serving.door import Door, Loop
from campaign.serving.environ import base_environ

THREADS = 16
CONNECTIONS = 4096
"""Most at once in one worker; the next wait to be accepted."""

HEAD_SECONDS = 10
DRAIN_SECONDS = 15

_MAX_HEAD_BYTES = 65_536
_BACKLOG = 2048
_FILES_BESIDE = 512
"""Files a worker has open beside its visitors' connections: pools, logs, modules."""

# granian's stubs are behind its code.
_CallbackScheduler: Any = _granian.CallbackScheduler
_RSGIWorker: Any = _granian.RSGIWorker
_set_sync_signals: Any = _signals.set_sync_signals


def main() -> int:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m campaign.serving.server", description="Serve the pages.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("app", nargs="?", default=WSGI, help="module:application")
    options = parser.parse_args()
    server = MPServer(
        options.app,
        address=options.host,
        port=options.port,
        interface=Interfaces.RSGI,
        loop=Loops.asyncio,
        http=HTTPModes.http1,
        websockets=False,
        workers=options.workers,
        runtime_mode=RuntimeModes.st,
        backlog=_BACKLOG,
        backpressure=_connections(),
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=_MAX_HEAD_BYTES),
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=DRAIN_SECONDS,
    )
    begin_pulse()
    server.serve(_spawn)
    return 0


def _connections() -> int:
    """Have the system allow as many files as that takes; return how many connections it does allow."""
    wanted = CONNECTIONS + _FILES_BESIDE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    allowed = wanted if hard == unlimited else min(wanted, hard)
    if soft not in (unlimited, allowed) and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        soft = allowed
    files = wanted if soft == unlimited else min(wanted, soft)
    return max(_FILES_BESIDE // 4, files - _FILES_BESIDE)


@WorkerProcess.wrap_target  # type: ignore[untyped-decorator]
def _spawn(  # noqa: PLR0917 - as granian calls it, in each worker process
    worker_id: int,
    app: Any,  # noqa: ANN401 - granian publishes no types for these
    sock: Any,  # noqa: ANN401
    ipc: Any,  # noqa: ANN401
    _loop: Any,  # noqa: ANN401
    runtime_mode: RuntimeModes,
    runtime_threads: int,
    runtime_blocking_threads: int,
    _blocking_threads: int,
    idle_timeout: int,
    *rest: Any,  # noqa: ANN401
) -> None:
    backpressure, _task_impl, http_mode, http1, http2, websockets, static, _log, ssl, _scope, metrics = rest
    begin_pulse()
    stop, stopped = _set_sync_signals(), threading.Event()
    stop.add_cb(stopped.set)
    worker = _RSGIWorker(
        worker_id, sock, ipc, runtime_threads, runtime_blocking_threads, THREADS, idle_timeout, backpressure,
        http_mode, http1, http2, websockets, static, *ssl, metrics,
    )  # fmt: skip
    serve = getattr(worker, WORKERS_METHODS[runtime_mode][(sock[0] or sock[1]).is_uds()])
    loop = Loop()
    door = Door(app, base_environ())
    scheduler = _CallbackScheduler(loop, door.enter, None, _nothing, _nothing)
    scheduler._schedule_fn = door.enter  # noqa: SLF001 - what granian calls; the rest is for coroutines
    serve(scheduler, loop, stop)
    stopped.wait()


def _nothing(*_values: object) -> None:
    """Enter or leave no task."""


if __name__ == "__main__":
    raise SystemExit(main())
