"""Visitors who come to the demonstration's events by the door, and what they have then."""

MARCH, DAY_OF_ACTION, RALLY = "build-a-new-world", "hannaford-day-of-action", "twin-cities-rally"
CLAIMS = """
SELECT l.position, c.resource, c.amount, c.state FROM rsvp_claims c JOIN event_legs l ON l.id = c.leg_id
JOIN actions a ON a.id = c.action_id WHERE a.state <> 'merged' ORDER BY l.position, c.id
"""


def post(visitor, slug=MARCH, **values):
    return visitor._post(f"/events/{slug}/rsvp", values, None)


def legs_of(visitor, slug=MARCH):
    statement = """
        SELECT l.public_id FROM event_legs l JOIN events e ON e.id = l.event_id WHERE e.slug = :slug ORDER BY l.position
    """
    return [str(row.public_id) for row in visitor.all(statement, slug=slug)]


def claims(visitor):
    return [tuple(row) for row in visitor.all(CLAIMS)]


def places(visitor):
    return {position: (amount, state) for position, resource, amount, state in claims(visitor) if resource == "place"}


def come(visitor, slug=MARCH, **values):
    """RSVP, confirm and read the receipt; returns the answer to the press."""
    assert post(visitor, slug, **values).status_code == 303
    answer = visitor.confirm(visitor.last_link("confirm", values.get("email")))
    visitor.mails()
    return answer
