"""Compose the environment that the processes of an installation share.

What the operator gave always wins. Under `--demo` the rest is made once and kept in the data directory; without it
nothing is made up, and what is missing stops the start.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from campaign.embedded.secret_files import kept_secret, write_private

# Source: the contract's list of environment variables.
_SETTINGS = frozenset(
    {
        "DATABASE_URL", "REDIS_URL", "LIMITS_URL", "SECRET_KEY", "PRIVACY_KEY", "PUBLIC_URL", "MAIL_FROM",
        "MAIL_FROM_LETTERS", "MAIL_FROM_BULK", "CAMPAIGN_DATA", "CAMPAIGN_DEMO", "METRICS_TOKEN", "SENDGRID_API_KEY",
        "SENDGRID_BASE_URL", "SENDGRID_WEBHOOK_PUBLIC_KEY", "TRUSTED_PROXIES", "LIMITS", "STRANGERS", "LOG_FORMAT",
        "PREPARED_STATEMENTS",
    }
)  # fmt: skip
_DEMO_SENDER = "Worker-driven campaigns (demonstration) <campaign@demonstration.example>"


def is_setting(name: str) -> bool:
    """Say whether a variable is one of ours (and not the operator's shell)."""
    return name in _SETTINGS


def make_demo_environ(
    data_dir: Path, environ: Mapping[str, str], *, web_port: int, mailbox_port: int | None
) -> dict[str, str]:
    """Return what `--demo` adds to the operator's environment, and keep it for later commands.

    Args:
        data_dir: Where secrets are kept.
        environ: The operator's; nothing in it is replaced.
        web_port: Where the pages are served.
        mailbox_port: Where the mail stand-in listens; None when mail goes to the real service.

    Side effects: `DIR/secrets/*` and `DIR/demo.json`, mode 0600.
    """
    secrets = data_dir / "secrets"
    made = {
        "CAMPAIGN_DEMO": "1",
        "PUBLIC_URL": f"http://localhost:{web_port}",
        "MAIL_FROM": _DEMO_SENDER,
        "SECRET_KEY": kept_secret(secrets / "secret-key"),
        "PRIVACY_KEY": kept_secret(secrets / "privacy-key"),
    }
    if mailbox_port is not None:
        made |= {
            "SENDGRID_API_KEY": f"SG.{kept_secret(secrets / 'mailbox-api-key')}",
            "SENDGRID_BASE_URL": f"http://127.0.0.1:{mailbox_port}",
            "SENDGRID_WEBHOOK_PUBLIC_KEY": webhook_key_file(data_dir).read_text().strip(),
        }
    made = {name: value for name, value in made.items() if not environ.get(name)}
    write_private(_demo_file(data_dir), json.dumps(made))
    return made


def demo_environ(data_dir: Path) -> dict[str, str]:
    """Return what the last `--demo` start made for this data directory; nothing when there was none."""
    try:
        read = json.loads(_demo_file(data_dir).read_text())
        return {str(name): str(value) for name, value in read.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def forget_demo(data_dir: Path) -> None:
    """Drop the made settings: a start without `--demo` must not leave them for later commands to find."""
    _demo_file(data_dir).unlink(missing_ok=True)


def webhook_key_file(data_dir: Path) -> Path:
    """Return where the mail stand-in writes the public half of the key it signs events with (base64 DER)."""
    return data_dir / "mailbox/webhook-public-key.txt"


def _demo_file(data_dir: Path) -> Path:
    return data_dir / "demo.json"
