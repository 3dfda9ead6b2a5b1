"""The RSVP, as the registry knows it."""

from flask_babel import lazy_gettext

from campaign.actions.kind import ActionKind, MailPart, OrganizersFind, OrganizersRoom, SiteLink, Withdrawing
from campaign.events.capacity.undoing import restore
from campaign.events.cli import events
from campaign.events.demo import clear_demo, load_demo
from campaign.events.erasing import let_go
from campaign.events.files.section import EVENTS
from campaign.events.jobs import DRAW_CARDS, JOBS
from campaign.events.mails import MAILS, read_asked
from campaign.events.organize import create_blueprint as create_organize
from campaign.events.organize.after import CONFIRM_MAIL, RSVP_STEP
from campaign.events.panels import (
    arrived,
    asked,
    campaign_panel,
    describe,
    home_panel,
    organization_panel,
    privacy_panel,
    status_panel,
)
from campaign.events.queries.finding import list_findable
from campaign.events.revisions.edited import EVENT
from campaign.events.service import KIND, cancel, rsvp, stand
from campaign.events.views import create_blueprint
from campaign.events.views.heads import mapped_pages
from campaign.events.views.pages import previews

RSVP = ActionKind(
    name=KIND,
    organize_finds=(OrganizersFind(lazy_gettext("Events"), "organize_events.event", list_findable),),
    take=rsvp,
    blueprint=create_blueprint,
    campaign_panel=campaign_panel,
    home_panel=home_panel,
    organization_panel=organization_panel,
    next_step=RSVP_STEP,
    privacy_panel=privacy_panel,
    links=(SiteLink("events.list", lazy_gettext("Events")),),
    mapped_pages=mapped_pages,
    previews=previews,
    thanks="events/thanks.html",
    arrived=arrived,
    asked=asked,
    mail_part=MailPart("rsvp/waits", read_asked),
    confirm_mail=CONFIRM_MAIL,
    describe=describe,
    on_confirmed=stand,
    withdrawing=Withdrawing(
        lazy_gettext("Cancel my RSVP"),
        lazy_gettext("Cancel your RSVP?"),
        lazy_gettext("Keep my RSVP"),
        "events/withdraw.html",
        restore=restore,
    ),
    on_withdrawn=cancel,
    on_erased=let_go,
    organize=create_organize,
    organize_places=(SiteLink("organize_events.list", lazy_gettext("Events")),),
    organize_rooms=(OrganizersRoom(lazy_gettext("Events"), "organize_events.of_campaign", order=70),),
    organize_status=status_panel,
    mails=(*MAILS, DRAW_CARDS),
    section=EVENTS,
    edited=(EVENT,),
    jobs=JOBS,
    commands=(events,),
    load_demo=load_demo,
    clear_demo=clear_demo,
)
