"""The key pair that signs events, made once and kept under the data directory.

The service reads the public half from `webhook-public-key.txt` as its SENDGRID_WEBHOOK_PUBLIC_KEY: base64 of the DER
SubjectPublicKeyInfo on one line, as SendGrid's settings page shows it.
"""

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

PRIVATE_KEY_NAME = "webhook-private-key.pem"
PUBLIC_KEY_NAME = "webhook-public-key.txt"


class SigningKey:
    """Signs event posts as SendGrid does.

    Source: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
    (ECDSA over P-256 with SHA-256 of the timestamp followed by the raw body; the signature is base64 of DER).
    """

    def __init__(self, private_key: ec.EllipticCurvePrivateKey) -> None:
        self._private_key = private_key

    @property
    def public_key(self) -> str:
        """The public half, base64 DER on one line."""
        der = self._private_key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode("ascii")

    def sign(self, timestamp: str, body: bytes) -> str:
        """The signature header's value for a body posted at a timestamp (seconds since the epoch, as text)."""
        signature = self._private_key.sign(timestamp.encode("ascii") + body, ec.ECDSA(hashes.SHA256()))
        return base64.b64encode(signature).decode("ascii")


def mailbox_directory(data: Path) -> Path:
    """The stand-in's own directory under the data directory, made 0700 when it is not there."""
    directory = data / "mailbox"
    data.mkdir(parents=True, exist_ok=True)
    directory.mkdir(mode=0o700, exist_ok=True)
    return directory


def ensure_keys(directory: Path) -> SigningKey:
    """Load the key pair, making it first where there is none; two processes at once end with the same pair.

    Side effects: a private key (0600) and the public key's text file in the directory.
    """
    private_path = directory / PRIVATE_KEY_NAME
    if not private_path.exists():
        _write_once(private_path, _new_private_key())
    loaded = load_pem_private_key(private_path.read_bytes(), password=None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{private_path} holds no elliptic curve key")
    key = SigningKey(loaded)
    public_path = directory / PUBLIC_KEY_NAME
    line = (key.public_key + "\n").encode("ascii")
    if not public_path.exists() or public_path.read_bytes() != line:
        scratch = public_path.with_suffix(f".{os.getpid()}")
        scratch.write_bytes(line)
        scratch.replace(public_path)
    return key


def _new_private_key() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM,
        PrivateFormat.PKCS8,
        NoEncryption(),
    )


def _write_once(path: Path, content: bytes) -> None:
    """Put a 0600 file in place whole, unless another process was first: a link, unlike a rename, replaces nothing."""
    scratch = path.with_suffix(f".{os.getpid()}")
    fd = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(fd, content)
        os.fsync(fd)
    finally:
        os.close(fd)
    try:
        path.hardlink_to(scratch)
    except FileExistsError:
        pass
    finally:
        scratch.unlink()
