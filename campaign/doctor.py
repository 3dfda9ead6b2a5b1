"""`campaign doctor`: look at everything an installation stands on, and say in words what to mend."""

from collections.abc import Iterator, Sequence
from email.utils import parseaddr

import click
import urllib3
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaign.console import Console, driver_url
from campaign.database_logs import check_logs
from campaign.delivery.strangers import CONFIRMED_PAYS, list_brakes
from campaign.embedded.errors import ServicesError
from campaign.embedded.homes import Home, prepare_home
from campaign.kernel.settings import Settings, examine_settings
from campaign.kernel.soundness import find_doubtful, find_refused
from campaign.limit_checks import check_limits
from campaign.migrating import missing_migrations, why_unfit
from campaign.sender_domain import Finding, check_domain
from campaign.valkey_checks import check_queue

_SECONDS = 5.0

_SWITCHES = text("""
SELECT s.lane, coalesce(o.slug, CAST(s.organization_id AS text)) AS organization,
       coalesce(c.slug, CAST(s.campaign_id AS text)) AS campaign, CAST(s.broadcast_id AS text) AS broadcast, s.mailbox,
       s.reason, s.is_hold, s.since, s.until
FROM outbox_switches s LEFT JOIN campaigns c ON c.id = s.campaign_id
LEFT JOIN organizations o ON o.id = s.organization_id
WHERE s.until IS NULL OR s.until > now() ORDER BY s.since
""")


@click.command()
@click.pass_obj
@click.pass_context
def doctor(ctx: click.Context, console: Console) -> None:
    """Check settings, database and its log, queue, mail key, sender's domain and brakes.

    Exit code 1: something is to be mended. What is only warned of may be as it is meant.
    """
    findings = []
    for finding in _examine(console):
        findings.append(finding)
        click.echo(f"{finding.state:<8}{finding.what}: {finding.words}")
    if any(finding.state == "mend" for finding in findings):
        ctx.exit(1)


def _examine(console: Console) -> Iterator[Finding]:
    try:
        with console.services() as live:
            if not console.has_urls:
                yield from check_account(prepare_home(console.data_dir))
            yield from check_database(live.database_url)
            yield from check_queue(live.redis_url)
            settings, unreadable = examine_settings(live.environ)
            yield from check_settings(settings, unreadable)
            if unreadable:
                return
            if not console.owns_services:
                yield from check_limits(settings)
            yield check_mail_key(settings)
            for domain in _sender_domains(settings):
                yield from check_domain(domain)
    except ServicesError as error:
        yield Finding("mend", "services", " ".join(str(error).split()))


def check_account(home: Home) -> Iterator[Finding]:
    """Yield whose the embedded servers' files are, where they are not our own."""
    if home.account is not None:
        words = "others run as it, too: make one, useradd --system campaign, and start again"
        state, words = ("mend", words) if home.account.is_unwanted else ("ok", "an account of their own")
        yield Finding(state, "servers' account", f"{home.account.name}: {words}")


def check_settings(settings: Settings, unreadable: Sequence[str]) -> Iterator[Finding]:
    """Yield what stops the start, and what is mostly a mistake; that they are sound where nothing does."""
    problems = [*unreadable, *find_refused(settings)]
    yield from (Finding("mend", "settings", problem) for problem in problems)
    if not problems:
        yield Finding("ok", "settings", "complete")
        yield from (Finding("warn", name, words) for name, words in find_doubtful(settings))


def check_database(url: str) -> Iterator[Finding]:
    """Yield what is found of the database: its version, whether it can be written, its tables, what is stopped."""
    engine = create_engine(driver_url(url), connect_args={"connect_timeout": int(_SECONDS), "client_encoding": "utf8"})
    try:
        with engine.connect() as connection:
            yield _check_version(connection)
            yield _check_writing(connection)
            yield from check_logs(connection)
            lacking = missing_migrations(connection)
            if lacking:
                words = f"{len(lacking)} migrations behind: run `campaign migrate`"
                yield Finding("mend", "tables", words)
            else:
                yield Finding("ok", "tables", "up to date")
                yield from _check_switches(connection)
                yield from _check_strangers(connection)
    except DBAPIError as error:
        first = (str(error.orig).strip().splitlines() or ["no answer"])[0]
        yield Finding("mend", "database", f"{first}; is DATABASE_URL right, and does the server run?")
    finally:
        engine.dispose()


