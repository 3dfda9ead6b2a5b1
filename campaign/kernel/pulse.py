"""A process's sign of life: its pid, every few seconds, into a pipe that whoever started it reads.

What stands still (stopped by a signal, stuck in the system, in a call that never lets go of the interpreter) gives
none, and is ended by who started it (`campaign.embedded.pulses`). A process that waits for a database or a provider is
alive, however long it waits: what it knows of letters that went out must not be lost.

Where nobody listens, nothing is written.
"""

import os
import struct
import threading

DESCRIPTOR_VARIABLE = "CAMPAIGN_PULSE"
"""The environment variable that names the pipe: a file descriptor that never blocks."""

BEAT = struct.Struct("=i")
"""One sign of life: a pid. Shorter than PIPE_BUF, so that those of several processes never mix (pipe(7))."""

EVERY_SECONDS = 5.0


def begin_pulse() -> None:
    """Give signs of life from now until this process ends. What it forks gives its own.

    Side effects: starts a daemon thread, if somebody listens.
    """
    descriptor = os.environ.get(DESCRIPTOR_VARIABLE)
    if descriptor:
        threading.Thread(target=_beat, args=(int(descriptor),), name="pulse", daemon=True).start()


def _beat(descriptor: int) -> None:
    pause = threading.Event()
    while True:
        try:
            os.write(descriptor, BEAT.pack(os.getpid()))
        except BlockingIOError:
            pass  # who listens is late: enough of ours is there to be read
        except OSError:
            return  # nobody listens any more
        pause.wait(EVERY_SECONDS)
