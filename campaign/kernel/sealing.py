"""Seals what a table must hold for a while, so that whatever copies the table holds ciphertext, and nothing else.

A database writes a value to more places than its row: the write-ahead log, the row's dead versions, free space in
pages, base backups, dumps. None of these is emptied when the row is; what was sealed before it got there need not be.

A sealed value is bound to the key of its row: copied to another row, it does not open. All sealed values of a kind are
equally long, so that their length joins nobody to anything.

Source: NIST SP 800-38D (AES-GCM; 96-bit random nonces, far below 2^32 values a key), RFC 5869 (HKDF).
"""

import base64
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MARK = "sealed:"
"""What a sealed value begins with; what does not, was stored before values were sealed, and stands as it is."""

_NONCE_BYTES = 12


class RowSeal:
    """Seals one kind of value under one purpose.

    Args:
        keys: secret keys, newest first: the newest seals, all open.
        purpose: what is sealed, e.g. ``"action.address"``; a value of another purpose does not open.
        width: values are filled up to a multiple of so many bytes.
    """

    def __init__(self, keys: Sequence[str], purpose: str, width: int) -> None:
        self._ciphers = [AESGCM(_derive(key, purpose)) for key in keys]
        self._width = width

    def seal(self, value: str, row_key: bytes) -> str:
        """Return `value` (without NUL), sealed for the row that has `row_key`; each time another text."""
        plain = value.encode()
        plain += bytes(-len(plain) % self._width)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + self._ciphers[0].encrypt(nonce, plain, row_key)
        return MARK + base64.urlsafe_b64encode(sealed).decode()

    def open(self, stored: str | None, row_key: bytes) -> str | None:
        """Return the value; None where there is none, or where none of the keys opens it for this row."""
        if stored is None or not stored.startswith(MARK):
            return stored
        try:
            sealed = base64.urlsafe_b64decode(stored.removeprefix(MARK))
        except ValueError:
            return None
        nonce, text = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, text, row_key).rstrip(b"\0").decode()
            except (InvalidTag, ValueError):
                continue
        return None


def _derive(key: str, purpose: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"campaign.row.{purpose}".encode())
    return hkdf.derive(key.encode())