def _check_version(connection: Connection) -> Finding:
    if words := why_unfit(connection):
        return Finding("mend", "database", words)
    return Finding("ok", "database", f"PostgreSQL {connection.scalar(text('SHOW server_version'))}")


def _check_writing(connection: Connection) -> Finding:
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE TEMPORARY TABLE doctor ON COMMIT DROP AS SELECT 1 AS written"))
    except DBAPIError as error:
        first = str(error.orig).strip().splitlines()[0]
        return Finding("mend", "writing", f"{first}; is this a replica, or is the disk full?")
    finally:
        connection.rollback()
    return Finding("ok", "writing", "works")


def _check_switches(connection: Connection) -> Iterator[Finding]:
    rows = connection.execute(_SWITCHES).all()
    stops = [row for row in rows if not row.is_hold]
    for row in stops:
        narrowed = ("lane", "organization", "campaign", "broadcast", "mailbox")
        scope = ", ".join(f"{name} {value}" for name in narrowed if (value := getattr(row, name)) is not None)
        end = "" if row.until is None else f", until {row.until:%Y-%m-%d %H:%M}"
        words = f"{scope or 'everything'} is stopped since {row.since:%Y-%m-%d %H:%M} UTC{end}: {row.reason}"
        yield Finding("mend", "brakes", words)
    if not stops:
        holds = len(rows)
        yield Finding("ok", "brakes", f"none is on; {holds} holds by a campaign's status or a met demand")


def _check_strangers(connection: Connection) -> Iterator[Finding]:
    with Session(connection) as session:
        brakes = list_brakes(session)
    for brake in brakes:
        words = (
            f"mail that asks to confirm waits for {brake.name}, last at {brake.braked_at:%Y-%m-%d %H:%M} UTC: "
            f"fewer than one in {CONFIRMED_PAYS} confirmed. Is a form abused? "
            f"If not: `campaign mails lift {brake.name}`"
        )
        yield Finding("mend", "mail to strangers", words)
    if not brakes:
        yield Finding("ok", "mail to strangers", "none waits")


def check_mail_key(settings: Settings) -> Finding:
    """Return whether the mail provider accepts the key and lets it send.

    Source: https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions (GET /v3/scopes).
    """
    what = "mail key"
    pool = urllib3.PoolManager(retries=False, timeout=_SECONDS)
    headers = {"Authorization": f"Bearer {settings.sendgrid_api_key}"}
    try:
        answer = pool.request("GET", f"{settings.sendgrid_base_url}/v3/scopes", headers=headers, redirect=False)
        scopes = answer.json().get("scopes", []) if answer.status == 200 else []
    except (urllib3.exceptions.HTTPError, ValueError, AttributeError) as error:
        return Finding(
            "mend", what, f"{settings.sendgrid_base_url} does not answer as it should ({type(error).__name__})"
        )
    if answer.status in (401, 403):
        return Finding("mend", what, "is not accepted: make a new one with the permission Mail Send")
    if answer.status != 200:
        return Finding("mend", what, f"could not be asked about: {settings.sendgrid_base_url} answered {answer.status}")
    if "mail.send" not in scopes:
        return Finding("mend", what, "may not send: give it the permission Mail Send")
    return Finding("ok", what, "is accepted and may send")


def _sender_domains(settings: Settings) -> list[str]:
    senders = (settings.mail_from, settings.mail_from_letters, settings.mail_from_bulk)
    return sorted({parseaddr(sender)[1].rpartition("@")[2].lower() for sender in senders})
