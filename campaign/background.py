"""Commands that run what works behind the pages, one process each: a queue worker of one lane, the ticker."""

import click

from campaign.console import Console
from campaign.features import JOBS, MAIL_TOPICS
from campaign.services.programs import LANES
from campaign.ticker import run_ticker
from campaign.worker import run_worker


@click.command()
@click.argument("lane", type=click.Choice(LANES), metavar="|".join(LANES))
@click.pass_obj
def worker(console: Console, lane: str) -> None:
    """Drain one lane of the outbox until stopped."""
    with console.settings() as settings:
        run_worker(settings, lane, MAIL_TOPICS)


@click.command()
@click.pass_obj
def ticker(console: Console) -> None:
    """Do the periodic work until stopped. Several may run: one at a time holds the lease."""
    with console.settings() as settings:
        run_ticker(settings, JOBS)
