"""Refresh tokens in Redis, shared by all replicas. Each works once: using it gives the next one."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.retry import Retry

if TYPE_CHECKING:
    from settings import Redis as RedisSettings

LIFETIME_S = 3600
TIMEOUT_S = 1.0
CONNECTIONS = 16


class TokenStoreUnavailable(Exception):
    """Redis could not be reached, or did not answer in time; the text is the reason for the log."""


class RefreshTokens:
    """Keys are `refresh:<token>`, values the username. A connection that Redis has closed is opened again once."""

    def __init__(self, settings: RedisSettings) -> None:
        self._redis = Redis(
            host=settings.host,
            port=settings.port,
            socket_timeout=TIMEOUT_S,
            socket_connect_timeout=TIMEOUT_S,
            max_connections=CONNECTIONS,
            decode_responses=True,
            retry=Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
        )

    def issue(self, username: str) -> str:
        token = secrets.token_urlsafe(24)
        try:
            self._redis.set(f"refresh:{token}", username, ex=LIFETIME_S)
        except RedisError as error:
            raise TokenStoreUnavailable(str(error)) from error
        return token

    def redeem(self, token: str) -> str | None:
        """Use a token up and return whose it was; None if it is unknown, used or ended."""
        try:
            username = self._redis.getdel(f"refresh:{token}")
        except RedisError as error:
            raise TokenStoreUnavailable(str(error)) from error
        return username if isinstance(username, str) else None

    def revoke(self, token: str) -> None:
        try:
            self._redis.delete(f"refresh:{token}")
        except RedisError as error:
            raise TokenStoreUnavailable(str(error)) from error
