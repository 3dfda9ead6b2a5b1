"""Settings and what follows from them: signers, sealers, keyed hashes, links, the sessions of this process.

Sessions made here carry the installation in `session.info`, so that a mail composer, which gets a session and ids, can
make links without a global.
"""

from collections.abc import Callable, Sequence
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.sealing import RowSeal
from campaign.kernel.settings import Settings
from campaign.kernel.stamp import Stamp
from campaign.kernel.tokens import Sealer, Signer

_KEY = "campaign.installation"


class Installation:
    """One installation of the service, as this process sees it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.hashes = KeyedHash(settings.privacy_key)
        self.stamp = Stamp(settings.secret_keys)
        self._signers: dict[tuple[str, int], Signer] = {}
        self._sealers: dict[tuple[str, int], Sealer] = {}
        self._row_seals: dict[str, RowSeal] = {}

    def signer(self, purpose: str, max_age_seconds: int) -> Signer:
        """Return the signer of one purpose."""
        key = (purpose, max_age_seconds)
        if key not in self._signers:
            self._signers[key] = Signer(self.settings.secret_keys, purpose, max_age_seconds)
        return self._signers[key]

    def sealer(self, purpose: str, max_age_seconds: int) -> Sealer:
        """Return the sealer of one purpose."""
        key = (purpose, max_age_seconds)
        if key not in self._sealers:
            self._sealers[key] = Sealer(self.settings.secret_keys, purpose, max_age_seconds)
        return self._sealers[key]

    def row_seal(self, keys: Sequence[str], purpose: str, width: int) -> RowSeal:
        """Return what seals values of one purpose in rows; a purpose has one set of keys and one width."""
        if purpose not in self._row_seals:
            self._row_seals[purpose] = RowSeal(keys, purpose, width)
        return self._row_seals[purpose]

    def url(self, path: str) -> str:
        """Return the public address of `path` (which starts with a slash)."""
        return self.settings.public_url + path

    @cached_property
    def is_https(self) -> bool:
        """Whether supporters reach us by TLS."""
        return self.settings.is_https

    def sessions(self, engine: Engine) -> Callable[[], Session]:
        """Return a factory of plain sessions that know this installation."""
        return sessionmaker(engine, expire_on_commit=False, info={_KEY: self})


def introduce(session: Session, installation: Installation) -> None:
    """Let a session that was made elsewhere know `installation`."""
    session.info[_KEY] = installation


def installation_of(session: Session) -> Installation:
    """Return the installation a session was made for."""
    found = session.info.get(_KEY)
    if not isinstance(found, Installation):
        raise TypeError("this session was not made by Installation.sessions")
    return found
