"""Writes the list of who comes to an event into a file, or where it is piped to; what the commands and pages call."""

from dataclasses import dataclass
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.campaigns.queries import get_own_campaign
from campaign.events.models import Event
from campaign.events.rosters.drawing import draw_list, draw_needs
from campaign.events.rosters.reading import get_roster, iterate_parties
from campaign.events.rosters.spreadsheet import write_csv, write_needs_csv
from campaign.events.rosters.typesetting import set_pdf
from campaign.events.rosters.words import Words
from campaign.kernel.actors import Actor, Power
from campaign.kernel.languages import interface_language
from campaign.kernel.outputs import opened


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which list: `form` is `csv` or `pdf`, `number` one leg's or None, `language` the campaign's own where None.

    `is_of_needs`: who needs what, for who meets it, instead of the marshals' list.
    """

    form: str
    number: int | None = None
    paper: str = "letter"
    language: str | None = None
    is_of_needs: bool = False


def write_roster(
    session: Session, actor: Actor, event: Event, at: datetime, wanted: Wanted, *, target: Path | BinaryIO
) -> None:
    """Write the list of who comes as of `at`; nothing is written where it cannot be made.

    Raises:
        ForbiddenError: the actor may not read and export people.
        NotFoundError: the event has no such leg, or is none of the actor's. NamelessError: there are no names of it.
        CampaignError: `target` cannot be written. BrokenPipeError: nobody reads what is piped any more.

    Side effects: a file of `target`'s name, readable by its owner alone; an earlier one gives way when all is written.
    """
    actor.require(Power.READ, Power.EXPORT)
    campaign = get_own_campaign(session, actor, event.campaign_id)
    words = Words(interface_language(wanted.language or campaign.language))
    roster = get_roster(session, actor, event, at, language=words.language, number=wanted.number)
    parties = iterate_parties(session, actor, roster)
    record(session, actor, "export", Thing("event", event.public_id, campaign_id=event.campaign_id))
    with opened(target) as out:
        if wanted.form == "pdf":
            draw = draw_needs if wanted.is_of_needs else draw_list
            out.write(set_pdf(draw(roster, parties, words, wanted.paper), roster.made_at))
            return
        write = write_needs_csv if wanted.is_of_needs else write_csv
        lines = TextIOWrapper(out, encoding="utf-8", newline="")
        try:
            write(roster, parties, words, lines)
            lines.flush()
        finally:
            lines.detach()
