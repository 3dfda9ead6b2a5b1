"""What a kind of action brings to the rest: panels for the faces, mail, hooks, commands, periodic jobs, metrics.

Faces iterate over the registry and know no kind by name. A new kind is one folder and one line in `features.py`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from campaign.content.sections import CampaignPart, Section
from campaign.delivery.topics import MailTopic
from campaign.kernel.actors import Actor
from campaign.kernel.lanes import LaneName
from campaign.kernel.periodic import PeriodicJob
from campaign.revisions.histories import Edited

if TYPE_CHECKING:
    from flask import Blueprint

    from campaign.actions.doorstep import Doorstep
    from campaign.actions.vouchers import VisitState
    from campaign.campaigns.models import Campaign
    from campaign.kernel.heads import MappedPage
    from campaign.revisions.service import Edit
    from campaign.targets.models import Company


@dataclass(frozen=True)
class Panel:
    """A piece of a page: a template and what it needs. `order` sorts the panels of a place, small first.

    `call`: the words of a link that leads back to it, once it has scrolled away, at the id `anchor`; of a campaign's
    panels the first that has one is what its page asks for before all else.
    """

    template: str
    context: Mapping[str, object]
    order: int = 100
    call: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class StepWords:
    """What a step of the thanks page says where a campaign says nothing of its own; lazily translated.

    Empty: it has none. `button` empty: its button says what it always says.
    """

    heading: object
    sentence: object = ""
    button: object = ""


@dataclass(frozen=True)
class NextStep:
    """A step of the thanks page: one thing that can be done next.

    Args:
        offer: the panel (campaign as its doors know it, the visit_state so far, its token), or None where there is
            nothing to offer or it was done already. Its template finds its words in `step.words`.
        words: what supporters read.
        name: what organizers call it, lazily translated.
        unless: to whom it is not shown, in a sentence for organizers, lazily translated.
        order: its place in a campaign that chose none, small first.
    """

    offer: "Callable[[Doorstep, VisitState, str], Panel | None]"
    words: StepWords
    name: object = ""
    unless: object = ""
    order: int = 100


@dataclass(frozen=True)
class PreviewPage:
    """A page of a kind's as it will be once a draft is open, for the holder of a link to the draft.

    Args:
        room: its path below the link's, as ``letter``.
        endpoint, slug: of the page that it is a preview of.
        title: what it is, in the reader's language.
        write: writes it out in a language, once that is settled.
    """

    room: str
    endpoint: str
    slug: str
    title: str
    write: Callable[[str], str]


@dataclass(frozen=True)
class SiteLink:
    """A way to a page of a kind from every page: its endpoint, which is localized, and lazily translated words."""

    endpoint: str
    words: object


@dataclass(frozen=True)
class OrganizersRoom:
    """A page of a campaign on the organizers' side: its lazily translated words, and the endpoint.

    The endpoint takes `organization` and `slug`. `powers`: by name (`publish`, `read` …), without which nobody is led
    there; its own guard keeps it. `order` sorts the rooms, small first: 0 overview, 10 text, 20 form, 30 whom, 40 after
    signing, 50 pictures, 60 updates, 70 and on the kinds' own, 90 history.
    """

    words: object
    endpoint: str
    powers: tuple[str, ...] = ()
    order: int = 70


@dataclass(frozen=True, slots=True)
class Findable:
    """Something that organizers find by its name: what it is called, and what its page's address needs."""

    title: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class OrganizersFind:
    """A sort of things that organizers find by name: its lazily translated words, and the endpoint of each one's page.

    The endpoint takes `organization` and the `values` of a `Findable`. `list_all`: all that are the actor's (session,
    actor, language). `powers`: by name, without which none is shown.
    """

    words: object
    endpoint: str
    list_all: Callable[[Session, Actor, str], Sequence[Findable]]
    powers: tuple[str, ...] = ()


@dataclass(frozen=True)
class TextBox:
    """A text of a campaign that has one box for each language where it is edited.

    Args:
        name: its column.
        words, hint: lazily translated.
        shape: ``"line"``; ``"lines"``, one text a line; ``"text"``; ``"markdown"``.
        rows: how high its box is.
        is_needed: whether it must be there in each language.
    """

    name: str
    words: object
    shape: str = "text"
    hint: object = ""
    rows: int = 3
    is_needed: bool = False


