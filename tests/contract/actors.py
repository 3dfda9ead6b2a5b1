"""Every service and query that takes an actor, with a way to call it about one organization's things."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaign.accounts.commands import NewMember
from campaign.accounts.made_up import clear_demo_owners, load_demo_owners
from campaign.accounts.members import add_member, find_account, print_link
from campaign.actions.comments import MARK, sql_of
from campaign.actions.service import reviewing, showing_comments
from campaign.audit.queries import list_entries
from campaign.campaigns import histories
from campaign.campaigns import queries as campaigns
from campaign.campaigns.commands import SaveAgreement, SaveCampaign, SaveOrganization
from campaign.campaigns.models import Campaign
from campaign.campaigns.pausing import Mail, pause_mail, resume_mail
from campaign.campaigns.previewing import allow_preview
from campaign.campaigns.saving import save_agreement, save_campaign, save_organization
from campaign.campaigns.service import add_campaign, add_organization, change_status
from campaign.delivery import lifting, strangers
from campaign.delivery.suppression import suppress
from campaign.demonstration import clear_demo, load_demo
from campaign.events.marshals.service import make_link, revoke_links
from campaign.events.models import Event
from campaign.events.revisions.edited import EVENT
from campaign.events.revisions.running import cancel_event, get_event, set_leg
from campaign.events.rosters.reading import get_roster, iterate_parties
from campaign.events.rosters.telling import tell_numbers
from campaign.events.rosters.writing import Wanted, write_roster
from campaign.features import KINDS, SECTIONS
from campaign.kernel import scoping
from campaign.kernel.actors import OPERATOR, Actor, Power
from campaign.kernel.clock import now
from campaign.letters.queries import list_for_review
from campaign.letters.service import save_template
from campaign.organize.queries import list_own_campaigns
from campaign.outbox.queries import count_in_state, list_messages
from campaign.outbox.requeuing import requeue
from campaign.pledges.signers import Signers, begin_export, write_signers
from campaign.revisions.histories import get_history
from campaign.revisions.service import Edit
from campaign.targets import care
from campaign.targets.commands import SaveCompany, TakesStance
from campaign.targets.models import CampaignTarget, Company
from campaign.targets.saving import address_companies, save_company
from campaign.targets.service import record_stance
from tests.architecture.rules import PACKAGE
from tests.contract import (
    actors_after,
    actors_care,
    actors_creating,
    actors_editing,
    actors_events,
    actors_form,
    actors_lifecycle,
    actors_pictures,
    actors_signin,
    actors_team,
)

KEY = b"k" * 16
LANES = ("letters", "critical", "bulk")
_BY_NAME = {kind.name: kind for kind in KINDS}


@dataclass(frozen=True)
class World:
    """What one organization has: its campaign and event, a held pledge, a letter under review, mail that did not go,

    and words (by their mark) that their signer lets be shown.
    """

    organization_id: int
    organization: str
    campaign_id: int
    slug: str
    event: Event
    event_slug: str
    company: Company
    pledge: UUID
    letter: UUID
    letter_id: int
    comment: str

    def unknown(self) -> "World":
        """The same world with the keys of nothing there is."""
        return replace(
            self,
            organization_id=2**40,
            organization="nobody",
            campaign_id=2**40,
            slug="nobody",
            event_slug="nobody",
            pledge=uuid4(),
            letter=uuid4(),
            letter_id=2**40,
            comment="0" * 12,
        )


def build(session: Session, visitor: Any) -> World:
    """Let a visitor act, and mark of what is sent something as having failed."""
    visitor.pledge(fax_number="x")
    visitor.write(personal="Read http://evil.example/win")
    visitor.confirm(visitor.last_link("confirm"))
    visitor.sign(email="cy@example.org", comment="My mother picked tomatoes.", show_comment="yes")
    visitor.confirm(visitor.last_link("confirm", "cy@example.org"))
    pledge, letter, _ = session.execute(text("SELECT id, public_id, campaign_id FROM actions ORDER BY id")).all()
    comment = session.scalar(text(f"SELECT {sql_of(MARK, 'a')} FROM actions a WHERE show_comment"))
    campaign = session.get_one(Campaign, letter.campaign_id)
    event = session.scalars(select(Event).where(Event.campaign_id == campaign.id).order_by(Event.id)).first()
    company = session.scalars(
        select(Company).join(CampaignTarget).where(CampaignTarget.campaign_id == campaign.id).order_by(Company.id)
    ).first()
    session.execute(text("UPDATE outbox_messages SET state = 'dead', held_reason = NULL WHERE lane = 'letters'"))
    suppress(session, [KEY], "unsubscribe", organization_id=campaign.organization_id)
    care.give_care(
        session, OPERATOR, company=company.slug, organization=campaigns.name_owners(session, OPERATOR)[
            "organization", campaign.organization_id
        ]
    )  # fmt: skip
    slug = session.scalar(text("SELECT slug FROM organizations WHERE id = :id"), {"id": campaign.organization_id})
    return World(
        campaign.organization_id, slug, campaign.id, campaign.slug, event, event.slug, company,
        pledge.public_id, letter.public_id, letter.id, comment,
    )  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One service: how it is called, what it needs, what it leaves in the log.

    `is_found`: whether it tells by its value whether something was there; else it raises `NotFoundError`.
    `takes_key`: whether it is given a key, so that there is one of nothing.
    """

    service: Callable[..., Any]
    call: Callable[[Session, Actor, World], Any]
    powers: frozenset[Power] = field(default_factory=frozenset)
    verb: str | None = None
    is_found: bool = False
    takes_key: bool = True

    @property
    def name(self) -> str:
        """Where it stands."""
        return f"{self.service.__module__}.{self.service.__name__}"


