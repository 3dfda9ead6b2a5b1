"""What a campaign page shows of its pledges: who signed lately, why some did, as they agreed, and how the week went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.comments import DIGEST, IS_SHOWABLE, sql_of
from campaign.kernel.clock import now
from campaign.kernel.text import shorten
from campaign.people.towns import town_of

DAYS = 7
_LOOKED_AT = 2000

# Only the latest numbers are looked at: where hardly anybody agrees to be shown, a page must not read a million rows.
_LATELY = text("""
SELECT a.given_name, a.postal_code, a.country, a.confirmed_at
FROM actions a JOIN campaign_tallies t USING (campaign_id)
WHERE a.campaign_id = :campaign_id AND a.state = 'confirmed' AND a.is_counted AND a.show_name
  AND a.given_name <> '' AND a.number > t.last_number - :looked_at
ORDER BY a.number DESC LIMIT :most
""")
# In the words that were read, and no others; what its signer took back since is not among them.
_VOICES = text(f"""
SELECT a.given_name, a.postal_code, a.country, a.language, a.comment
FROM comment_reviews r JOIN actions a ON a.id = r.action_id
WHERE r.campaign_id = :campaign_id AND r.is_released AND r.digest = {sql_of(DIGEST, "a")} AND {sql_of(IS_SHOWABLE, "a")}
ORDER BY r.reviewed_at DESC, r.action_id DESC LIMIT :most
""")  # noqa: S608 - joined from constants
_LONGEST_VOICE = 280  # characters: three of them are read on a phone before one scrolls on
_WEEK = text("SELECT day, confirmed FROM campaign_days WHERE campaign_id = :campaign_id AND day >= :since ORDER BY day")


@dataclass(frozen=True)
class Signer:
    """Somebody who agreed to be shown: first name, town (empty where it is not known), when."""

    given_name: str
    town: str
    at: datetime


@dataclass(frozen=True)
class Voice:
    """Why somebody signed, in their words: one line, cut where they are many. `language`: of the page they used."""

    given_name: str
    town: str
    words: str
    language: str


@dataclass(frozen=True)
class Day:
    """How many names came on one day (UTC)."""

    day: date
    count: int


def list_lately(session: Session, campaign_id: int, most: int = 5) -> list[Signer]:
    """Return who signed last, latest first, of those who agreed to be shown."""
    values = {"campaign_id": campaign_id, "looked_at": _LOOKED_AT, "most": most}
    return [
        Signer(row.given_name, town_of(row.country or "", row.postal_code or ""), row.confirmed_at)
        for row in session.execute(_LATELY, values)
    ]


def list_voices(session: Session, campaign_id: int, most: int = 3) -> list[Voice]:
    """Return why people signed, as far as they let it be shown and an operator released it; released last, first."""
    return [
        Voice(
            row.given_name or "",
            town_of(row.country or "", row.postal_code or ""),
            shorten(row.comment, _LONGEST_VOICE),
            row.language or "",
        )
        for row in session.execute(_VOICES, {"campaign_id": campaign_id, "most": most})
    ]


def list_week(session: Session, campaign_id: int) -> Sequence[Day]:
    """Return the names of each of the last seven days, oldest first; nothing before three of them are known."""
    today = now().date()
    first = today - timedelta(days=DAYS)
    rows = session.execute(_WEEK, {"campaign_id": campaign_id, "since": first}).all()
    found = {row.day: row.confirmed for row in rows}
    days: list[Day] = []
    for offset in range(1, DAYS + 1):
        day = first + timedelta(days=offset)
        before = max((d for d in found if d < day), default=None)
        if day in found and before is not None:
            days.append(Day(day, max(found[day] - found[before], 0)))
        elif days:
            days.append(Day(day, 0))
    return days if len(days) >= 3 else ()
