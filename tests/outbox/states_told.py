"""How messages stand, as everybody is told, for tests of whatever holds them."""

from campaign.kernel.actors import OPERATOR
from campaign.kernel.lanes import LANES
from campaign.outbox.queries import list_messages


def stand(session):
    """Return (state, why held) of every message, oldest first."""
    session.expire_all()
    return [
        (view.state, view.held_reason)
        for _, view in reversed(list_messages(session, OPERATOR, lanes=LANES, limit=10_000))
    ]


def states(session):
    """Return the state of every message, oldest first."""
    return [state for state, _ in stand(session)]