def _case(service, call, *powers, **more):
    return Case(service, call, frozenset(powers), **more)


def _new_campaign(w):
    return Campaign(
        slug="new-one", organization_id=w.organization_id, goal=10, languages=["en"], title={"en": "T"}, demand={"en": "D"}
    )  # fmt: skip


def _edit():
    return Edit("form", now())


def _set_leg(session, actor, w):
    return set_leg(session, actor, w.event, 1, now(), capacity=123456)


def _stance(session, actor, w):
    keys = {"campaign_id": w.campaign_id, "company_id": w.company.id}
    return record_stance(session, actor, _edit(), **keys, stance="in_talks", as_of=now().date(), evidence={"en": "new"})


def _save_campaign(session, actor, w):
    values = {"goal": 10, "languages": ["en"], "title": {"en": "T"}, "demand": {"en": "D"}}
    command = SaveCampaign("new-one", values, w.organization, None, False, None, None, ())
    return save_campaign(session, actor, command, _edit(), has_actions=lambda *_: False)


def _address(session, actor, w):
    return address_companies(session, actor, w.campaign_id, [TakesStance(w.company.slug, None, None, {})], _edit())


def _save_template(session, actor, w):
    campaign = session.get_one(Campaign, w.campaign_id)
    return save_template(session, actor, campaign, {"subjects": {"en": ["New"]}, "body": {"en": "New"}}, _edit())


def _save_organization(session, actor, _w):
    return save_organization(session, actor, SaveOrganization("new-one", {"name": "New one"}), _edit())


def _save_agreement(session, actor, _w):
    return save_agreement(session, actor, SaveAgreement("new-one", {"name": "New one"}, {}), _edit())


def _save_company(session, actor, _w):
    values = {"name": "New one", "country": "US", "timezone": "UTC"}
    return save_company(session, actor, SaveCompany("new-one", values, {}, None), _edit())


def _next(session, actor, _w):
    held = reviewing.Held(9, 2**40, now())
    return reviewing.list_next_held(session, actor, held, after=0, most=9)


def _find_comments(session, actor, w):
    return showing_comments.find_comments(session, actor, [w.comment])


def _release_comments(session, actor, w):
    return showing_comments.release_comments(session, actor, [w.comment])


def _take_back_comments(session, actor, w):
    return showing_comments.take_back_comments(session, actor, [w.comment])


def _parties(session, actor, w):
    roster = get_roster(session, OPERATOR, w.event, now(), language="en")
    return [*iterate_parties(session, actor, roster), "parties"] if actor.acts_for(w.organization_id) else []


def _write(session, actor, w):
    return write_roster(session, actor, w.event, now(), Wanted("csv"), target=BytesIO())


def _add_member(session, actor, w):
    return add_member(session, actor, NewMember("eva@new.example", w.organization, "viewer"))


def _print_link(session, actor, _w):
    add_member(session, OPERATOR, NewMember("eva@new.example", "ciw", "viewer"))
    return print_link(session, actor, find_account(session, "eva@new.example"), now())


