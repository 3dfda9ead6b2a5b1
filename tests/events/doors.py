"""The routes of RSVPs, each with its guard."""

from campaign.kernel.access import Access

DOORS = {
    ("/events/<slug>/card/<digest>-<language>.png", "GET"): Access.PUBLIC,
    ("/events/<slug>/rsvp", "GET"): Access.PUBLIC,
    ("/events/<slug>/rsvp", "POST"): Access.PUBLIC,
    ("/marshal/<token>", "GET"): Access.TOKEN,
    ("/marshal/<token>", "POST"): Access.TOKEN,
    ("/marshal/<token>.json", "GET"): Access.TOKEN,
    ("/marshal/<token>.json", "POST"): Access.TOKEN,
    ("/marshal/here", "GET"): Access.PUBLIC,
    ("/marshal/worker.js", "GET"): Access.PUBLIC,
    ("/rsvp/<token>", "GET"): Access.TOKEN,
    ("/rsvp/<token>", "POST"): Access.TOKEN,
    ("/rsvp/<token>.ics", "GET"): Access.TOKEN,
    ("/events", "GET"): Access.PUBLIC,
    ("/events.ics", "GET"): Access.PUBLIC,
    ("/events/<slug>", "GET"): Access.PUBLIC,
    ("/events/<slug>.ics", "GET"): Access.PUBLIC,
}
