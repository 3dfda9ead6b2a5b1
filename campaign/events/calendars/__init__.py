"""Events and one's own RSVP as calendars: which entries there are, their zones, and the file that holds them."""