def _write_signers(session, actor, w):
    return write_signers(session, actor, Signers(w.campaign_id, w.organization_id, 0), StringIO())


R, M, P, S, X, A = Power.READ, Power.MODERATE, Power.PUBLISH, Power.SEND, Power.EXPORT, Power.ADMINISTER
SEEN = {"is_found": True, "takes_key": False}
OWN = {"takes_key": False}

CASES = [
    _case(add_campaign, lambda s, a, w: add_campaign(s, a, _new_campaign(w), _edit()), P, verb="add"),
    _case(save_campaign, _save_campaign, P, verb="add"),
    _case(address_companies, _address, P, verb="change"),
    _case(save_template, _save_template, P, verb="change", **OWN),
    _case(allow_preview, lambda s, a, w: allow_preview(s, a, w.slug), P, verb="preview"),
    _case(change_status, lambda s, a, w: change_status(s, a, w.slug, "paused"), P, verb="change"),
    _case(pause_mail, lambda s, a, w: pause_mail(s, a, Mail(organization=w.organization), "why"), S, verb="pause"),
    _case(resume_mail, lambda s, a, w: resume_mail(s, a, Mail(campaign=w.slug)), S),
    _case(record_stance, _stance, P, verb="record_stance"),
    _case(campaigns.get_own_campaign, lambda s, a, w: campaigns.get_own_campaign(s, a, w.campaign_id)),
    _case(campaigns.get_own_campaign_by_slug, lambda s, a, w: campaigns.get_own_campaign_by_slug(s, a, w.slug)),
    _case(campaigns.get_campaign_id, lambda s, a, w: campaigns.get_campaign_id(s, a, w.slug)),
    _case(campaigns.name_owners, lambda s, a, w: campaigns.name_owners(s, a).get(("campaign", w.campaign_id)), **SEEN),
    _case(scoping.get_organization_id, lambda s, a, w: scoping.get_organization_id(s, a, w.organization)),
    _case(scoping.check_campaign, lambda s, a, w: scoping.check_campaign(s, a, w.campaign_id)),
    _case(care.list_care, lambda s, a, _: care.list_care(s, a), **SEEN),
    _case(get_event, lambda s, a, w: get_event(s, a, w.event_slug)),
    _case(get_history, lambda s, a, w: get_history(s, a, EVENT, w.event_slug)),
    _case(get_history, lambda s, a, w: get_history(s, a, histories.CAMPAIGN, w.slug)),
    _case(get_history, lambda s, a, w: get_history(s, a, histories.ORGANIZATION, w.organization)),
    _case(cancel_event, lambda s, a, w: cancel_event(s, a, w.event, now()), P, verb="cancel", **OWN),
    _case(set_leg, _set_leg, P, verb="change", **OWN),
    _case(make_link, lambda s, a, w: make_link(s, a, w.event, 1, now()), R, verb="make_link", **OWN),
    _case(revoke_links, lambda s, a, w: revoke_links(s, a, w.event, 1), R, verb="revoke_links", **OWN),
    _case(tell_numbers, lambda s, a, w: tell_numbers(s, a, w.event, now()), **OWN),
    _case(get_roster, lambda s, a, w: get_roster(s, a, w.event, now(), language="en"), **OWN),
    _case(iterate_parties, _parties, R, **SEEN),
    _case(write_roster, _write, R, X, verb="export", **OWN),
    _case(begin_export, lambda s, a, w: begin_export(s, a, w.slug), R, X, verb="export"),
    _case(write_signers, _write_signers, R, X),
    _case(reviewing.list_held, lambda s, a, _: reviewing.list_held(s, a), M, **SEEN),
    _case(reviewing.count_held, lambda s, a, _: reviewing.count_held(s, a).count, M, **SEEN),
    _case(reviewing.list_next_held, _next, M, **SEEN),
    _case(reviewing.find_held, lambda s, a, w: reviewing.find_held(s, a, [w.pledge]), M, is_found=True),
    _case(reviewing.release, lambda s, a, w: reviewing.release(s, a, [w.pledge], _BY_NAME), M, verb="release", is_found=True),
    _case(reviewing.discard, lambda s, a, w: reviewing.discard(s, a, [w.pledge], _BY_NAME), M, verb="discard", is_found=True),
    _case(showing_comments.list_comments, lambda s, a, _: showing_comments.list_comments(s, a), M, verb="read", **SEEN),
    _case(showing_comments.find_comments, _find_comments, M, verb="read", is_found=True),
    _case(showing_comments.release_comments, _release_comments, M, verb="release", is_found=True),
    _case(showing_comments.take_back_comments, _take_back_comments, M, verb="take_back", is_found=True),
    _case(list_for_review, lambda s, a, w: list_for_review(s, a, [w.letter_id]), M, verb="read", is_found=True),
    _case(lifting.list_suppressions, lambda s, a, _: lifting.list_suppressions(s, a, lifting.Which(), 9), R, **SEEN),
    _case(lifting.lift, lambda s, a, _: lifting.lift(s, a, lifting.Which([KEY])), S, verb="lift", **SEEN),
    _case(list_messages, lambda s, a, _: list_messages(s, a, lanes=LANES), R, **SEEN),
    _case(count_in_state, lambda s, a, _: count_in_state(s, a, LANES, "dead"), **SEEN),
    _case(requeue, lambda s, a, _: requeue(s, a, LANES, "dead", most=9), S, verb="requeue", **SEEN),
    _case(add_member, _add_member, A, verb="add"),
    _case(list_own_campaigns, lambda s, a, w: [1 for row in list_own_campaigns(s, a) if row.slug == w.slug], **SEEN),
    *actors_care.cases(_case),
    *actors_form.cases(_case),
    *actors_after.cases(_case),
    *actors_pictures.cases(_case, P),
    *actors_events.cases(_case),
    *actors_lifecycle.cases(_case),
    *actors_team.cases(_case),
    _case(list_entries, lambda s, a, w: list_entries(s, a, organization=w.organization) or True, A),
    *actors_editing.cases(_case),
    *actors_creating.cases(_case),
]  # fmt: skip

