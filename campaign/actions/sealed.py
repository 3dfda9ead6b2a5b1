"""What a high-safety action holds of its supporter is sealed: the address until it is settled, the pseudonym for good.

The address opens with `SECRET_KEY`, as the links in its mail do: once a key is dropped, neither opens any more, in no
backup either. The pseudonym opens with `PRIVACY_KEY`, which never changes, because the name outlives every link.
Neither key is in the database (ADR 0032).
"""

from campaign.kernel.installation import Installation
from campaign.kernel.sealing import RowSeal

_ADDRESS_BYTES = 256
_NAME_BYTES = 320  # eighty characters of four bytes


def seal_address(installation: Installation, address: str, signer_key: bytes) -> str:
    """Return `address` as the row of `signer_key` holds it."""
    return _addresses(installation).seal(address, signer_key)


def open_address(installation: Installation, stored: str | None, signer_key: bytes) -> str | None:
    """Return the address that a row holds; None where it holds none any more."""
    return _addresses(installation).open(stored, signer_key)


def seal_name(installation: Installation, name: str, signer_key: bytes) -> str:
    """Return a pseudonym as the row of `signer_key` holds it."""
    return _names(installation).seal(name, signer_key)


def open_name(installation: Installation, stored: str | None, signer_key: bytes) -> str | None:
    """Return the pseudonym that a row holds; None where it holds none any more."""
    return _names(installation).open(stored, signer_key)


def _addresses(installation: Installation) -> RowSeal:
    return installation.row_seal(installation.settings.secret_keys, "action.address", _ADDRESS_BYTES)


def _names(installation: Installation) -> RowSeal:
    return installation.row_seal([installation.settings.privacy_key], "action.name", _NAME_BYTES)
