"""What the environment says, read once into one frozen object; all that is wrong is told at once.

Source: the list of settings in docs/reference.md.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from campaign.kernel.idn import ascii_address

DEFAULT_STRANGERS = "domain=300,provider=2000,all=10000"
_STRANGERS = re.compile(r"domain=([1-9]\d*),provider=([1-9]\d*),all=([1-9]\d*)")
DEFAULT_LIMITS = "ip=600/10m,network=3000/10m"
_PERIODS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LIMIT = re.compile(r"(?P<name>ip|network|email)=(?P<count>[1-9]\d*)/(?P<times>\d*)(?P<unit>[smhd])")
_VALKEY = ("redis", "rediss", "unix", "valkey")
_MIN_KEY_LENGTH = 32
_MAPPED = ipaddress.IPv6Network("::ffff:0:0/96")
"""IPv4 as a socket shows it that takes both. Source: RFC 4291, section 2.5.5.2."""
_QUOTED_NAME = r'"(?:[^"\\\x00-\x1f\x7f]|\\["\\])*"'
_NAME = r'[^"\\<>\[\],;:@\x00-\x1f\x7f]+'
_MAILBOX = re.compile(rf"(?:(?:{_QUOTED_NAME}\s*|{_NAME})<(?P<address>[^<>]+)>|(?P<alone>[^<>\s]+))")
_ADDRESS = re.compile(
    r"(?=.{1,64}@.{1,189}$)[\w.!#$%&'*+/=?^`{|}~-]+@(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)+[a-z\d-]*[a-z][a-z\d-]*(?<!-)",
    re.ASCII | re.IGNORECASE,
)
"""As mail servers take it: RFC 5321, Mailbox, without quoted names and literal addresses."""
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[\da-fA-F:.]+\](:\d+)?")


@dataclass(frozen=True)
class Limit:
    """At most `count` posts in `seconds` for one key of kind `name` (`ip`, `network`)."""

    name: str
    count: int
    seconds: int


@dataclass(frozen=True)
class StrangerSizes:
    """How much mail to unconfirmed addresses may be out: at one mail domain, at a large provider's, in all."""

    domain: int
    provider: int
    all: int


@dataclass(frozen=True)
class Settings:
    """Everything the environment decides. Secrets are kept out of `repr`."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    limits_url: str | None = field(repr=False)
    secret_keys: tuple[str, ...] = field(repr=False)
    privacy_key: str = field(repr=False)
    public_url: str
    mail_from: str
    mail_from_letters: str
    mail_from_bulk: str
    sendgrid_api_key: str = field(repr=False)
    sendgrid_base_url: str
    sendgrid_webhook_public_key: str
    data_dir: Path | None
    metrics_token: str | None = field(repr=False)
    trusted_proxies: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]
    limits: tuple[Limit, ...]
    strangers: StrangerSizes | None
    log_format: str
    prepared_statements: bool
    is_demo: bool

    @property
    def is_https(self) -> bool:
        """Whether supporters reach us by TLS (then HSTS is sent)."""
        return self.public_url.startswith("https://")


class SettingsError(Exception):
    """The environment cannot be used; `problems` holds one sentence for each thing that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings that `environ` describes.

    Raises:
        SettingsError: with every problem found, in words an operator can act on.
    """
    settings, problems = examine_settings(environ)
    if problems:
        raise SettingsError(problems)
    return settings


def examine_settings(environ: Mapping[str, str]) -> tuple[Settings, list[str]]:
    """Return what could be read of `environ`, of use only where there is no problem, and the problems."""
    reader = _Reader(environ)
    return reader.read(), reader.problems


def _unmapped(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Return a network as addresses in it are looked at: one of IPv4, also where it was written as IPv6."""
    if isinstance(network, ipaddress.IPv4Network) or not network.subnet_of(_MAPPED):
        return network
    return ipaddress.IPv4Network((int(network.network_address) & 0xFFFFFFFF, network.prefixlen - _MAPPED.prefixlen))


def _is_mailbox(text: str) -> bool:
    """Whether `text` is one address, alone or behind a name, and is read as such by who makes mail of it."""
    found = _MAILBOX.fullmatch(text)
    if found is None:
        return False
    address = found["address"] or found["alone"]
    local = address.partition("@")[0]
    is_address = _ADDRESS.fullmatch(address) is not None and not re.search(r"^\.|\.\.|\.$", local)
    return is_address and parseaddr(text)[1] == address