FOR_THE_OPERATOR = [
    _case(add_organization, lambda s, a, _: add_organization(s, a, "new-one", "New one"), verb="add"),
    _case(save_organization, _save_organization, verb="add"),
    _case(save_agreement, _save_agreement, verb="add"),
    _case(save_company, _save_company, verb="add"),
    _case(
        care.give_care,
        lambda s, a, w: care.give_care(s, a, company=w.company.slug, organization="migrant-justice"),
        verb="give_care",
    ),
    _case(
        care.end_care,
        lambda s, a, w: care.end_care(s, a, company=w.company.slug, organization=w.organization),
        verb="end_care",
    ),
    _case(strangers.lift, lambda s, a, _: strangers.lift(s, a, "mail.example")),
    _case(load_demo, lambda s, a, _: load_demo(s, a, now(), lambda *_: False, SECTIONS)),
    _case(get_history, lambda s, a, _: get_history(s, a, histories.AGREEMENT, "fair-food-program")),
    _case(print_link, _print_link, verb="print_link"),
    *actors_signin.for_the_operator(_case),
    *actors_care.for_the_operator(_case),
    _case(load_demo_owners, lambda s, a, _: load_demo_owners(s, a), verb="add"),
    _case(clear_demo_owners, lambda s, a, _: clear_demo_owners(s, a)),
    _case(clear_demo, lambda s, a, _: clear_demo(s, a), verb="delete"),
]

ELSEWHERE = {
    **actors_care.ELSEWHERE,
    **actors_events.ELSEWHERE,
    "campaign.audit.service.record": "writes down what others let them do: tests/audit",
    "campaign.events.revisions.settling.settle_change": "follows from what its callers let be done: tests/events",
    "campaign.events.revisions.versions.keep_version": "as above",
    "campaign.revisions.service.write_down": "writes down what others let them do: tests/revisions",
    "campaign.campaigns.queries.list_high_safety_ids": "a narrower list of what `name_owners` names",
    "campaign.kernel.scoping.scoped": "tests/kernel/test_scoping.py",
    "campaign.kernel.scoping.lock_campaign": "as `check_campaign`: tests/kernel/test_scoping.py",
    "campaign.targets.care.check_care": "tests/targets/test_care.py",
    "campaign.targets.service.touch_campaign": "after `lock_campaign`: tests/content/test_loading.py",
}


def taking_an_actor() -> set[str]:
    """Return the names of all public functions of the package that take an actor after their session or statement."""
    return {
        f"campaign.{'.'.join(path.relative_to(PACKAGE).with_suffix('').parts)}.{node.name}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if any(argument.arg == "actor" for argument in node.args.args[1:2])
    }
