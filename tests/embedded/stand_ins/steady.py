"""Works until asked to stop, and notes its end."""

import signal
import sys
from pathlib import Path

from campaign.kernel import pulse

pulse.EVERY_SECONDS = 0.1
name, log = sys.argv[1], Path(sys.argv[2])
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
pulse.begin_pulse()
signal.sigwait([signal.SIGTERM])
with log.open("a") as out:
    out.write(f"{name}\n")