@dataclass(frozen=True)
class TextPart:
    """Texts of a campaign that are a kind's own: where they are edited, and how they are read and saved.

    Whatever is typed is checked by the `CampaignPart` of the same name, which reads them from a content file.

    Args:
        name: as the `CampaignPart`'s.
        words: the heading above its boxes.
        boxes: one for each column.
        offered: whether a campaign may have such texts.
        read: its columns (session, campaign), empty where it has none.
        save: brings a campaign to columns, or to having none (session, actor, campaign, columns, edit); returns what
            differs, if anything.
    """

    name: str
    words: object
    boxes: tuple[TextBox, ...]
    offered: "Callable[[Campaign], bool]"
    read: "Callable[[Session, Campaign], Mapping[str, Any]]"
    save: "Callable[[Session, Actor, Campaign, Mapping[str, object] | None, Edit], object]"


@dataclass(frozen=True)
class ActionView:
    """One action as its own supporter may see it on `/my`: what was done, when, what became of it."""

    public_id: str
    name: str  # what it is, in the supporter's words: "My letters"
    template: str = ""  # shown below it; empty where the spine says all there is
    context: Mapping[str, object] = field(default_factory=dict)
    heading: str = ""  # what it is about, where that is not its campaign; what was agreed to is said below it then


@dataclass(frozen=True)
class ReceiptOffer:
    """What a kind offers in the mail that thanks, to a supporter who has taken no action of it in that campaign.

    Args:
        template: its words, as ``letter/offer``: a `.txt` and a `.html` under `templates/mail`, with the tag
            `[[offer]]` where its address goes.
        room: its page below the campaign's, as ``letter``.
    """

    template: str
    room: str


@dataclass(frozen=True)
class MailPart:
    """How the mails that ask for a confirmation name an action of a kind.

    Args:
        template: its words, as ``rsvp/waits``: a `.txt` and a `.html` under `templates/mail`, with `item` in their
            context (`campaign.actions.waiting_items`).
        read: what it tells besides (session, action ids, language): by action, a value that can be hashed. None of
            what was typed may be in it: nobody has confirmed the address yet.
    """

    template: str = "actions/waits"
    read: Callable[[Session, Sequence[int], str], Mapping[int, object]] | None = None


@dataclass(frozen=True)
class Withdrawing:
    """How an action of a kind is withdrawn on `/my`, which asks first.

    Args:
        words: what the button says, lazily translated: "Withdraw my signature"; None: the spine's own.
        question: the heading of the page that asks.
        keep: the way back from it.
        template: what withdrawing means, with `item` (its `OwnAction`) and `view` (its `ActionView`); empty: the spine
            says it.
        restore: gives back (session, action ids) what `on_withdrawn` took, where that is still to be had; the spine
            has set the actions as they were before. None: withdrawing cannot be undone, and what was typed
            goes at once.
    """

    words: object = None
    question: object = None
    keep: object = None
    template: str = ""
    restore: Callable[[Session, Sequence[int]], None] | None = None


def _nothing(_session: Session, _action_ids: Sequence[int]) -> None:
    """Stand for a hook that a kind does not need."""


def _in_all(_session: Session, campaign_ids: Sequence[int]) -> Collection[int]:
    """Stand for a kind that every campaign has."""
    return campaign_ids


