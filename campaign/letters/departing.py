"""Tell a writer when letters go: foretold from the pace and the hours of the offices, in words.

What nobody knows is not said: letters of a campaign that is held back say nothing but that.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel import moments
from campaign.kernel.catalogues import catalogue_of
from campaign.outbox.departures import Departure, Mailbox, find_departures, first_of
from campaign.targets.models import Executive

_IN_LINE = text("""
SELECT m.id, m.action_id, m.executive_id, m.organization_id, m.campaign_id, m.company_id, m.mailbox
FROM outbox_messages m
WHERE m.action_id = ANY(:ids) AND m.lane = 'letters' AND m.state = ANY(:states) AND m.available_at <= now()
ORDER BY m.id LIMIT :most
""")

MOST_FORETOLD = 30
"""So many letters of one page are told when they go; of more, that they stand in line."""


def foretell(
    session: Session, executives: Sequence[Executive], *, organization_id: int, campaign_id: int
) -> Departure | None:
    """Return when the first of letters to these offices would go, if they were confirmed now; None: nobody knows."""
    boxes = [Mailbox(organization_id, campaign_id, one.company_id, one.address) for one in executives]
    return first_of(list(find_departures(session, boxes).values()))


def foretell_each(session: Session, action_ids: Sequence[int]) -> Mapping[tuple[int, int], Departure]:
    """Return, by (action, executive), when each letter that stands in line goes; of `MOST_FORETOLD` at most."""
    found: dict[tuple[int, int], Departure] = {}
    rows = session.execute(_IN_LINE, {"ids": list(action_ids), "states": ["due"], "most": MOST_FORETOLD})
    for row in rows.all():
        box = Mailbox(row.organization_id or 0, row.campaign_id, row.company_id, row.mailbox)
        departures = find_departures(session, [box], before=row.id)
        if row.mailbox in departures:
            found[row.action_id, row.executive_id] = departures[row.mailbox]
    return found


def foretell_waiting(session: Session, action_ids: Sequence[int], language: str) -> Mapping[int, str]:
    """Return, by action whose letters wait for a confirmation, when the first goes, in words."""
    asked = {"ids": list(action_ids), "states": ["waiting"], "most": MOST_FORETOLD * len(action_ids)}
    theirs: dict[int, list[Mailbox]] = {}
    for row in session.execute(_IN_LINE, asked):
        box = Mailbox(row.organization_id or 0, row.campaign_id, row.company_id, row.mailbox)
        theirs.setdefault(row.action_id, []).append(box)
    told: dict[int, str] = {}
    for action_id, boxes in theirs.items():
        departure = first_of(list(find_departures(session, boxes).values()))
        if departure is not None:
            told[action_id] = tell(departure, len(boxes), language)
    return told


def tell(departure: Departure, count: int, language: str) -> str:
    """Return when the first of `count` letters goes, and how they go, in whole sentences."""
    catalogue = catalogue_of(language)
    if departure.at is None:
        return catalogue.ngettext(
            "Letters are on hold right now. Yours will go out when they resume.",
            "Letters are on hold right now. Yours will go out when they resume.",
            count,
        )
    if departure.is_soon:
        first = catalogue.ngettext("It goes out within minutes.", "The first goes out within minutes.", count)
    elif departure.is_about:
        first = catalogue.ngettext("It goes out around %(when)s.", "The first goes out around %(when)s.", count)
    else:
        first = catalogue.ngettext("It goes out %(when)s.", "The first goes out %(when)s.", count)
    first %= {"when": _when(departure, language)}
    if count == 1:
        return first
    how = (
        catalogue.gettext("We send them one at a time, during business hours where each company is.")
        if departure.keeps_hours
        else catalogue.gettext("We send them one at a time.")
    )
    return f"{first} {how}"


def tell_state(departure: Departure, language: str) -> str:
    """Return what one's own page says of a letter that stands in line."""
    catalogue = catalogue_of(language)
    if departure.at is None:
        return catalogue.gettext("On hold right now")
    if departure.is_soon:
        return catalogue.gettext("Goes out within minutes")
    return catalogue.gettext("Goes out around %(when)s") % {"when": _when(departure, language)}


def _when(departure: Departure, language: str) -> str:
    if departure.at is None:
        return ""
    return moments.in_zone(moments.moment(departure.at, language), departure.timezone, language)
