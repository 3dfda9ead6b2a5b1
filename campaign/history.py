"""`campaign history KIND SLUG`: what was changed of a thing, whatever sort of thing it is."""

import click

from campaign.features import EDITED
from campaign.kernel.actors import OPERATOR
from campaign.kernel.consoles import Console
from campaign.revisions.histories import get_history

_KINDS = {edited.name: edited for edited in EDITED}


@click.command()
@click.argument("kind", type=click.Choice(list(_KINDS)), metavar="|".join(_KINDS))
@click.argument("slug")
@click.pass_obj
def history(console: Console, kind: str, slug: str) -> None:
    """List the changes to the thing SLUG, oldest first: time, door, who, old and new value."""
    edited = _KINDS[kind]
    with console.session(needs_secrets=False) as session:
        found = get_history(session, OPERATOR, edited, slug)
        lines = [line for one in found.revisions for line in edited.tell_revision(one, found.timezone)]
    for line in lines or ["nothing was changed since histories are kept"]:
        click.echo(line)
