"""Counters of the web processes. With PROMETHEUS_MULTIPROC_DIR set, all processes of an installation add up."""

from prometheus_client import Counter

RESPONSES = Counter("campaign_responses", "Responses by status class", ["status"])
LIMITED = Counter("campaign_limited", "Posts that met a limit")
LIMITS_FAILED_OPEN = Counter(
    "campaign_limits_failed_open",
    "Posts that a process counted by itself because the Valkey of the limits was away: alarm when it grows",
)
POSTS_WEIGHED = Counter("campaign_posts_weighed", "Posts whose address was compared with the last hundred's")
POSTS_FROM_ONE_ADDRESS = Counter(
    "campaign_posts_from_one_address",
    "Posts of an address that nearly all of the last hundred had: where most of those weighed are, no proxy is trusted",
)
OVERLOADED = Counter("campaign_overloaded", "Posts answered with 503 because too much came at once")
NUDGES_FAILED = Counter("campaign_nudges_failed", "Nudges that did not reach Valkey; the ticker finds the rows")
