"""Cases of what follows signing."""

from sqlalchemy import select

from campaign.accounts.models import Account
from campaign.actions.after import saving, testing
from campaign.campaigns.models import Campaign
from campaign.features import KINDS
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.revisions.service import Edit

P = Power.PUBLISH


def _save(session, actor, w):
    campaign = session.get_one(Campaign, w.campaign_id)
    return saving.save_after(session, actor, campaign, {"steps": ["share"]}, Edit("form", now()))


def _test(session, actor, w):
    account_id = session.scalar(select(Account.id).limit(1))
    if account_id is None:
        account = Account(email="me@ciw.example", email_display="me@ciw.example", name="Me")
        session.add(account)
        session.flush()
        account_id = account.id
    return testing.ask_for_test(session, actor, w.slug, "thanks", "en", account_id=account_id, at=now(), kinds=KINDS)


def cases(case):
    """Return the cases; `case` makes one."""
    return [
        case(saving.save_after, _save, P, verb="change", takes_key=False),
        case(testing.ask_for_test, _test, P, verb="send_test"),
    ]
