"""Styles that the core owns: colours and charts, and the look of a report. Served, so that pages need none inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from game.core.charts.style import CHART_STYLE
from game.core.report.page_style import DARK, PAGE_STYLE, TOKENS
from game.web.house import ANYBODY
from game.web.page import Page

if TYPE_CHECKING:
    from game.web.house import Visit


# Neon is made for the night: while the sign fills the page, its colours are the dark ones in every theme.
NEON = f".neon-full .neon{{color-scheme:dark;{DARK}}}\n"


def _tokens(_visit: Visit) -> Response:
    return Response(TOKENS + NEON + CHART_STYLE, mimetype="text/css")


def _report(_visit: Visit) -> Response:
    return Response(PAGE_STYLE, mimetype="text/css")


PAGES = (
    Page(method="GET", path="/style/tokens.css", view=_tokens, roles=ANYBODY),
    Page(method="GET", path="/style/report.css", view=_report, roles=ANYBODY),
)
