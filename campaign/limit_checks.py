"""What `campaign doctor` says of the limits: where they count, whether on a disk, whether all posters look alike."""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector
from redis.exceptions import RedisError, ResponseError

from campaign.embedded.counters import folder_of
from campaign.findings import Finding
from campaign.kernel.crowding import is_crowded
from campaign.kernel.settings import Settings
from campaign.kernel.valkey import connect
from campaign.valkey_checks import check_version, settings_of

_SECONDS = 5.0


def check_limits(settings: Settings) -> Iterator[Finding]:
    """Yield what is found of the limits of a running installation; a demonstration has its visitors on one machine."""
    if settings.limits_url is not None:
        yield from check_keeping(settings.limits_url)
    else:
        words = "each web process counts on its own; for several, set LIMITS_URL to a Valkey that keeps nothing on disk"
        yield Finding("skipped", "limits", words)
    if not settings.is_demo:
        yield check_crowding(settings.data_dir)


def check_keeping(url: str) -> Iterator[Finding]:
    """Yield whether the Valkey of the limits keeps what it counts: on a disk it could be joined to who signed."""
    client = connect(url, timeout_seconds=_SECONDS)
    try:
        config = settings_of(client, "appendonly", "save")
        yield from check_version("limits", client)
    except ResponseError:
        yield Finding("skipped", "limits", "their Valkey shows no settings: check that it keeps nothing on disk")
        return
    except (RedisError, OSError) as error:
        yield Finding("fix", "limits", f"{type(error).__name__}; check LIMITS_URL, and that the server is running")
        return
    finally:
        client.close()
    if config.get("appendonly") != "no" or config.get("save"):
        line = """valkey-cli -u "$LIMITS_URL" CONFIG SET appendonly no save ''"""
        yield Finding("fix", "limits", "their Valkey keeps its counts on disk, where they tell who signed when", line)
    else:
        yield Finding("ok", "limits", "counted in memory only")


def check_crowding(data_dir: Path | None) -> Finding:
    """Return whether nearly everybody seems to come from one address, since the web processes started."""
    weighed, from_one = _read_numbers(data_dir)
    if is_crowded(weighed, from_one):
        words = (
            f"{from_one:.0f} of {weighed:.0f} posts came from one address or an unknown one. Is a proxy in front? "
            "Name it in TRUSTED_PROXIES, and have it write X-Forwarded-For"
        )
        return Finding("fix", "addresses", words, "export TRUSTED_PROXIES=10.0.0.1  # your proxy’s address")
    if not weighed:
        words = "no posts on this machine yet; see campaign_posts_from_one_address in /metrics"
        return Finding("skipped", "addresses", words)
    return Finding("ok", "addresses", f"{weighed:.0f} posts, {from_one:.0f} of them when one address sent nearly all")


def _read_numbers(data_dir: Path | None) -> tuple[float, float]:
    if data_dir is None or not folder_of(data_dir).is_dir():
        return 0.0, 0.0
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder_of(data_dir)))  # type: ignore[no-untyped-call]
    weighed = registry.get_sample_value("campaign_posts_weighed_total")
    from_one = registry.get_sample_value("campaign_posts_from_one_address_total")
    return weighed or 0.0, from_one or 0.0
