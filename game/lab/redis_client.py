"""What the game itself does to the stack's Redis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import redis

from game.errors import ServiceFailed

if TYPE_CHECKING:
    from game.lab.places import Endpoint

TIMEOUT_S = 2


def flush(endpoint: Endpoint) -> None:
    """Drop every key: all refresh tokens are gone."""
    try:
        with redis.Redis(
            endpoint.host, endpoint.port, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        ) as client:
            client.flushall()
    except redis.RedisError as error:
        raise ServiceFailed(f"redis did not flush: {error}", hint="danceoff logs redis") from error
