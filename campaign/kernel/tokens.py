"""Links that prove something: signed, bound to one purpose, expiring; sealed ones that nobody can read; short codes.

A signed token holds its claim in the open and a MAC by `SECRET_KEY`; the database holds nothing that would open it.
A sealed token (Fernet: AES-128-CBC with HMAC-SHA256, timestamped) carries what was typed from one page to the next.
Several keys may be given, newest first: the newest signs, all verify, so rotating breaks no link.

Source: itsdangerous (key rotation by key list), RFC 5869 (HKDF), the Fernet specification.
"""

import base64
import hashlib
import json
import re
import time
from collections.abc import Sequence
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadSignature, SignatureExpired, TimestampSigner, URLSafeTimedSerializer

from campaign.kernel.keyed_hash import KeyedHash

AHEAD_SECONDS = 60
"""How far clocks of ours may differ: as far as for sealed ones. Source: cryptography's `fernet._MAX_CLOCK_SKEW`."""


class TokenError(Exception):
    """The token does not prove what it claims."""


class ForgedTokenError(TokenError):
    """Not ours, damaged, or made for another purpose."""


class ExpiredTokenError(TokenError):
    """Ours, but past its time. `claim` is what it said, as JSON values."""

    def __init__(self, claim: object) -> None:
        super().__init__("expired")
        self.claim = claim


class _DatedSigner(TimestampSigner):
    """Signs as of now, or as of `instant`, in seconds since the epoch."""

    instant: int | None = None

    def get_timestamp(self) -> int:
        return super().get_timestamp() if self.instant is None else self.instant


class Signer:
    """Signs and reads tokens of one purpose.

    Args:
        keys: secret keys, newest first.
        purpose: what the token is good for, e.g. ``"confirm"``; a token of another purpose is forged.
        max_age_seconds: how long a token is good, in seconds.
    """

    def __init__(self, keys: Sequence[str], purpose: str, max_age_seconds: int) -> None:
        self._serializer = URLSafeTimedSerializer(
            list(reversed(keys)),
            salt=f"campaign.{purpose}",
            signer=_DatedSigner,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
        self.max_age_seconds = max_age_seconds

    def sign(self, claim: object, at: datetime | None = None) -> str:
        """Return a URL-safe token that proves `claim` (JSON values); its time runs from `at` (now by default)."""
        signer = self._serializer.make_signer(self._serializer.salt)
        if isinstance(signer, _DatedSigner) and at is not None:
            signer.instant = int(at.timestamp())
        return signer.sign(self._serializer.dump_payload(claim)).decode()

    def read(self, token: str) -> object:
        """Return the claim; raise `ForgedTokenError` or `ExpiredTokenError`.

        One from up to `AHEAD_SECONDS` to come is as good as new: another machine of ours made it, whose clock is ahead.
        """
        try:
            return self._serializer.loads(token, max_age=self.max_age_seconds)
        except SignatureExpired as error:
            claim = self._serializer.load_payload(error.payload or b"")
            if error.date_signed is not None and _is_just_ahead(error.date_signed):
                return claim
            raise ExpiredTokenError(claim) from error
        except (BadSignature, ValueError) as error:
            raise ForgedTokenError("forged") from error


def _is_just_ahead(signed_at: datetime) -> bool:
    return 0 < signed_at.timestamp() - time.time() <= AHEAD_SECONDS + 1  # signed to the second


class Sealer:
    """Encrypts small JSON values into expiring, purpose-bound tokens."""

    def __init__(self, keys: Sequence[str], purpose: str, max_age_seconds: int) -> None:
        self._fernet = MultiFernet([Fernet(_derive(key, purpose)) for key in keys])
        self.max_age_seconds = max_age_seconds

    def seal(self, value: object) -> str:
        """Return a token that only this service can read. Its length tells the length of `value`, nothing else.

        It goes without its padding, so that it stands in an address as it is.
        """
        return self._fernet.encrypt(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")

    def open(self, token: str) -> object:
        """Return the value; raise `ForgedTokenError` for anything damaged, foreign or too old."""
        try:
            padded = token.encode("ascii") + b"=" * (-len(token) % 4)
            return json.loads(self._fernet.decrypt(padded, ttl=self.max_age_seconds))
        except (InvalidToken, ValueError) as error:
            raise ForgedTokenError("forged") from error


def _derive(key: str, purpose: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"campaign.seal.{purpose}".encode())
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))


class ShortCodes:
    """Writes numbers as 14 URL-safe characters that tell nobody the number and that nobody else can make.

    The number and as many zeros (40 bits each) go through a keyed permutation of 80 bits; a code whose zeros do not
    come back is not ours, which one guess in 2^40 escapes. Nothing is stored, and nothing expires: such a code may hang
    on a wall. The same number always has the same code. Its last character is a letter, so that no mail program takes
    it for punctuation after a link.

    Source: Luby and Rackoff 1988 (four rounds of a keyed function make a permutation that looks random both ways).
    """

    PATTERN = "[A-Za-z0-9_-]{13}[AQgw]"
    """What a code looks like (RFC 4648 §5, 10 bytes): the last character holds two bits."""

    _ROUNDS = range(4)
    _HALF = 5

    def __init__(self, hashes: KeyedHash, purpose: str) -> None:
        self._hashes = hashes
        self._purpose = f"code.{purpose}"

    def write(self, number: int) -> str:
        """Return the code of `number`, which is below 2^40."""
        left, right = number.to_bytes(self._HALF), bytes(self._HALF)
        for turn in self._ROUNDS:
            left, right = right, self._mix(turn, left, right)
        return base64.urlsafe_b64encode(left + right).decode().rstrip("=")

    def read(self, code: str) -> int | None:
        """Return the number of `code`; None for whatever is not a code of ours, however strange."""
        if _CODE.fullmatch(code) is None:
            return None
        both = base64.urlsafe_b64decode(code + "==")
        left, right = both[: self._HALF], both[self._HALF :]
        for turn in reversed(self._ROUNDS):
            left, right = self._mix(turn, right, left), left
        return None if any(right) else int.from_bytes(left)

    def _mix(self, turn: int, side: bytes, key_side: bytes) -> bytes:
        pad = self._hashes.of(self._purpose, f"{turn}.{key_side.hex()}")
        return bytes(a ^ b for a, b in zip(side, pad[: self._HALF], strict=True))


_CODE = re.compile(ShortCodes.PATTERN)
