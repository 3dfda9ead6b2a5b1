"""The subscription, as the registry knows it."""

from flask_babel import lazy_gettext as _

from campaign.actions.kind import ActionKind, MailPart, Withdrawing
from campaign.subscriptions.organize import SUBSCRIPTION_STEP
from campaign.subscriptions.panels import describe, home_panel, organization_panel
from campaign.subscriptions.queries import name_organizations, offered_in
from campaign.subscriptions.service import KIND, end, give_back, settle, subscribe
from campaign.subscriptions.views import create_blueprint

SUBSCRIPTION = ActionKind(
    name=KIND,
    take=subscribe,
    blueprint=create_blueprint,
    offered_in=offered_in,
    home_panel=home_panel,
    organization_panel=organization_panel,
    thanks="subscriptions/thanks.html",
    next_step=SUBSCRIPTION_STEP,
    mail_part=MailPart("subscription/waits", name_organizations),
    describe=describe,
    withdrawing=Withdrawing(
        _("Stop these emails"),
        _("Stop these emails?"),
        _("Keep these emails"),
        "subscriptions/withdraw.html",
        restore=give_back,
    ),
    on_confirmed=settle,
    on_withdrawn=end,
)
