"""The routes of the letter, each with its guard."""

from campaign.kernel.access import Access

DOORS = {
    ("/campaigns/<slug>/letter", "GET"): Access.PUBLIC,
    ("/campaigns/<slug>/letter", "POST"): Access.PUBLIC,
}
# Whom to write to, which says nothing about who signs: all are ticked, and one may untick any.
TICKED = ("executives",)
