"""Keys of one run on a cluster: a certificate for the team's door, and tokens for the door and the tasks behind it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from game.lab.certificates import door_certificate
from game.lab.swarm.gate import Tokens

BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """`authority` is what the game knows the door by; `certificate` with its key is the door's alone (both PEM)."""

    tokens: Tokens
    authority: str
    certificate: str


def fresh_keys() -> Keys:
    authority, certificate = door_certificate()
    door, stack, load = (secrets.token_urlsafe(BYTES) for _ in range(3))
    return Keys(
        tokens=Tokens(door=door, stack=stack, load=load),
        authority=authority.decode(),
        certificate=certificate.decode(),
    )
