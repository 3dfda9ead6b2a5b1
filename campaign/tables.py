"""Imports every module that declares tables, for migrations and for tests that compare them with the models."""

from campaign.actions import models as actions
from campaign.audit import models as audit
from campaign.campaigns import models as campaigns
from campaign.cards import models as cards
from campaign.delivery import models as delivery
from campaign.events import models as events
from campaign.events.marshals import models as marshals
from campaign.letters import models as letters
from campaign.outbox import models as outbox
from campaign.people import models as people
from campaign.targets import models as targets

MODULES = (actions, audit, campaigns, cards, delivery, events, letters, marshals, outbox, people, targets)
