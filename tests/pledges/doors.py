"""The routes of the pledge, each with its guard."""

from campaign.kernel.access import Access

DOORS = {
    ("/campaigns/<slug>/pledge", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>/pledge", "POST"): Access.PUBLIC,
}
