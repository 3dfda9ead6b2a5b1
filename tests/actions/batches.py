"""Commands as a door would make them, for tests of batches."""

from campaign.actions import keys
from campaign.actions.commands import TakeAction
from tests.actions.visitor import OPEN


def command_for(visitor, email, *, slug=OPEN, **changed):
    """A pledge by `email`, checked and keyed."""
    campaign = visitor.all("SELECT id, organization_id FROM campaigns WHERE slug = :slug", slug=slug)[0]
    values = {"campaign_id": campaign.id, "organization_id": campaign.organization_id, **changed}
    return take_action(visitor.installation.hashes, email, **values)


def take_action(hashes, email, campaign_id, organization_id, **changed):
    """A pledge by `email` in a campaign."""
    values = {
        "kind": "pledge",
        "campaign_id": campaign_id,
        "organization_id": organization_id,
        "is_high_safety": False,
        "is_counted": True,
        "email": email,
        "email_display": email,
        "given_name": "Ana",
        "family_name": "Ruiz",
        "language": "en",
        "postal_code": "34142",
        "country": "US",
        "comment": "",
        "show_name": False,
        "wording_id": None,
        "door": "form",
        "source": "",
        "is_held": False,
        **changed,
    }
    signer = keys.signer_key(hashes, campaign_id, email)
    typed = (values["kind"], values["given_name"], values["family_name"], values["comment"])
    derived = {
        "signer_key": signer,
        "recipient_key": signer if values["is_high_safety"] else keys.recipient_key(hashes, email),
        "mailbox_key": keys.mailbox_key(hashes, email, campaign_id if values["is_high_safety"] else None),
        "digest": keys.digest(hashes, typed),
    }
    return TakeAction(**{**derived, **values})
