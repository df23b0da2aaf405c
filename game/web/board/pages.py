"""The board: at `/` for everybody's own screen, with `?view=wall` for the projector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import render_template, request

from game.core.markup import Markup
from game.web.app import web
from game.web.board.glance import board_glance
from game.web.board.live import BoardScreen
from game.web.drawing import safe
from game.web.hall_house import hall_of
from game.web.house import ANYBODY
from game.web.page import Page, streamed

if TYPE_CHECKING:
    from flask import Response

    from game.web.house import Visit

TURN_S = 10


def board(visit: Visit) -> str:
    """Complete without scripts: then it renews itself, and the wall turns to its next page when it does."""
    app, wall = web(), request.args.get("view") == "wall"
    screen = BoardScreen(app=app, hall=hall_of(visit), wall=wall)
    parts = {name: safe(Markup(text)) for name, text in screen().parts.items()}
    glance = board_glance(screen.hall.board())
    shown = glance.just_page or min(_page(request.args.get("page", "")), len(glance.pages))
    return render_template(
        "board/page.html",
        live=app.live,
        wall=wall,
        parts=parts,
        title=glance.board.title,
        shown=shown,
        next_page=shown % len(glance.pages) + 1,
        turn_s=TURN_S,
    )


def board_stream(visit: Visit) -> Response:
    return _stream(visit, "board", wall=False)


def wall_stream(visit: Visit) -> Response:
    return _stream(visit, "wall", wall=True)


def _stream(visit: Visit, name: str, *, wall: bool) -> Response:
    app = web()
    screen = BoardScreen(app=app, hall=hall_of(visit), wall=wall)
    return streamed(app.streams.listen(name, screen, request.headers.get("Last-Event-ID", "")[:80]))


def _page(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) == 1 and text != "0" else 1


PAGES = (
    Page(method="GET", path="/", view=board, roles=ANYBODY),
    Page(method="GET", path="/board/stream", view=board_stream, roles=ANYBODY),
    Page(method="GET", path="/wall/stream", view=wall_stream, roles=ANYBODY),
)
