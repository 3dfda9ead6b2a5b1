"""The routes of "Stay connected", each with its guard; and what is its own of the promises that every kind makes."""

from campaign.kernel.access import Access

DOORS = {
    ("/stay-connected", "GET"): Access.PUBLIC,
    ("/stay-connected", "POST"): Access.PUBLIC,
}

PAGE = "/stay-connected?organization=ciw"
"""Where its form is; no campaign's page has it."""

ASKS = ("email",)
"""Of the shared fields, those that its form asks; the tick of its consent has a name of its own."""
