"""Tables of who acts. `people` holds an address and its language, nothing else.

What somebody typed lives on the action until it is confirmed; then it flows to `supporters` (what one organization
knows of one person) and, where a box was ticked, to `consents`. The person's row goes with the last of them.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId
from campaign.kernel.personal import row_goes
from campaign.people.sharedfields import KnownColumns

_WITH_THE_PERSON = row_goes("with the person")


class Person(Base):
    """One address, canonical (lower case, IDNA) to recognise it, and as typed to write to it."""

    __tablename__ = "people"
    __table_args__ = ({"info": row_goes("with the last thing that hangs on it, or when its owner erases themselves")},)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(unique=True)
    email_display: Mapped[str]
    language: Mapped[str]
    is_made_up: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[CreatedAt]


class Supporter(KnownColumns, Base):
    """What one organization knows of one person, from the confirmed action that was typed last."""

    __tablename__ = "supporters"
    __table_args__ = (Index(None, "organization_id", "sort_key"), {"info": _WITH_THE_PERSON})

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    sort_key: Mapped[str]  # family name, given name: casefolded, without accents
    typed_at: Mapped[datetime | None]  # null: not known, so whatever is confirmed next holds
    updated_at: Mapped[Instant]


class ConsentWording(Base):
    """The exact words beside a consent box, once for all who saw them."""

    __tablename__ = "consent_wordings"
    __table_args__ = (UniqueConstraint("organization_id", "language", "text"),)

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    language: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[CreatedAt]


class Consent(Base):
    """A fact, never changed: this person agreed (or took it back), in these words, at this time, by this door.

    What holds is the last one (`campaign.people.consents`). `wording_id` of one that takes back: what was agreed to.
    """

    __tablename__ = "consents"
    __table_args__ = (Index(None, "organization_id", "person_id", "at"), {"info": _WITH_THE_PERSON})

    id: Mapped[Id]
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    wording_id: Mapped[int] = mapped_column(ForeignKey("consent_wordings.id"))
    is_granted: Mapped[bool]
    door: Mapped[str]
    at: Mapped[Instant]


class MyLink(Base):
    """A mailed link to `/my`. The row says until when; the token, signed over `public_id`, is in nobody's database.

    A high-safety action has no person and no row here: its own mail carries a link signed over the action.
    """

    __tablename__ = "my_links"
    __table_args__ = ({"info": _WITH_THE_PERSON},)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("people.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[Instant] = mapped_column(index=True)
    created_at: Mapped[CreatedAt]
