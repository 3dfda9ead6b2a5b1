"""How an action ends, and what each ending leaves of it; what it does to each column is said there (`models`).

    settled     confirmed or put aside: nobody need be written to about it any more (high safety: no address left)
    merged      its words went to another action of the same signer, which counts
    withdrawn   its supporter took it back, and still sees it on their own page
    discarded   an operator's, or nobody looked at it for 30 days
    untied      of high safety, after any of these: its times become their day
    over        of an event that is over: what was written for those who prepared it goes

What nobody confirmed, or somebody refused, has no ending of these, nor has what its supporter erased: the row is
deleted.
"""

from campaign.kernel.personal import ended_by
from campaign.kernel.scattered import SCATTERED_PUBLIC_ID, to_the_day

SETTLED = "settled"
MERGED = "merged"
WITHDRAWN = "withdrawn"
DISCARDED = "discarded"
UNTIED = "untied"
OVER = "over"

ENDINGS = ended_by(MERGED, WITHDRAWN, DISCARDED, partly=(SETTLED, UNTIED, OVER))

ITS_DAY = to_the_day("{column}")
"""All who came that day have it in common (`campaign.kernel.scattered`)."""

ANOTHER_PUBLIC_ID = f"""CASE WHEN {{row}}.person_id IS NULL AND {{row}}.state <> 'merged' THEN {{column}}
    ELSE {SCATTERED_PUBLIC_ID} END"""
"""Its old links lead nowhere; but the one link to a high-safety action goes on showing that it is empty."""
