"""Who may come in: codes and credentials, all derived from one secret of the event that is in a file of its own.

Nothing of it is in the journal, which is exported; everything is the same after a restart, so nobody has to join again.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from game.errors import StorageFailed

if TYPE_CHECKING:
    from pathlib import Path

SECRET_BYTES = 32
# 10 letters of 5 bits each: 50 bits, in an alphabet without letters that are taken for digits.
CODE_LETTERS = 10
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
FACILITATOR, API = "facilitator", "api"


@dataclass(frozen=True, slots=True)
class Keys:
    """The secret, and what follows from it."""

    secret: bytes

    @property
    def facilitator(self) -> str:
        """The facilitator's key; it is a credential as well."""
        return self._mac(FACILITATOR)

    def code(self, team: str) -> str:
        """A team's join code, as it is read aloud; that of the event itself for no team."""
        digest = hmac.digest(self.secret, f"code:{team}".encode(), "sha256")
        bits = int.from_bytes(digest[:8]) >> 14
        letters = "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(CODE_LETTERS)))
        return f"{letters[:5]}-{letters[5:]}"

    def fits(self, given: str, team: str) -> bool:
        """Whether a code that somebody typed is the team's; takes the same time whatever is wrong with it."""
        typed = "".join(given.upper().split()).replace("-", "").translate(READ_AS)
        wanted = self.code(team).replace("-", "")
        return hmac.compare_digest(typed.encode(errors="replace"), wanted.encode())

    def credential(self, team: str, member: str) -> str:
        return f"{team}.{member}.{self._mac(f'{team}.{member}')}"

    def read(self, credential: str) -> tuple[str, str] | None:
        """Team and member that a credential was made for; None if we did not make it."""
        given, _, mac = credential.rpartition(".")
        team, found, member = given.partition(".")
        if not found or not hmac.compare_digest(mac.encode(errors="replace"), self._mac(given).encode()):
            return None
        return team, member

    def is_facilitator(self, credential: str) -> bool:
        return hmac.compare_digest(credential.encode(errors="replace"), self.facilitator.encode())

    def _mac(self, text: str) -> str:
        digest = hmac.digest(self.secret, f"credential:{text}".encode(errors="replace"), "sha256")
        return base64.urlsafe_b64encode(digest[:24]).decode()


def keys(folder: Path, event: str) -> Keys:
    """The event's keys; made when they are missing, readable by the game's own account alone."""
    path = folder / f"{event}.key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        return Keys(bytes.fromhex(path.read_text().strip()))
    except (OSError, ValueError) as error:
        raise StorageFailed(
            f"the keys of the event cannot be read from {path}: {error}",
            hint="remove the file: then everybody gets new codes",
        ) from error


def _make(path: Path) -> None:
    """Complete or not at all: linked into place once it is on the disk, and whoever came first has made it."""
    building = path.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(building, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(building, path)
    except FileExistsError:
        pass
    finally:
        building.unlink()