class _Reader:
    """Collects problems while reading, so that all of them are told in one go."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def read(self) -> Settings:
        mail_from = self._mail("MAIL_FROM", required=True)
        return Settings(
            database_url=self._url("DATABASE_URL", ("postgresql", "postgres", "postgresql+psycopg")),
            redis_url=self._url("REDIS_URL", _VALKEY),
            limits_url=self._url("LIMITS_URL", _VALKEY) if self._get("LIMITS_URL") else None,
            secret_keys=self._secret_keys(),
            privacy_key=self._key("PRIVACY_KEY", self._required("PRIVACY_KEY")),
            public_url=self._origin("PUBLIC_URL"),
            mail_from=mail_from,
            mail_from_letters=self._mail("MAIL_FROM_LETTERS", required=False) or mail_from,
            mail_from_bulk=self._mail("MAIL_FROM_BULK", required=False) or mail_from,
            sendgrid_api_key=self._required("SENDGRID_API_KEY"),
            sendgrid_base_url=self._url("SENDGRID_BASE_URL", ("http", "https"), "https://api.sendgrid.com"),
            sendgrid_webhook_public_key=self._public_key(),
            data_dir=Path(text) if (text := self._get("CAMPAIGN_DATA")) else None,
            metrics_token=self._get("METRICS_TOKEN") or None,
            trusted_proxies=self._networks("TRUSTED_PROXIES"),
            limits=self._limits(),
            strangers=self._strangers(),
            log_format=self._choice("LOG_FORMAT", ("text", "json")),
            prepared_statements=self._choice("PREPARED_STATEMENTS", ("on", "off")) == "on",
            is_demo=self._get("CAMPAIGN_DEMO") == "1",
        )

    def _get(self, name: str, default: str = "") -> str:
        return self._environ.get(name, default).strip()

    def _required(self, name: str) -> str:
        value = self._get(name)
        if not value:
            self.problems.append(f"{name} is missing")
        return value

    def _url(self, name: str, schemes: tuple[str, ...], default: str = "") -> str:
        value = self._get(name) or default or self._required(name)
        if value:
            try:
                parts = urlsplit(value)
                is_good = parts.scheme in schemes and bool(parts.netloc or parts.scheme == "unix")
            except ValueError:
                is_good = False
            if not is_good:
                self.problems.append(f"{name} must be a URL that starts with {' or '.join(s + '://' for s in schemes)}")
        if name == "DATABASE_URL":
            value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
        return value

    def _origin(self, name: str) -> str:
        """Read an address to which paths are added: scheme, host and port, and nothing beside them."""
        before = len(self.problems)
        value = self._url(name, ("http", "https")).rstrip("/")
        if len(self.problems) > before:
            return value
        try:
            parts = urlsplit(value)
            is_bare = value == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc and bool(parts.hostname)
            is_bare = is_bare and (parts.port is None or parts.port > 0) and _HOST.fullmatch(parts.netloc) is not None
        except ValueError:
            is_bare = False
        if not is_bare:
            self.problems.append(f"{name} must be scheme, host and port alone, such as https://act.example.org")
        return value

    def _key(self, name: str, value: str) -> str:
        if value and len(value) < _MIN_KEY_LENGTH:
            self.problems.append(f"{name} must be at least {_MIN_KEY_LENGTH} characters long")
        return value

    def _secret_keys(self) -> tuple[str, ...]:
        return tuple(self._key("SECRET_KEY", key) for key in self._required("SECRET_KEY").split())

    def _mail(self, name: str, *, required: bool) -> str:
        """Read a sender; its domain is kept as mail servers and name servers know it."""
        value = self._required(name) if required else self._get(name)
        typed = parseaddr(value)[1]
        address = ascii_address(typed)
        sender = value.replace(typed, address) if typed else value
        if not address.isascii():
            self.problems.append(f"{name}: mail goes only from an address in unaccented letters, digits and signs")
        elif value and not _is_mailbox(sender):
            rest = "a name that holds , ; : or @ stands in quotes"
            self.problems.append(f"{name} must look like Name <address@domain>: {rest}")
        return sender

    def _public_key(self) -> str:
        value = self._required("SENDGRID_WEBHOOK_PUBLIC_KEY")
        try:
            base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            self.problems.append("SENDGRID_WEBHOOK_PUBLIC_KEY must be base64, as SendGrid shows it")
        return value

    def _networks(self, name: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        networks = []
        for text in re.split(r"[\s,]+", self._get(name)):
            if not text:
                continue
            try:
                networks.append(_unmapped(ipaddress.ip_network(text)))
            except ValueError:
                self.problems.append(f"{name}: {text!r} is not a network such as 10.0.0.0/8")
        return tuple(networks)

    def _limits(self) -> tuple[Limit, ...]:
        text = self._get("LIMITS") or DEFAULT_LIMITS
        if text == "off":
            return ()
        limits = []
        for part in text.split(","):
            match = _LIMIT.fullmatch(part.strip())
            if match is None:
                self.problems.append(f'LIMITS: {part.strip()!r} is not like "ip=300/m" or "network=3000/10m"')
                continue
            if match["name"] == "email":
                continue  # read as ever, counted no more: a refusal by the address typed told who had acted
            seconds = int(match["times"] or 1) * _PERIODS[match["unit"]]
            limits.append(Limit(match["name"], int(match["count"]), seconds))
        return tuple(limits)

    def _strangers(self) -> StrangerSizes | None:
        # A demonstration's mail leaves the machine for nobody, and without limits nothing is limited.
        is_off = self._get("CAMPAIGN_DEMO") == "1" or self._get("LIMITS") == "off"
        value = self._get("STRANGERS") or ("off" if is_off else DEFAULT_STRANGERS)
        if value == "off":
            return None
        match = _STRANGERS.fullmatch(value)
        if match is None:
            self.problems.append(f'STRANGERS: {value!r} is not like "{DEFAULT_STRANGERS}" or "off"')
            return None
        return StrangerSizes(*(int(size) for size in match.groups()))

    def _choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self._get(name) or choices[0]
        if value not in choices:
            self.problems.append(f"{name} must be one of {', '.join(choices)}")
        return value
