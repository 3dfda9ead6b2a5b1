"""The one condition that several statements share: which switches apply to a message."""

MATCHES = """
    (s.until IS NULL OR s.until > now())
    AND (s.lane IS NULL OR s.lane = m.lane)
    AND (s.campaign_id IS NULL OR s.campaign_id = m.campaign_id)
    AND (s.company_id IS NULL OR s.company_id = m.company_id)
    AND (s.mailbox IS NULL OR s.mailbox = m.mailbox)
"""
"""`s` is a switch, `m` a message or a stream of them."""

MATCHES_HOLD = f"s.is_hold AND {MATCHES}"
