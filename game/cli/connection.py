"""The commands' side of the API: typed answers, and every failure as one of the project's own errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import cattrs
import requests

from game.cli.session import Session, current_session
from game.core.views import Reply
from game.errors import NoAnswer, PlatformError, Refused, UsageError
from game.web.contract import Failure

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

CONNECT_TIMEOUT_S = 2
ANSWER_TIMEOUT_S = 40
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    session: Session

    def get(self, path: str, answer: type[T], **query: str | int) -> T:
        return self._call("GET", path, answer, query=query)

    def ask(self, path: str, body: DataclassInstance | None = None) -> Reply:
        """Post something whose answer is a Reply."""
        return self._call("POST", path, Reply, body=body)

    def delete(self, path: str, body: DataclassInstance | None = None) -> Reply:
        return self._call("DELETE", path, Reply, body=body)

    def _call(
        self,
        method: str,
        path: str,
        answer: type[T],
        *,
        body: DataclassInstance | None = None,
        query: dict[str, str | int] | None = None,
    ) -> T:
        try:
            response = requests.request(
                method,
                self.session.api + path,
                params=query,
                json=None if body is None else cattrs.unstructure(body),
                headers={"Authorization": f"Bearer {self.session.token}"},
                timeout=(CONNECT_TIMEOUT_S, ANSWER_TIMEOUT_S),
            )
        except requests.RequestException as error:
            raise NoAnswer(
                f"run {self.session.run} does not answer at {self.session.api}",
                hint="it may have ended: danceoff debrief; start another: danceoff play",
            ) from error
        return _read(response, answer)


def connect() -> Connection:
    return Connection(session=current_session())


def _read(response: requests.Response, answer: type[T]) -> T:
    try:
        payload = response.json()
        if response.ok:
            return cattrs.structure(payload, answer)
        failure = cattrs.structure(payload, Failure)
    except (ValueError, cattrs.BaseValidationError) as error:
        raise PlatformError(
            f"the run's answer to {response.request.method} {response.request.path_url} cannot be read "
            f"(status {response.status_code})",
            hint="commands and game may be of different versions: end the run and start it again",
        ) from error
    if response.status_code == requests.codes.conflict:
        raise Refused(failure.error, hint=failure.hint)
    if response.status_code < requests.codes.internal_server_error:
        raise UsageError(failure.error, hint=failure.hint)
    raise PlatformError(failure.error, hint=failure.hint)
