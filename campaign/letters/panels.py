"""The letter's parts of other pages: campaign, company, thanks, and one's own page."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from campaign.actions.doorstep import Doorstep
from campaign.actions.kind import ActionView, Panel, StepWords
from campaign.actions.queries import find_own_action, list_public_ids
from campaign.actions.vouchers import VisitState
from campaign.campaigns.models import Campaign
from campaign.campaigns.texts import pick
from campaign.letters.departing import foretell_each, tell, tell_state
from campaign.letters.queries import (
    count_by_outcome,
    find_template,
    has_letters,
    having_letters,
    is_addressed,
    list_letters,
    list_offices,
    list_writing,
)
from campaign.letters.service import KIND
from campaign.letters.turns import APART
from campaign.outbox.departures import first_of
from campaign.outbox.queries import count_letters_by_month
from campaign.targets.models import Company
from campaign.targets.queries import list_executives


def campaign_panel(session: Session, campaign: Campaign, _language: str) -> Panel | None:
    """Offer the letter, where the campaign has one and is open."""
    if not campaign.is_open or not having_letters(session, [campaign.id]):
        return None
    return Panel("letters/panel.html", {"campaign": campaign}, order=20)


def company_panel(session: Session, company: Company, language: str) -> Panel | None:
    """Offer to write, by each campaign that can; tell how many letters went, when, and to which offices: never a name.

    Nothing where nobody could write.
    """
    counts = count_by_outcome(session, company.id)
    if not counts and not is_addressed(session, company.id):
        return None
    writing = list_writing(session, company.id)
    context = {
        "company": company,
        "writing": [(campaign, pick(campaign.title, language, campaign.languages)) for campaign in writing],
        "counts": counts,
        "months": count_letters_by_month(session, company.id, company.timezone),
        "offices": list_offices(session, company.id),
    }
    return Panel("letters/company.html", context, order=20)


def privacy_panel(session: Session, organization_slug: str) -> Panel | None:
    """Tell what is kept of who writes letters; nothing where the organization has none."""
    if not has_letters(session, organization_slug):
        return None
    return Panel("letters/privacy.html", {"days": APART.days}, order=20)


STEP_WORDS = StepWords(
    lazy_gettext("Write to the people who decide"),
    lazy_gettext("A letter in your own words carries more weight than a signature. It takes two minutes."),
    lazy_gettext("Write a letter"),
)


def next_step(doorstep: Doorstep, visit_state: VisitState, token: str) -> Panel | None:
    """Offer the letter after a pledge."""
    if visit_state.kind == KIND or not doorstep.is_open or KIND not in doorstep.offered:
        return None
    return Panel("letters/next.html", {"campaign": doorstep, "token": token})


def describe(session: Session, action_ids: Sequence[int], language: str) -> list[ActionView]:
    """Show one's own letters: to whom, the text, what became of each."""
    letters = list_letters(session, action_ids)
    told = {key: tell_state(one, language) for key, one in foretell_each(session, action_ids).items()}
    return [
        ActionView(
            str(public_id),
            gettext("My letters"),
            "letters/mine.html",
            {
                "written": letters.get(action_id),
                "leaves": {executive_id: words for (id_, executive_id), words in told.items() if id_ == action_id},
            },
        )
        for action_id, public_id in list_public_ids(session, action_ids).items()
    ]


def arrived(session: Session, public_id: UUID, language: str) -> ActionView | None:
    """Tell when the first of confirmed letters goes, and name the offices that have this week's letter already."""
    action = find_own_action(session, public_id)
    written = list_letters(session, [action.id]).get(action.id) if action is not None else None
    if action is None or written is None:
        return None
    late = [letter for letter in written.letters if letter.goes_on]
    going = list(foretell_each(session, [action.id]).values())
    departure = first_of(going)
    leaves = tell(departure, len(going), language) if departure is not None else ""
    return ActionView(str(public_id), "", "letters/arrived.html", {"late": late, "leaves": leaves})


def missing_panel(session: Session, campaign: Campaign) -> Panel | None:
    """Tell organizers what the letter of a campaign lacks; nothing where it has none, which it need not have."""
    template = find_template(session, campaign.id)
    if template is None or campaign.is_high_safety:
        return None
    lacking = [code for code in campaign.languages if not template.body.get(code) or not template.subjects.get(code)]
    context = {"lacking": lacking, "has_offices": bool(list_executives(session, campaign.id))}
    return None if not lacking and context["has_offices"] else Panel("letters/organize/missing.html", context)
