"""What `campaign doctor` says of a Valkey or Redis: which it is, and whether the queue's keeps what it has."""

from collections.abc import Iterator

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from campaign.findings import Finding
from campaign.kernel.valkey import connect

_SECONDS = 5.0
_OLDEST = (6, 2)
"""Of Redis: RQ moves its jobs by BLMOVE, which came with 6.2. Every Valkey says that it does what Redis 7.2 did."""


def check_version(what: str, client: Redis) -> Iterator[Finding]:
    """Yield what a server is and whether it is too old.

    Args:
        what: what it is for, as findings name it.
        client: a client of it.
    """
    try:
        told = client.info("server")
        does_as = tuple(int(part) for part in str(told["redis_version"]).split(".")[:2])
    except (ResponseError, KeyError, ValueError):
        words = "the server doesn’t say: check that it is Valkey, or Redis 6.2 or newer"
        yield Finding("skipped", f"{what} version", words)
        return
    is_valkey = "valkey_version" in told
    name = f"Valkey {told['valkey_version']}" if is_valkey else f"Redis {told['redis_version']}"
    if does_as < _OLDEST:
        yield Finding("fix", f"{what} version", f"{name} is too old: use Valkey 7.2, Redis 6.2, or newer")
    else:
        yield Finding("ok", f"{what} version", name)


def settings_of(client: Redis, *names: str) -> dict[str, str]:
    """Return some settings of a server, each asked for by itself: for several at once one needs Redis 7."""
    return {name: client.config_get(name).get(name) or "" for name in names}


def check_queue(url: str) -> Iterator[Finding]:
    """Yield what is found of the queue: whether it answers, and would survive its own death."""
    client = connect(url, timeout_seconds=_SECONDS)
    try:
        client.ping()
        yield Finding("ok", "queue", "answers")
        yield from check_version("queue", client)
        config = settings_of(client, "appendonly", "maxmemory-policy")
    except ResponseError:
        yield Finding("skipped", "queue's settings", "the server shows none: check that its append-only file is on")
        return
    except (RedisError, OSError) as error:
        yield Finding("fix", "queue", f"{type(error).__name__}; check REDIS_URL, and that the server is running")
        return
    finally:
        client.close()
    wanted = {
        "appendonly": ("yes", "without its append-only file a crash loses what is queued"),
        "maxmemory-policy": ("noeviction", "when memory is short it drops what is queued"),
    }
    for name, (value, words) in wanted.items():
        if config.get(name) == value:
            yield Finding("ok", f"queue's {name}", value)
        else:
            line = f'valkey-cli -u "$REDIS_URL" CONFIG SET {name} {value}'
            yield Finding("fix", f"queue's {name}", f"is {config.get(name)}: {words}", line)
