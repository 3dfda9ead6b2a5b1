"""Events, their legs, and who has a place on which.

    event   draft ─► published ─► cancelled
    leg     open ─► closed ─► open …  ─► cancelled

    claim   asked ─► held ─► going ─► gone            held: unconfirmed, keeps its place until `until`
              │       └─(its time is over)─► asked
              └─► queued ─► offered ─► going          offered: freed for it, keeps its place until `until`
                     ▲          ├─(its time is over, once)─► queued, as before
                     │          └─(declined, its time is over again)─► gone
                     └─ gone at any time: taken back, changed away, the leg cancelled

An RSVP is an action of the spine; `rsvps` holds what an event asks beside, and `rsvp_claims` one row for each thing it
asks of a leg: places, and what else it has (`campaign.events.resources`). What a leg has left is never stored: it is
its capacity less the amounts of its held, offered and going claims, counted while the leg's row is locked, so that it
is exact.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from campaign.campaigns.models import Campaign
from campaign.events.endings import GIVEN_BACK, OVER, OVER_LATELY
from campaign.events.questions import without
from campaign.events.resources import LegResource
from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId
from campaign.kernel.personal import emptied, ended_by, kept, row_goes, stays

KINDS = ("march", "rally", "picket", "call-in-day", "vigil", "meeting", "online", "day-of-action")
STATUSES = ("draft", "published", "cancelled")
LEG_STATUSES = ("open", "closed", "cancelled")
CLAIM_STATES = ("asked", "held", "queued", "offered", "going", "gone")
TAKEN = ("held", "offered", "going")
"""Claims that use what they claim (held and offered ones until their time is over)."""

_NOTHING = text("'{}'")
_UNSAID = text("''")
_COUNTED = "how many places are taken, and how many were"


class Event(Base):
    """A march, a rally, a day of action. `version` is the SEQUENCE of its calendar entry (RFC 5545)."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    kind: Mapped[str]
    status: Mapped[str]
    timezone: Mapped[str]  # IANA
    title: Mapped[dict[str, str]]
    summary: Mapped[dict[str, str]]
    bring: Mapped[dict[str, str]]
    leads: Mapped[dict[str, list[str]]] = mapped_column(server_default=_NOTHING)  # who, as the organizers name them
    asks: Mapped[list[str]]  # which questions the form asks beside the shared ones (`campaign.events.questions`)
    offer_seconds: Mapped[int] = mapped_column(
        server_default=text("7200")
    )  # how long a freed place waits for its answer
    day_phone: Mapped[str] = mapped_column(server_default=_UNSAID)  # for the day, told to who has a place
    version: Mapped[int] = mapped_column(server_default=text("0"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[CreatedAt]
    purged_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship(lazy="raise")


class EventPicture(Base):
    """An event's card in one language. `digest` names all that it shows, so that only what changed is drawn anew."""

    __tablename__ = "event_cards"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    language: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    png: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[Instant]


class Place(Base):
    """Where a part of a day of action happens. Each of its shifts is a leg that holds the place's capacity."""

    __tablename__ = "event_places"
    __table_args__ = (UniqueConstraint("event_id", "position"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    street_address: Mapped[str] = mapped_column(server_default=_UNSAID)


class Leg(Base):
    """One day's stretch of a march, or one shift at a place. The event's zone says what a clock shows there.

    `capacity`: how many people at most; null where nothing bounds it. `resources`: what it has besides places, by word.
    `street_address`: where a stretch of a march starts, to be found by; `start_name`, `end_name`: of the towns or
    sites. A shift is where its place is.
    Of what a leg tells, texts are by language and empty where nothing is said; yes or no is null where it is not said.
    `marshal_generation`: the number of its marshals' links; those made under an earlier one open nothing.
    `came_count`: how many people came, written when what was said on the day is forgotten; null where nobody said.
    """

    __tablename__ = "event_legs"
    __table_args__ = (
        CheckConstraint(f"status IN {LEG_STATUSES}", name="status"),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("capacity >= 0", name="capacity"),
        UniqueConstraint("event_id", "position"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("event_places.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    status: Mapped[str] = mapped_column(server_default="open")
    title: Mapped[dict[str, str]]
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    kilometres: Mapped[float | None]
    start_latitude: Mapped[float | None]
    start_longitude: Mapped[float | None]
    end_latitude: Mapped[float | None]
    end_longitude: Mapped[float | None]
    street_address: Mapped[str] = mapped_column(server_default=_UNSAID)
    start_name: Mapped[str] = mapped_column(server_default=_UNSAID)
    end_name: Mapped[str] = mapped_column(server_default=_UNSAID)
    capacity: Mapped[int | None]
    pace: Mapped[dict[str, str]] = mapped_column(server_default=_NOTHING)
    rests: Mapped[dict[str, str]] = mapped_column(server_default=_NOTHING)
    transport: Mapped[dict[str, str]] = mapped_column(server_default=_NOTHING)
    bring: Mapped[dict[str, str]] = mapped_column(server_default=_NOTHING)
    is_step_free: Mapped[bool | None]
    has_wheelchair_van: Mapped[bool | None]
    has_sign_language: Mapped[bool | None]
    version: Mapped[int] = mapped_column(server_default=text("0"))
    marshal_generation: Mapped[int] = mapped_column(server_default=text("0"))
    came_count: Mapped[int | None]

    resources: Mapped[dict[str, LegResource]] = relationship(
        lazy="raise", collection_class=attribute_keyed_dict("resource"), cascade="all, delete-orphan"
    )


class Rsvp(Base):
    """What an event asks beside the spine's fields. Emptied 14 days after the event; the counts stay.

    `signer_key`: keyed hash of campaign and mailbox, one for all spellings of it. `network_key`: of event and network,
    only while it holds places unconfirmed. `is_standing`: the one RSVP of its signer for the event that holds now.
    `sequence`: what its holder's changes add to the SEQUENCE of its calendar entries. `changed_at`: when its holder
    changed it last; null where they did not.
    """

    __tablename__ = "rsvps"
    __table_args__ = (
        # What is to be forgotten, and nothing else.
        Index("ix_rsvps_answers", "event_id", postgresql_where=text("answers <> '{}' OR children <> '{}'")),
        Index("uq_rsvps_standing", "event_id", "signer_key", unique=True, postgresql_where=text("is_standing")),
        # What a mailbox holds already, whoever asks.
        Index("ix_rsvps_signer_key", "signer_key"),
        {"info": ended_by(GIVEN_BACK, OVER, partly=(OVER_LATELY,))},
    )

    action_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("actions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        info=kept("the action says whose it is"),
    )
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), info=kept(_COUNTED))
    signer_key: Mapped[bytes] = mapped_column(
        LargeBinary, info=kept("one RSVP a mailbox; a party that came is known by it")
    )
    network_key: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=emptied(over=stays("emptied with the hold, half an hour after it was asked for"))
    )
    is_standing: Mapped[bool] = mapped_column(
        server_default=text("false"), info=emptied("false", over=stays("who came is counted of those who stood"))
    )
    # To `campaign.events.questions`, by name.
    answers: Mapped[dict[str, Any]] = mapped_column(
        server_default=_NOTHING, info=emptied("'{}'", over_lately=without(OVER_LATELY))
    )
    # In the party, by id of the leg.
    children: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=_NOTHING, info=emptied("'{}'"))
    sequence: Mapped[int] = mapped_column(server_default=text("0"), info=kept("calendars know it, and it only grows"))
    changed_at: Mapped[datetime | None] = mapped_column(
        info=emptied(over=stays("who changed something has a mail of it; both end with the action"))
    )


class RsvpUndo(Base):
    """What an RSVP was before its holder changed or canceled it last, for the hour in which they can undo that.

    `claims`: what it had or waited for, each with its `leg` (id), `resource`, `amount` and `state`. The row goes with
    the hour, when it is used, and with the action.
    """

    __tablename__ = "rsvp_undos"
    __table_args__ = (
        Index("ix_rsvp_undos_until", "until"),
        {"info": row_goes("an hour after it was written, or when it was used")},
    )

    action_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("rsvps.action_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    until: Mapped[Instant]
    claims: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    answers: Mapped[dict[str, Any]]
    children: Mapped[dict[str, int]] = mapped_column(JSONB)


class Claim(Base):
    """What one RSVP asks of one leg: `amount` of a resource, one that code declares.

    `queued_at` is its place in the queue. `passed_at`: when an offer of it was let pass; the second time it loses its
    turn. `looked_at`: when somebody was last looked for to remind of this leg (`campaign.events.reminding`); long ago
    where nobody was.
    """

    __tablename__ = "rsvp_claims"
    __table_args__ = (
        CheckConstraint(f"state IN {CLAIM_STATES}", name="state"),
        CheckConstraint("amount BETWEEN 1 AND 10", name="amount"),
        CheckConstraint("(state IN ('held', 'offered')) = (until IS NOT NULL)", name="until"),
        CheckConstraint("state NOT IN ('queued', 'offered') OR queued_at IS NOT NULL", name="queued"),
        UniqueConstraint("action_id", "leg_id", "resource"),
        Index("ix_rsvp_claims_leg", "leg_id", "resource", "state", postgresql_include=["amount", "until"]),
        Index("ix_rsvp_claims_until", "until", postgresql_where=text("until IS NOT NULL")),
        # Whom to remind of a leg. Only who asks for `looked_at` can be served by it, whatever statistics say.
        Index(
            "ix_rsvp_claims_looked",
            "leg_id",
            "looked_at",
            postgresql_where=text("resource = 'place' AND state = 'going' AND looked_at >= 'epoch'"),
        ),
        {"info": ended_by(GIVEN_BACK)},
    )

    id: Mapped[Id] = mapped_column(info=kept(_COUNTED))
    action_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("rsvps.action_id", ondelete="CASCADE"), info=kept("the action says whose it is")
    )
    leg_id: Mapped[int] = mapped_column(ForeignKey("event_legs.id", ondelete="CASCADE"), info=kept(_COUNTED))
    resource: Mapped[str] = mapped_column(info=kept(_COUNTED))
    amount: Mapped[int] = mapped_column(Integer, info=kept(_COUNTED))
    state: Mapped[str] = mapped_column(info=kept(_COUNTED))
    until: Mapped[datetime | None] = mapped_column(info=emptied())
    queued_at: Mapped[datetime | None] = mapped_column(info=emptied())
    looked_at: Mapped[Instant] = mapped_column(server_default=text("'epoch'"), info=emptied("'epoch'"))
    passed_at: Mapped[datetime | None] = mapped_column(info=emptied())
