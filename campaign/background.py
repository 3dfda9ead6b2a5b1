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
    """Send one lane’s email until stopped (one process of `up`); `housekeeping` also runs periodic work."""
    with console.settings() as settings:
        code = run_worker(settings, lane, MAIL_TOPICS, JOBS)
    ctx.exit(code)


@click.command()
@click.pass_obj
@click.pass_context
def ticker(ctx: click.Context, console: Console) -> None:
    """Wake the workers and clean up after dead ones (one process of `up`); several may run, one is active."""
    with console.settings() as settings:
        code = run_ticker(settings, JOBS)
    ctx.exit(code)
