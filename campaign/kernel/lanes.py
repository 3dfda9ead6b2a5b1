"""The lanes of the outbox, named here and nowhere else: each is a queue and has workers of its own.

Lanes wait for each other in nothing: each has its own workers, its own circuit to the provider and its own brakes.

- `critical`: somebody waits for it: confirmations, links, offers, what an event's guests must know in time.
- `receipts`: what follows from what somebody did, and nobody waits for.
- `letters`: to executives; one call each, at the pace of their mailboxes.
- `bulk`: the same to many at once, by an organization's own decision.
- `housekeeping`: work that is no mail, and the periodic jobs.
"""

from typing import Literal, get_args

LaneName = Literal["critical", "receipts", "letters", "bulk", "housekeeping"]

LANES: tuple[LaneName, ...] = get_args(LaneName)
