"""Certificates and keys of one run, made at set-up: fresh for every run, worth nothing beyond it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from pathlib import Path

    from game.lab.unprivileged import Unprivileged

PUBLIC_NAME = "login.example.test"
TENANT_NAME = "acme.example.test"
REPLICA_NAME = "auth.internal"
DOOR_NAME = "door"
LIFETIME = dt.timedelta(days=30)
# A clock that was set back a little must not make a new certificate invalid.
ALLOWANCE = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificates:
    """Files of one run. `edge` and `tenant` hold certificate and key, as HAProxy reads them; `ca` signed all.

    `replica_certificate`, `replica_key` and the Ed25519 `signing_key` are the auth service's alone; `verifying_key` is
    its public half (PEM), with which the load proves that an answer came from the service.
    """

    ca: Path
    edge: Path
    tenant: Path
    replica_certificate: Path
    replica_key: Path
    signing_key: Path
    verifying_key: Path


def certificates_at(live: Path, private: Path) -> Certificates:
    """Tell the files of a run from its folders, made or not."""
    return Certificates(
        ca=live / "certs" / "ca.pem",
        edge=live / "certs" / "edge.pem",
        tenant=live / "certs" / "tenant.pem",
        replica_certificate=private / "replica.pem",
        replica_key=private / "replica.key",
        signing_key=private / "signing.key",
        verifying_key=private / "verifying.pem",
    )


def make_certificates(live: Path, private: Path, reader: Unprivileged | None) -> Certificates:
    """Write a run's certificates; `reader` is HAProxy's account, which gets the edge's two and nothing else."""
    files = certificates_at(live, private)
    files.ca.parent.mkdir(mode=0o711 if reader else 0o700, parents=True, exist_ok=True)
    private.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = _Authority.make()
    _write(files.ca, authority.certificate.public_bytes(Encoding.PEM), 0o644)
    for path, name in ((files.edge, PUBLIC_NAME), (files.tenant, TENANT_NAME)):
        certificate, key = authority.issue(name)
        _write(path, certificate + key, 0o600)
        if reader:
            reader.own(path)
    certificate, key = authority.issue(REPLICA_NAME)
    _write(files.replica_certificate, certificate, 0o600)
    _write(files.replica_key, key, 0o600)
    signing = ed25519.Ed25519PrivateKey.generate()
    _write(files.signing_key, _private(signing), 0o600)
    _write(
        files.verifying_key,
        signing.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        0o644,
    )
    return files


def door_certificate() -> tuple[bytes, bytes]:
    """Make the certificate of a door to one run's tasks, with its key, and what it is known by (the authority's); all PEM."""
    authority = _Authority.make()
    certificate, key = authority.issue(DOOR_NAME)
    return authority.certificate.public_bytes(Encoding.PEM), certificate + key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def make(cls) -> _Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("danceoff training CA")
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            encipher_only=False,
            decipher_only=False,
        )
        certificate = (
            _builder(name, name, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(certificate=certificate, key=key)

    def issue(self, host: str) -> tuple[bytes, bytes]:
        """Return a certificate for a host name, and its key, both PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        certificate = (
            _builder(_name(host), self.certificate.subject, key)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(issuer, critical=False)
            .sign(self.key, hashes.SHA256())
        )
        return certificate.public_bytes(Encoding.PEM), _private(key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - ALLOWANCE)
        .not_valid_after(now + LIFETIME)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _private(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write with the mode from the first moment on."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(content)
    path.chmod(mode)
