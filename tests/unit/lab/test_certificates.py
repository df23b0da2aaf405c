from __future__ import annotations

import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from game.lab.certificates import PUBLIC_NAME, REPLICA_NAME, TENANT_NAME, Certificates, make_certificates

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    root = tmp_path_factory.mktemp("run")
    make_certificates(root / "live", root / "private", None)
    return make_certificates(root / "live", root / "private", None)


def handshake(certificate: Path, key: Path | None, authority: Path, name: str) -> str | None:
    """Shake hands over a pair of sockets; return the TLS version."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificate, key)
    one, other = socket.socketpair()

    def serve() -> None:
        try:
            with server_context.wrap_socket(one, server_side=True) as connection:
                connection.recv(1)
        except (ssl.SSLError, OSError):
            one.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        context = ssl.create_default_context(cafile=str(authority))
        # The strictness that newer Pythons have by default.
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        with context.wrap_socket(other, server_hostname=name) as connection:
            connection.sendall(b"x")
            return connection.version()
    finally:
        other.close()
        thread.join()


def test_every_certificate_is_good_for_its_name_only(files: Certificates) -> None:
    assert handshake(files.edge, None, files.ca, PUBLIC_NAME) == "TLSv1.3"
    assert handshake(files.tenant, None, files.ca, TENANT_NAME) == "TLSv1.3"
    assert handshake(files.replica_certificate, files.replica_key, files.ca, REPLICA_NAME) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(files.tenant, None, files.ca, PUBLIC_NAME)


def test_keys_are_closed_to_others(files: Certificates) -> None:
    for path in (files.edge, files.tenant, files.replica_key, files.signing_key):
        assert path.stat().st_mode & 0o077 == 0, path
    assert files.signing_key.parent.stat().st_mode & 0o077 == 0


def test_signing_key_and_verifying_key_are_a_pair(files: Certificates) -> None:
    private = load_pem_private_key(files.signing_key.read_bytes(), None)
    public = load_pem_public_key(files.verifying_key.read_bytes())
    assert isinstance(private, Ed25519PrivateKey)
    assert isinstance(public, Ed25519PublicKey)
    public.verify(private.sign(b"token"), b"token")
