"""A signing service in miniature: a key, and id tokens made with it, by RFC 7515 alone."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

CLAIMS = {"iss": "auth", "aud": "login.example.test", "sub": "web000", "nonce": "n1"}


@dataclass(frozen=True, slots=True)
class Signer:
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public_pem(self) -> str:
        return self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def token(self, **claims: str) -> str:
        signed = f"{part({'alg': 'EdDSA'})}.{part(CLAIMS | claims)}"
        return f"{signed}.{_encode(self.key.sign(signed.encode()))}"


def part(what: Mapping[str, str]) -> str:
    return _encode(json.dumps(what).encode())


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
