"""How large a test is: small each time, as large as its promise on demand.

    CAMPAIGN_TEST_SCALE=full make race         everything at its full size
    CAMPAIGN_TEST_SCALE=5 make tests ARGS=…    five times as large, and never larger than full

What races and multiplies finds nearly all that it ever finds in its first moments; the rest is found by those who go
looking for it, not by everybody who changes a word.
"""

import os

VARIABLE = "CAMPAIGN_TEST_SCALE"


def sized(usual: int, *, full: int) -> int:
    """Return how many: `usual` where nobody asks for more.

    Raises:
        ValueError: the scale is neither a number nor `full`.
    """
    scale = os.environ.get(VARIABLE) or "1"
    return full if scale == "full" else max(1, min(full, round(usual * float(scale))))
