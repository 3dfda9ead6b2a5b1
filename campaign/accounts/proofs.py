"""What a browser, a mail or a sheet of paper holds to prove something, and what is kept of it: a hash.

A token has 256 random bits, so its plain hash tells nothing. A code is short, so its hash is keyed (`PRIVACY_KEY`,
never in the database), and whoever checks one counts the tries.
"""

import hashlib
import secrets
from uuid import UUID

from campaign.kernel.keyed_hash import KeyedHash

_TOKEN_BYTES = 32
CODE_DIGITS = 8


def new_token() -> str:
    """Return 43 URL-safe characters that nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def hash_of(token: str) -> bytes:
    """Return what is kept of a token: 32 bytes."""
    return hashlib.sha256(token.encode()).digest()


def code_of(hashes: KeyedHash, public_id: UUID) -> str:
    """Return the code that stands for a mailed link in the browser that asked: 8 digits, always the same of a link."""
    number = int.from_bytes(hashes.of("account.link.code", public_id.hex))
    return f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def typed(code: str) -> str:
    """Return a code as it is compared, however it was spaced."""
    return "".join(code.split()).replace("-", "").upper()


def code_hash(hashes: KeyedHash, code: str) -> bytes:
    """Return what is kept of a code that people type: 16 bytes."""
    return hashes.of("account.code", typed(code))
