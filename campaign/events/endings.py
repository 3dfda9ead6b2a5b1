"""By what an RSVP ends, and what marshals said of it: the names that its columns and questions declare (ADR 0033)."""

GIVEN_BACK = "given_back"
"""It was withdrawn, erased, discarded, or its signer made another."""

OVER = "over"
OVER_LATELY = "over_lately"
"""With the event: 14 days, and two days, after it (`events.purging`)."""
