"""`campaign doctor`: check everything an installation stands on; say what to fix, and the line to type."""

from collections.abc import Iterator, Sequence
from email.utils import parseaddr
from typing import Any

import click
import urllib3
from sqlalchemy import Connection, Row, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from campaign.console import Console, driver_url
from campaign.database_logs import check_logs
from campaign.delivery.strangers import CONFIRMED_PAYS, list_brakes
from campaign.embedded.errors import NoInstallationError, ServicesError
from campaign.embedded.homes import Home, prepare_home
from campaign.findings import LABELS, Finding
from campaign.kernel.settings import Settings, examine_settings
from campaign.kernel.soundness import find_doubtful, find_refused
from campaign.limit_checks import check_limits
from campaign.migrating import missing_migrations, why_unfit
from campaign.sender_domain import check_domain
from campaign.valkey_checks import check_queue

_SECONDS = 5.0
_KEY = "export SENDGRID_API_KEY='SG.…'"
_RANDOM = "\"$(python3 -c 'import secrets; print(secrets.token_urlsafe(32))')\""
_EXAMPLES = {
    "DATABASE_URL": "postgresql://campaign@127.0.0.1/campaign",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "SECRET_KEY": _RANDOM,
    "PRIVACY_KEY": _RANDOM,
    "PUBLIC_URL": "https://act.example.org",
    "MAIL_FROM": "'Your Organization <hello@example.org>'",
    "SENDGRID_API_KEY": "'SG.…'",
    "SENDGRID_WEBHOOK_PUBLIC_KEY": "'…'  # SendGrid: Settings, Mail Settings, Event Webhook",
}

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
    """Check settings, database, queue, mail key and sender domain; say how to fix what is wrong.

    FIX is a problem (exit code 1), with the line to type under it. WARN may be a mistake, or may be what you want.
    """
    findings = []
    for finding in _examine(console):
        findings.append(finding)
        click.echo(f"{LABELS[finding.state]:<6}{finding.what}: {finding.words}")
        if finding.line:
            click.echo(f"{'':<6}  {finding.line}")
    wrong = sum(finding.state == "fix" for finding in findings)
    if wrong:
        click.echo(f"\n{wrong} to fix.")
        ctx.exit(1)
    click.echo("\nAll good.")


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
    except NoInstallationError as error:
        yield Finding("fix", "installation", str(error), error.line)
    except ServicesError as error:
        yield Finding("fix", "services", " ".join(str(error).split()))


def check_account(home: Home) -> Iterator[Finding]:
    """Yield whose the embedded servers' files are, where they are not our own."""
    if home.account is not None:
        what, name = "servers' account", home.account.name
        if home.account.is_unwanted:
            words = f"{name}: other services use it too. Make one for this alone, then start again"
            yield Finding("fix", what, words, "useradd --system campaign")
        else:
            yield Finding("ok", what, f"{name}: an account of their own")


def check_settings(settings: Settings, unreadable: Sequence[str]) -> Iterator[Finding]:
    """Yield what stops the start, and what is mostly a mistake; that they are sound where nothing does."""
    problems = [*unreadable, *find_refused(settings)]
    yield from (Finding("fix", "settings", problem, _line_for(problem)) for problem in problems)
    if not problems:
        yield Finding("ok", "settings", "complete")
        yield from (Finding("warn", name, words) for name, words in find_doubtful(settings))


def _line_for(problem: str) -> str:
    """Return the line that sets what is missing, with a value to begin from."""
    name = problem.removesuffix(" is missing")
    return f"export {name}={_EXAMPLES[name]}" if name in _EXAMPLES and name != problem else ""


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
                yield Finding("fix", "tables", f"{len(lacking)} migrations behind", "campaign migrate")
            else:
                yield Finding("ok", "tables", "up to date")
                yield from _check_switches(connection)
                yield from _check_strangers(connection)
    except DBAPIError as error:
        first = (str(error.orig).strip().splitlines() or ["no answer"])[0]
        yield Finding("fix", "database", f"{first}; check DATABASE_URL, and that the server is running")
    finally:
        engine.dispose()


def _check_version(connection: Connection) -> Finding:
    if words := why_unfit(connection):
        return Finding("fix", "database", words)
    return Finding("ok", "database", f"PostgreSQL {connection.scalar(text('SHOW server_version'))}")


def _check_writing(connection: Connection) -> Finding:
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE TEMPORARY TABLE doctor ON COMMIT DROP AS SELECT 1 AS written"))
    except DBAPIError as error:
        first = str(error.orig).strip().splitlines()[0]
        return Finding("fix", "writing", f"{first}; is this a read-only replica, or is the disk full?")
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
        words = f"{scope or 'all mail'} stopped since {row.since:%Y-%m-%d %H:%M} UTC{end}: {row.reason}"
        yield Finding("fix", "brakes", words, _resuming(row))
    if not stops:
        holds = len(rows)
        yield Finding("ok", "brakes", f"none; {holds} holds because of a campaign’s status or a met demand")


def _resuming(row: Row[Any]) -> str:
    """Return the line that takes a brake off; empty for one that no command puts on."""
    if row.broadcast is not None or row.mailbox is not None:
        return ""
    options = [f"--{name} {value}" for name in ("lane", "organization", "campaign") if (value := getattr(row, name))]
    return f"campaign resume {' '.join(options) or '--all'}"


def _check_strangers(connection: Connection) -> Iterator[Finding]:
    with Session(connection) as session:
        brakes = list_brakes(session)
    for brake in brakes:
        words = (
            f"confirmation emails to {brake.name} have waited since {brake.braked_at:%Y-%m-%d %H:%M} UTC: "
            f"fewer than one in {CONFIRMED_PAYS} were confirmed. Is someone abusing a form? If not, let them go"
        )
        yield Finding("fix", "mail to strangers", words, f"campaign mails lift {brake.name}")
    if not brakes:
        yield Finding("ok", "mail to strangers", "none waiting")


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
        return Finding("fix", what, f"{settings.sendgrid_base_url} doesn’t answer ({type(error).__name__})")
    if answer.status in (401, 403):
        return Finding("fix", what, "not accepted: make a new one with the permission Mail Send", _KEY)
    if answer.status != 200:
        return Finding("fix", what, f"couldn’t be checked: {settings.sendgrid_base_url} answered {answer.status}")
    if "mail.send" not in scopes:
        return Finding("fix", what, "can’t send: give it the permission Mail Send in SendGrid")
    return Finding("ok", what, "accepted, and may send")


def _sender_domains(settings: Settings) -> list[str]:
    senders = (settings.mail_from, settings.mail_from_letters, settings.mail_from_bulk)
    return sorted({parseaddr(sender)[1].rpartition("@")[2].lower() for sender in senders})
