"""`campaign suppressions …`: who asked for no more mail, or has no mailbox; shown without addresses, lifted by address.

Nobody can tell from what is stored whose it is. Who knows an address can ask for it, and lift what stops its mail.
"""

from collections.abc import Mapping

import click
from sqlalchemy.orm import Session

from campaign.campaigns.queries import get_campaign_id, list_high_safety_ids, name_owners
from campaign.delivery.lifting import SuppressionView, Which, lift, list_suppressions
from campaign.delivery.models import KINDS
from campaign.delivery.suppression import address_key, apart_key
from campaign.kernel.actors import OPERATOR
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.kernel.installation import installation_of
from campaign.people.addresses import BadAddressError, parse_address

_KIND = click.option("--kind", type=click.Choice(KINDS), help="Only those of this kind.")
_CAMPAIGN = click.option("--campaign", "slug", metavar="SLUG", help="Only those of this campaign.")


@click.group(cls=Commands)
def suppressions() -> None:
    """Addresses we no longer email: dead mailboxes, complaints, “this wasn’t me”."""


@suppressions.command("list")
@click.option("--address", metavar="ADDRESS", help="Only this address (needs PRIVACY_KEY).")
@_KIND
@_CAMPAIGN
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many at most.")
@click.pass_obj
def list_all(console: Console, address: str | None, kind: str | None, slug: str | None, limit: int) -> None:
    """List suppressions, newest first: kind, scope, start, end. No address is stored, so none is shown."""
    email = None if address is None else _canonical(address)
    with console.session(needs_secrets=email is not None) as session:
        found = list_suppressions(session, OPERATOR, _which(session, email, kind, slug), limit)
        scopes = name_owners(session, OPERATOR)
    for one in found:
        click.echo(_line(one, scopes))
    if not found:
        click.echo("no suppressions")


@suppressions.command("lift")
@click.argument("address")
@_KIND
@_CAMPAIGN
@click.pass_obj
def lift_all(console: Console, address: str, kind: str | None, slug: str | None) -> None:
    """Email ADDRESS again: remove its suppressions, all or only those you name. Needs PRIVACY_KEY.

    The mail provider keeps a list of its own of dead mailboxes and complaints; take the address off that, too.
    """
    email = _canonical(address)

    def work(session: Session) -> tuple[list[SuppressionView], Mapping[tuple[str, int], str]]:
        return lift(session, OPERATOR, _which(session, email, kind, slug)), name_owners(session, OPERATOR)

    lifted, scopes = console.transact(work)
    if not lifted:
        raise click.ClickException("no such suppression for that address")
    for one in lifted:
        click.echo(f"lifted: {_line(one, scopes)}")


def _canonical(address: str) -> str:
    try:
        return parse_address(address).canonical
    except BadAddressError as error:
        raise click.ClickException(f"not an address: {address} ({error})") from error


def _which(session: Session, email: str | None, kind: str | None, slug: str | None) -> Which:
    campaign_id = None if slug is None else get_campaign_id(session, OPERATOR, slug)
    return Which(None if email is None else _keys(session, email), kind, campaign_id)


def _keys(session: Session, email: str) -> list[bytes]:
    """Return all the hashes an address may be known by: one for everywhere, one for each high-safety campaign."""
    hashes = installation_of(session).hashes
    safe = list_high_safety_ids(session, OPERATOR)
    return [address_key(hashes, email), *(apart_key(hashes, campaign_id, email) for campaign_id in safe)]


def _line(one: SuppressionView, scopes: Mapping[tuple[str, int], str]) -> str:
    scope = "everywhere"
    if one.campaign_id is not None:
        scope = f"campaign {scopes.get(('campaign', one.campaign_id), '(deleted)')}"
    elif one.organization_id is not None:
        scope = f"organization {scopes.get(('organization', one.organization_id), '(deleted)')}"
    until = f"until {one.until:%Y-%m-%d}" if one.until is not None else "until lifted"
    return f"{one.kind:<11}  {scope:<36}  since {one.since:%Y-%m-%d}  {until}"
