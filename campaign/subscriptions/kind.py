"""The subscription, as the registry knows it."""

from campaign.actions.kind import ActionKind, MailPart
from campaign.subscriptions.panels import describe, home_panel, next_step, organization_panel
from campaign.subscriptions.queries import name_organizations, offered_in
from campaign.subscriptions.service import KIND, end, settle, subscribe
from campaign.subscriptions.views import create_blueprint

SUBSCRIPTION = ActionKind(
    name=KIND,
    take=subscribe,
    blueprint=create_blueprint,
    offered_in=offered_in,
    home_panel=home_panel,
    organization_panel=organization_panel,
    thanks="subscriptions/thanks.html",
    next_step=next_step,
    mail_part=MailPart("subscription/waits", name_organizations),
    describe=describe,
    on_confirmed=settle,
    on_withdrawn=end,
)
