"""TLS for a site: a certificate of one's own or one that is made here, and how connections are wrapped with it."""

from __future__ import annotations

import datetime as dt
import os
import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING

from cheroot.ssl.builtin import BuiltinSSLAdapter
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from game.errors import PlatformError, UsageError

if TYPE_CHECKING:
    from pathlib import Path
    from socket import socket

LASTS = dt.timedelta(days=90)
# One that ends during the event is no use.
AT_LEAST = dt.timedelta(days=2)
# A clock that was set back a little must not make a new certificate invalid.
ALLOWANCE = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Files in PEM; `chain` may hold the certificates of those who signed it."""

    chain: Path
    key: Path

    @property
    def fingerprint(self) -> str:
        """SHA-256 as browsers show it, so that people can compare."""
        digest = _read(self.chain).fingerprint(hashes.SHA256()).hex().upper()
        return ":".join(digest[place : place + 2] for place in range(0, len(digest), 2))


class LazyTls(BuiltinSSLAdapter):
    """Leaves the handshake to the thread that serves the connection: one who says nothing keeps nobody waiting."""

    def __init__(self, certificate: Certificate) -> None:
        try:
            super().__init__(str(certificate.chain), str(certificate.key))
        except (OSError, ssl.SSLError) as error:
            raise UsageError(
                f"{certificate.chain} and {certificate.key} are no certificate and its key: {error}",
                hint="both in PEM, the key without a password",
            ) from error
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2

    def wrap(self, sock: socket) -> tuple[ssl.SSLSocket, dict[str, str]]:
        wrapped = self.context.wrap_socket(sock, do_handshake_on_connect=False, server_side=True)
        return wrapped, {"wsgi.url_scheme": "https", "HTTPS": "on"}


def self_made(folder: Path, names: frozenset[str]) -> Certificate:
    """A certificate for these host names and addresses: the one that was made before, as long as it fits.

    Nobody but its maker vouches for it, so browsers warn; the fingerprint tells whether it is the right one.
    """
    made = Certificate(chain=folder / "web.pem", key=folder / "web.key")
    try:
        if not _fits(made, names):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make(made, names)
    except OSError as error:
        raise PlatformError(
            f"no certificate can be made in {folder}: {error.strerror}",
            hint="give one with --tls-cert and --tls-key",
        ) from error
    return made


def _fits(made: Certificate, names: frozenset[str]) -> bool:
    if not (made.chain.exists() and made.key.exists()):
        return False
    known = _read(made.chain)
    alternatives = known.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    lasts = known.not_valid_after_utc - dt.datetime.now(dt.UTC) > AT_LEAST
    return lasts and set(alternatives) == set(_alternatives(names))


def _read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _make(made: Certificate, names: frozenset[str]) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "danceoff")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - ALLOWANCE)
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for path, content in ((made.key, private), (made.chain, certificate.public_bytes(Encoding.PEM))):
        building = path.with_suffix(f".{os.getpid()}.new")
        descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        building.replace(path)


def _alternatives(names: frozenset[str]) -> list[x509.GeneralName]:
    found: list[x509.GeneralName] = []
    for name in sorted(names):
        try:
            found.append(x509.IPAddress(ip_address(name.strip("[]"))))
        except ValueError:
            found.append(x509.DNSName(name))
    return found
