"""One row of the API: what a route takes, gives and is for. Routes and OpenAPI document both come from these rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query parameter; every one is optional."""

    name: str
    kind: type[int | str]
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One row.

    `path` is in Flask's form (`/api/services/<name>/log`). `handler` takes the live run, then the path's words, then
    `body` and the query parameters by name. `open_to_all`: no token needed.
    """

    method: str
    path: str
    summary: str
    answer: type[DataclassInstance]
    handler: Callable[..., Any]
    body: type[DataclassInstance] | None = None
    query: tuple[Query, ...] = ()
    open_to_all: bool = False
