"""Is an answer really from the auth service, to this very request, for this very user?

The service signs an id token (a JWT, RFC 7519, with EdDSA over Ed25519, RFC 8037) over the nonce of the request, and
the client checks it as OpenID Connect Core 1.0, section 3.1.3.7, has it. Nobody without the private key can answer
rightly, and no recorded answer is right a second time. Only one algorithm is accepted, so a token cannot choose one.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from game.errors import UsageError

ISSUER = "auth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a right answer's token must say."""

    audience: str
    subject: str
    nonce: str


class Verifier:
    """Checks id tokens against one public key."""

    def __init__(self, public_key: str) -> None:
        """Take the public key as PEM text."""
        try:
            key = load_pem_public_key(public_key.encode())
        except (ValueError, UnsupportedAlgorithm) as error:
            raise UsageError(f"the service's public key is no PEM public key: {error}") from error
        if not isinstance(key, Ed25519PublicKey):
            raise UsageError("the service's public key is not an Ed25519 key")
        self._key = key

    def judge(self, token: object, expected: Expected) -> str:
        """Say why the token is wrong; empty when it is right. Any object may be given, whatever an answer held."""
        claims = self._claims(token)
        if claims is None or claims.get("iss") != ISSUER:
            return "unsigned"
        if claims.get("nonce") != expected.nonce:
            return "wrong-nonce"
        if claims.get("aud") != expected.audience:
            return "wrong-audience"
        return "" if claims.get("sub") == expected.subject else "wrong-user"

    def _claims(self, token: object) -> dict[str, Any] | None:
        if not isinstance(token, str) or token.count(".") != 2 or not token.isascii():
            return None
        signed, _, signature = token.rpartition(".")
        header, _, payload = signed.partition(".")
        try:
            self._key.verify(_decode(signature), signed.encode())
            if json.loads(_decode(header)).get("alg") != "EdDSA":
                return None
            claims = json.loads(_decode(payload))
        except (InvalidSignature, ValueError, binascii.Error, AttributeError, RecursionError):
            return None
        return claims if isinstance(claims, dict) else None


def _decode(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))
