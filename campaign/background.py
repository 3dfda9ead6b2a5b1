"""Commands that run what works behind the pages, one process each: a queue worker of one lane, the ticker."""

import click

from campaign.console import Console
from campaign.features import JOBS, MAIL_TOPICS
from campaign.kernel.lanes import LANES, LaneName
from campaign.ticker import run_ticker
from campaign.worker import run_worker


@click.command()
@click.argument("lane", type=click.Choice(LANES), metavar="|".join(LANES))
@click.pass_obj
@click.pass_context
def worker(ctx: click.Context, console: Console, lane: LaneName) -> None:
    """Drain one lane of the outbox until stopped; housekeeping's also does the periodic work."""
    with console.settings() as settings:
        code = run_worker(settings, lane, MAIL_TOPICS, JOBS)
    ctx.exit(code)


@click.command()
@click.pass_obj
@click.pass_context
def ticker(ctx: click.Context, console: Console) -> None:
    """Wake lanes, take back what a dead worker left, brake, until stopped. Several may run: one holds the lease."""
    with console.settings() as settings:
        code = run_ticker(settings, JOBS)
    ctx.exit(code)
