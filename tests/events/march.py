"""One event of which nothing is committed, and the people who want to come."""

from sqlalchemy import text

from campaign.actions.commands import ConfirmAction
from campaign.actions.service.confirming import confirm
from campaign.events.service import rsvp
from tests.events.stage import BY_NAME, make_event, make_rsvp


class March:
    """An event of two legs with ten places each, and whoever RSVPs to it in the session's transaction."""

    def __init__(self, session, hashes, **columns):
        self.session, self.hashes = session, hashes
        self.event, self.legs = make_event(session, **{"legs": 2, "capacity": 10, **columns})
        row = session.execute(text("SELECT id, organization_id FROM campaigns WHERE slug = 'fair-food'")).one()
        self.campaign = (row.id, row.organization_id)

    def ask(self, name, *wishes, **changed):
        """RSVP without confirming; returns the action's id."""
        wishes = [(self.legs[leg], *amounts) for leg, *amounts in wishes]
        command = make_rsvp(self.hashes, self.campaign, self.event.id, name, wishes, **changed)
        return rsvp(self.session, [command])[0].action_id

    def come(self, name, *wishes, **changed):
        """RSVP and confirm."""
        action_id = self.ask(name, *wishes, **changed)
        self.confirm(action_id)
        return action_id

    def confirm(self, action_id):
        key = self.session.scalar(text("SELECT public_id FROM actions WHERE id = :id"), {"id": action_id})
        return confirm(self.session, [ConfirmAction(key)], BY_NAME)[0]

    def states(self, action_id):
        """`{(leg, resource): (state, amount)}` of an RSVP."""
        rows = self.session.execute(
            text("SELECT leg_id, resource, state, amount FROM rsvp_claims WHERE action_id = :id"), {"id": action_id}
        )
        return {(self.legs.index(row.leg_id), row.resource): (row.state, row.amount) for row in rows}

    def place(self, action_id, leg=0):
        return self.states(action_id)[(leg, "place")][0]

    def pass_time(self):
        """Every hold and offer is over."""
        self.session.execute(text("UPDATE rsvp_claims SET until = now() - interval '1 second' WHERE until IS NOT NULL"))

    def offers(self):
        """Who was offered something by mail, by action id."""
        return self.told("events.offer")

    def told(self, topic):
        """Who was written to about a topic, by action id."""
        query = text("SELECT action_id FROM outbox_messages WHERE topic = :topic ORDER BY id")
        return list(self.session.scalars(query, {"topic": topic}))
