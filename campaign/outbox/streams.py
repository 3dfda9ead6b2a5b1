"""Streams: what a switch, a brake or a pace stops as a whole, and what takes turns.

A stream is an organization's messages about one campaign in one lane; in the letters lane those to one mailbox of one
company; and each broadcast is a stream of its own. Its name says all of it, so that who appends need not ask:

    critical:7                      campaign 7, whose organization its row knows
    bulk:7:broadcast:12             a broadcast about campaign 7
    bulk:0:organization:3:broadcast:13    a broadcast about no campaign
    letters:7:2:ceo@kroger.example  letters of campaign 7 to a mailbox of company 2
"""

from campaign.outbox.commands import NewMessage


def stream_of(message: NewMessage) -> str:
    """Return the name of the stream a message belongs to."""
    stream = f"{message.lane}:{message.campaign_id or 0}"
    if message.mailbox is not None:
        return f"{stream}:{message.company_id or 0}:{message.mailbox}"
    if message.campaign_id is None and message.organization_id is not None:
        stream += f":organization:{message.organization_id}"
    if message.broadcast_id is not None:
        stream += f":broadcast:{message.broadcast_id}"
    return stream
