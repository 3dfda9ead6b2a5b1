"""Keep the cards true: find the campaigns whose pictures show what is no longer so, and draw those anew.

::

    ticker ─► ask_for_stale ─► outbox, a message a campaign ─► `housekeeping` ─► draw_stale ─► campaign_cards

No request draws: a page whose card is not made yet has none.
"""

import logging
from collections.abc import Mapping, Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.cards.models import CampaignCard
from campaign.cards.queries import Cards, list_cards
from campaign.cards.showing import Showing
from campaign.delivery.topics import Done, Later, Made, OutgoingMessage
from campaign.kernel.clock import now
from campaign.kernel.lanes import LaneName
from campaign.outbox.commands import NewMessage
from campaign.outbox.queries import find_campaigns_at_work
from campaign.outbox.service import append

_log = logging.getLogger(__name__)

LANE: LaneName = "housekeeping"
DRAW = "cards.draw"
RETRY_SECONDS = 3600.0
"""After a card could not be drawn: a fault of ours, which a new release mends."""


def ask_for_stale(session: Session) -> int:
    """Ask the worker for every public campaign that has stale cards and whose message does not wait already.

    Returns for how many it asked.

    Side effects: appends messages to the outbox; the ticker wakes their lane.
    """
    asked = find_campaigns_at_work(session, LANE, DRAW)
    stale = [cards for cards in list_cards(session) if cards.is_stale and cards.owner_id not in asked]
    append(session, [NewMessage(lane=LANE, topic=DRAW, campaign_id=cards.owner_id) for cards in stale])
    return len(stale)


def draw_stale(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Made]:
    """Draw what is stale of the cards of the campaigns these messages name, and store it: the topic's composer.

    What fails for one campaign is tried again later and keeps the others waiting for nothing.
    """
    ids = {message.campaign_id for message in messages if message.campaign_id is not None}
    found = {cards.owner_id: cards for cards in list_cards(session, ids)}
    return [_draw_for(session, found.get(message.campaign_id or 0)) for message in messages]


def draw_all(stale: Mapping[str, Showing], owner: str) -> dict[str, bytes] | Later:
    """Return the pictures of `stale` by their digests, or when to try again; `owner` says in the log whose they are.

    For the cards of campaigns and of whatever else has some: who asks keeps them.
    """
    from campaign.cards.drawing import draw  # noqa: PLC0415 - costs every process half a second, and one draws

    try:
        return {digest: draw(showing) for digest, showing in stale.items()}
    except Exception as error:  # noqa: BLE001 - whatever a drawing breaks on, the queue must go on
        _log.exception("the card of %s cannot be drawn", owner)
        return Later(RETRY_SECONDS, f"cannot be drawn: {type(error).__name__}")


def _draw_for(session: Session, cards: Cards | None) -> Made:
    if cards is None:
        return Done()  # a draft again, or gone
    made = draw_all(cards.stale, f"campaign {cards.owner_id}")
    if isinstance(made, Later):
        return made
    for digest, png in made.items():
        _store(session, cards.owner_id, cards.stale[digest], digest, png)
    session.execute(
        delete(CampaignCard).where(
            CampaignCard.campaign_id == cards.owner_id, CampaignCard.language.not_in(cards.languages)
        )
    )
    return Done()


def _store(session: Session, campaign_id: int, showing: Showing, digest: str, png: bytes) -> None:
    row = {"digest": digest, "png": png, "made_at": now()}
    session.execute(
        insert(CampaignCard)
        .values(campaign_id=campaign_id, language=showing.language, **row)
        .on_conflict_do_update(index_elements=["campaign_id", "language"], set_=row)
    )
