"""The one list of action kinds, and what follows from it. A new kind: a folder, its mirrors, a migration, one line."""

from campaign.accounts.jobs import JOBS as ACCOUNT_JOBS
from campaign.accounts.mails import MAILS as ACCOUNT_MAILS
from campaign.actions.after.part import after_part
from campaign.actions.after.testing import tests_of
from campaign.actions.jobs import JOBS as SPINE_JOBS
from campaign.actions.jobs import jobs_of
from campaign.actions.kind import ActionKind
from campaign.actions.mails import MAILS, asking_of, receipts_of
from campaign.audit.jobs import JOBS as AUDIT_JOBS
from campaign.campaigns.histories import AGREEMENT, CAMPAIGN, ORGANIZATION
from campaign.campaigns.jobs import JOBS as CAMPAIGN_JOBS
from campaign.cards.jobs import DRAW_CARDS, REFRESH_SECONDS
from campaign.cards.service import ask_for_stale
from campaign.content.sections import CampaignPart, Section
from campaign.delivery.jobs import JOBS as DELIVERY_JOBS
from campaign.delivery.topics import MailTopic
from campaign.events.kind import RSVP
from campaign.kernel.periodic import PeriodicJob
from campaign.letters.kind import LETTER
from campaign.pledges.kind import PLEDGE
from campaign.proposals.jobs import JOBS as PROPOSAL_JOBS
from campaign.revisions.histories import Edited
from campaign.revisions.jobs import JOBS as REVISIONS_JOBS
from campaign.subscriptions.kind import SUBSCRIPTION
from campaign.targets.histories import COMPANY

KINDS: tuple[ActionKind, ...] = (PLEDGE, LETTER, RSVP, SUBSCRIPTION)

MAIL_TOPICS: tuple[MailTopic, ...] = (
    *ACCOUNT_MAILS,
    tests_of(KINDS),
    *MAILS,
    *asking_of(KINDS),
    receipts_of(KINDS),
    *(topic for kind in KINDS for topic in kind.mails),
    DRAW_CARDS,
)
"""Every topic an outbox message may have, with its composer."""

JOBS: tuple[PeriodicJob, ...] = (
    *ACCOUNT_JOBS,
    *AUDIT_JOBS,
    *REVISIONS_JOBS,
    *PROPOSAL_JOBS,
    *CAMPAIGN_JOBS,
    *DELIVERY_JOBS,
    *SPINE_JOBS,
    *jobs_of({kind.name: kind for kind in KINDS}),
    *(job for kind in KINDS for job in kind.jobs),
    PeriodicJob("cards.refresh", REFRESH_SECONDS, ask_for_stale),
)
"""All periodic work, whoever runs it."""

EDITED: tuple[Edited, ...] = (
    ORGANIZATION,
    AGREEMENT,
    COMPANY,
    CAMPAIGN,
    *(edited for kind in KINDS for edited in kind.edited),
)
"""All sorts of things whose changes are kept."""

SECTIONS: tuple[Section | CampaignPart, ...] = (
    *(read for kind in KINDS for read in (kind.section, kind.part) if read is not None),
    after_part(KINDS),
)
"""What is read of a content file beside what it says of campaigns, companies and agreements."""
