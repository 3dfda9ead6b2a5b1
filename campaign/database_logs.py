"""Whether the database's log would tell what supporters typed: names, comments, addresses, those of high safety too.

Statements of ours hold no values; these go beside them, as parameters. PostgreSQL writes them all the same into errors,
into slow statements and, by its extensions, into plans and audits. The embedded server is started so that it does not;
one of the operator's own may be set up by hand, by a distribution or by a provider.

Sources: PostgreSQL's documentation 19.8 (error reporting and logging) and F.3 (auto_explain); pgaudit's README.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from campaign.findings import Finding

# Asked by name: what an extension that is not loaded would have set is unknown, and NULL.
_ASK = text("SELECT name, current_setting(name, true) AS value FROM unnest(CAST(:names AS text[])) name ORDER BY name")
_OFF = ("off", "none", "")


@dataclass(frozen=True)
class _Rule:
    name: str
    is_good: Callable[[str], bool]
    words: str
    good: str
    """What to set it to."""


def _is(*good: str) -> Callable[[str], bool]:
    return lambda value: value in good


_RULES = (
    _Rule("log_parameter_max_length", _is("0"), "slow statements are logged with what people typed", "0"),
    _Rule("log_parameter_max_length_on_error", _is("0"), "errors are logged with what people typed", "0"),
    _Rule("log_error_verbosity", _is("terse"), "errors are logged with the row they are about", "terse"),
    _Rule("log_statement", _is("none", "ddl"), "every statement is logged", "none"),
    _Rule(
        "log_min_messages",
        lambda value: not value.startswith("debug"),
        "debug messages log what statements are given",
        "warning",
    ),
    *(
        _Rule(name, _is("off"), "statements are logged as trees, values and all", "off")
        for name in ("debug_print_parse", "debug_print_rewritten", "debug_print_plan")
    ),
    _Rule("auto_explain.log_min_duration", _is("-1"), "plans are logged, and hold values", "-1"),
    _Rule("pgaudit.log_parameter", _is(*_OFF), "audits are logged with what people typed", "off"),
)


def check_logs(connection: Connection) -> Iterator[Finding]:
    """Yield what is found of the database's logging, asked of the server itself."""
    names = [rule.name for rule in _RULES]
    yield from judge({row.name: row.value for row in connection.execute(_ASK, {"names": names})})


def judge(settings: Mapping[str, str | None]) -> Iterator[Finding]:
    """Yield a finding for each setting that would tell; one that all is well where none does.

    Args:
        settings: PostgreSQL's settings as `SHOW` writes them; None where the server knows none of that name.
    """
    bad = [
        (rule, value)
        for rule in _RULES
        if (value := settings.get(rule.name)) is not None and not rule.is_good(value.lower())
    ]
    for rule, value in bad:
        change = f"ALTER SYSTEM SET {rule.name} = '{rule.good}'"
        line = f'psql "$DATABASE_URL" -c "{change}" -c "SELECT pg_reload_conf()"'
        yield Finding("fix", f"database's {rule.name}", f"is {value}: {rule.words}; set it to {rule.good}", line)
    if not bad:
        yield Finding("ok", "database's log", "holds nothing that people typed")
