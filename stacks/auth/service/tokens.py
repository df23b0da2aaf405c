"""Signed tokens: the id token that proves an answer came from this service, and the app's bearer token."""

from __future__ import annotations

from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

ALGORITHM = "EdDSA"
ISSUER = "auth"
ACCESS_LIFETIME_S = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Whom a valid access token names."""

    username: str
    tenant: str


class Tokens:
    """Signs with the Ed25519 private key given as PEM (PKCS 8). Times are seconds since 1970, UTC."""

    def __init__(self, private_key: str) -> None:
        self._key = OKPKey.import_key(private_key)

    def identity(self, *, audience: str, username: str, nonce: str, now: float) -> str:
        """Sign an id token that repeats the request's nonce, as OpenID Connect Core 1.0, section 2, has it."""
        return self._sign({"iss": ISSUER, "aud": audience, "sub": username, "nonce": nonce, "iat": int(now)})

    def access(self, *, username: str, tenant: str, now: float) -> str:
        """Sign a bearer token that any replica can check without asking anybody."""
        issued = int(now)
        claims: dict[str, str | int] = {
            "iss": ISSUER,
            "use": "access",
            "sub": username,
            "tenant": tenant,
            "iat": issued,
        }
        return self._sign({**claims, "exp": issued + ACCESS_LIFETIME_S})

    def bearer(self, token: str, now: float) -> Bearer | None:
        """Check a bearer token; None if it is not ours, not an access token, or has ended."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError):
            return None
        username, tenant, ends = claims.get("sub"), claims.get("tenant"), claims.get("exp")
        if claims.get("use") != "access" or not isinstance(username, str) or not isinstance(tenant, str):
            return None
        return Bearer(username=username, tenant=tenant) if isinstance(ends, int) and ends > now else None

    def _sign(self, claims: dict[str, str | int]) -> str:
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])
