"""One row of the API: what a route takes, gives and is for. Routes and OpenAPI document both come from these rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from game.web.house import ANYBODY, TRAINEES, Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance


MOST_BODY_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query parameter; every one is optional."""

    name: str
    kind: type[int | str]
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One row.

    `path` is in Flask's form (`/api/services/<name>/log`). `handler` takes the visit, then the path's words, then `body`
    and the query parameters by name. `roles` may call it; `most_bytes` is what a body may weigh.
    """

    method: str
    path: str
    summary: str
    answer: type[DataclassInstance]
    handler: Callable[..., Any]
    body: type[DataclassInstance] | None = None
    query: tuple[Query, ...] = ()
    roles: frozenset[Role] = TRAINEES
    most_bytes: int = MOST_BODY_BYTES

    @property
    def open_to_all(self) -> bool:
        return self.roles == ANYBODY