@dataclass(frozen=True)
class ActionKind:
    """A kind of action: pledge, letter, rsvp and so on.

    Args:
        name: the word in `data-action-kind` and in `actions.kind`.
        blueprint: makes its public doors.
        offered_in: which of these campaigns (session, their ids) have this action: those it was written for, say.
            Whether one is open is not asked here.
        take: its service function (session, commands) -> outcomes, in order; idempotent. Commands have `ip` and
            `limit_scope`.
        campaign_panel: its part of a campaign page (session, campaign, language), or None where it has none.
        company_panel: its part of a company page (session, company, language).
        home_panel: its part of the home page (session, language).
        organization_panel: its part of an organization's page (session, its slug, language).
        privacy_panel: what it keeps beside the shared fields, for the page that tells what an organization knows of one
            (session, its slug).
        links: ways to its own pages at the head and foot of every page.
        previews: the pages of its own that hang on a draft (session, the campaign, which looks open).
        mapped_pages: the public pages of its own (session), for the site map.
        thanks: the template of its thanks page, which extends `actions/thanks.html`.
        arrived: what one has once an action is confirmed (session, its public id, language), for the thanks page and
            for whoever opens the confirmation's link again; None where the spine's own words say it all.
        asked: what was just asked for (session, `VisitState.asked`, language), for the page that says to check one's
            mail; alike for known and new addresses.
        next_step: what it offers on the thanks page.
        receipt_offer: what it offers in the mail that thanks; the first kind that has something offers it.
        mail_part: how the mails that ask to confirm name what waits.
        confirm_mail: what organizers call the mail that asks to confirm one of it, lazily translated; None: campaigns
            have no words of their own in it.
        describe: one `/my` view for each action id given (session, action ids, language).
        withdrawing: how its actions are withdrawn, and whether that can be undone for a while.
        on_confirmed, on_withdrawn, on_erased: called in the spine's transaction with the ids of the actions concerned.
            Rows of a kind hang on their action by `ON DELETE CASCADE`, so deleting needs no hook.
        form_words: what its form is called where organizers ask questions of their own in it, lazily translated; None:
            it asks none (`campaign.actions.questions`).
        organize: makes its organizers' doors, all below `/organize/<organization>/`, each behind a guard of
            `campaign.accounts.web.guards`.
        organize_places: those of its pages that the head of every organizers' page leads to.
        organize_rooms: those of its pages that belong to a campaign.
        organize_finds: what of it organizers find by name (Ctrl-K).
        organize_panel: its part of a campaign's overview on the organizers' side (session, campaign, language).
        organize_missing: what of its own a campaign lacks before it is published (session, campaign), as list items.
        organize_status: what becomes of its own when a campaign goes to another status (session, campaign, the status).
        texts: texts of a campaign that are its own, edited beside the campaign's.
        lanes: those of the outbox in which a confirmation lets something go.
        mails: the outbox topics it composes.
        section: what it reads of a content file. part: what it reads of each campaign in it.
        edited: the sorts of things of its own whose changes are kept.
        jobs: periodic work. commands: operator's commands (top-level click groups or commands).
        load_demo: loads its made-up actions for the open campaigns (session), marked as such; returns their number.
        clear_demo: takes them back, and nothing else.
        metrics: names and values for `/metrics` (session).
    """

    name: str
    take: Callable[[Session, Sequence[Any]], Sequence[Any]]
    blueprint: "Callable[[], Blueprint] | None" = None
    offered_in: Callable[[Session, Sequence[int]], Collection[int]] = _in_all
    campaign_panel: "Callable[[Session, Campaign, str], Panel | None] | None" = None
    company_panel: "Callable[[Session, Company, str], Panel | None] | None" = None
    home_panel: Callable[[Session, str], Panel | None] | None = None
    organization_panel: Callable[[Session, str, str], Panel | None] | None = None
    privacy_panel: Callable[[Session, str], Panel | None] | None = None
    links: tuple[SiteLink, ...] = ()
    previews: "Callable[[Session, Campaign], Sequence[PreviewPage]] | None" = None
    mapped_pages: "Callable[[Session], Iterable[MappedPage]] | None" = None
    thanks: str = "actions/thanks.html"
    arrived: Callable[[Session, UUID, str], ActionView | None] | None = None
    asked: Callable[[Session, str, str], ActionView | None] | None = None
    next_step: NextStep | None = None
    receipt_offer: ReceiptOffer | None = None
    mail_part: MailPart = MailPart()
    confirm_mail: object = None
    describe: Callable[[Session, Sequence[int], str], Sequence[ActionView]] | None = None
    withdrawing: Withdrawing = Withdrawing()
    on_confirmed: Callable[[Session, Sequence[int]], None] = _nothing
    on_withdrawn: Callable[[Session, Sequence[int]], None] = _nothing
    on_erased: Callable[[Session, Sequence[int]], None] = _nothing
    form_words: object = None
    organize: "Callable[[], Blueprint] | None" = None
    organize_places: tuple[SiteLink, ...] = ()
    organize_rooms: tuple[OrganizersRoom, ...] = ()
    organize_finds: tuple[OrganizersFind, ...] = ()
    organize_panel: "Callable[[Session, Campaign, str], Panel | None] | None" = None
    organize_missing: "Callable[[Session, Campaign], Panel | None] | None" = None
    organize_status: "Callable[[Session, Campaign, str], Panel | None] | None" = None
    texts: TextPart | None = None
    lanes: tuple[LaneName, ...] = ()
    mails: tuple[MailTopic, ...] = ()
    section: Section | None = None
    part: CampaignPart | None = None
    edited: tuple[Edited, ...] = ()
    jobs: tuple[PeriodicJob, ...] = ()
    commands: tuple[click.Command, ...] = ()
    load_demo: Callable[[Session], int] | None = None
    clear_demo: Callable[[Session], None] | None = None
    metrics: Callable[[Session], Mapping[str, float]] | None = None
