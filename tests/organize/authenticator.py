"""A passkey in software: makes and uses one as a device would, or as an attacker would like it to.

    key = Authenticator()
    answer = key.create(options)            # JSON, as js/organize/passkey.js writes it
    answer = key.get(options, count=3)

Source: Web Authentication Level 3, sections 6.1 (authenticator data) and 6.5 (attestation).
"""

import hashlib
import json
import secrets

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from tests.organize.stage import ORIGIN

HOST = ORIGIN.partition("://")[2]
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    """One device with one passkey. `verifies`: whether it asks for the finger."""

    def __init__(self, *, origin=ORIGIN, host=HOST, verifies=True):
        self.origin, self.host, self.verifies = origin, host, verifies
        self.id, self.key, self.count, self.owner = (
            secrets.token_bytes(16),
            ec.generate_private_key(ec.SECP256R1()),
            0,
            b"",
        )

    def create(self, options):
        """Make the passkey."""
        self.owner = base64url_to_bytes(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        attested = bytes(16) + len(self.id).to_bytes(2) + self.id + cbor2.dumps(public)
        data = self._data(ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer({"clientDataJSON": client, "attestationObject": attestation}, transports=["internal"])

    def get(self, options, *, count=None, cross_origin=False, owner=None):
        """Use it. `count`: how often it says it was used."""
        self.count = self.count + 1 if count is None else count
        data, client = self._data(0), self._client("webauthn.get", options, cross_origin=cross_origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer({**parts, "userHandle": self.owner if owner is None else owner})

    def _data(self, flags):
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind, options, *, cross_origin=False):
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": cross_origin}
        return json.dumps(told).encode()

    def _answer(self, response, **more):
        written = {name: bytes_to_base64url(value) for name, value in response.items()} | more
        name = bytes_to_base64url(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": written})
