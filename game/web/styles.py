"""Styles that the core owns: colours and charts, and the look of a report. Served, so that pages need none inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from game.core.charts.style import CHART_STYLE
from game.core.report.page_style import PAGE_STYLE, TOKENS
from game.web.house import ANYBODY
from game.web.page import Page

if TYPE_CHECKING:
    from game.web.house import Visit


def _tokens(_visit: Visit) -> Response:
    return Response(TOKENS + CHART_STYLE, mimetype="text/css")


def _report(_visit: Visit) -> Response:
    return Response(PAGE_STYLE, mimetype="text/css")


PAGES = (
    Page(method="GET", path="/style/tokens.css", view=_tokens, roles=ANYBODY),
    Page(method="GET", path="/style/report.css", view=_report, roles=ANYBODY),
)
