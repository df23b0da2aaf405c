"""One page of a site: where it is, who may see it, what it shows. The table of all of them is the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Response, render_template, request

from game.web.app import web
from game.web.house import TRAINEES, Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask.typing import ResponseReturnValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`view` takes the visit, then the path's words. `most_bytes` is what a form may weigh; 0: as everything else."""

    method: str
    path: str
    view: Callable[..., ResponseReturnValue]
    roles: frozenset[Role] = TRAINEES
    most_bytes: int = 0


def swaps() -> bool:
    """Whether a page asks for a part of itself; else a whole page is wanted, for instance without scripts."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def shown(part: str, **words: object) -> str:
    """A template's part alone if a page asks for it, else as a page of its own."""
    return render_template(part if swaps() else "alone.html", part=part, live=web().live, **words)


def streamed(chunks: Iterable[bytes]) -> Response:
    """Server-sent events, sent as they come. What has a `close` is closed in the end."""
    answer = Response(chunks, mimetype="text/event-stream")
    answer.headers["X-Accel-Buffering"] = "no"
    return answer
