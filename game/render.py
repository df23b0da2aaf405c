"""An exercise's Markdown -> safe HTML for the debrief. Exercises come from strangers.

Raw HTML stays text, images are not loaded (a report fetches nothing), links that could run something are left as text,
and headings are set below those of the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from game.core.markup import Markup, without_controls

if TYPE_CHECKING:
    from markdown_it.token import Token

TOP_HEADING, LOWEST_HEADING = 3, 6


def rendered(markdown: str) -> Markup:
    """Render CommonMark with tables."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    tokens = parser.parse(without_controls(markdown))
    _lower_headings(tokens)
    _close_links(tokens)
    return Markup(str(parser.renderer.render(tokens, parser.options, {})))


def _lower_headings(tokens: list[Token]) -> None:
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    shift = TOP_HEADING - min(levels, default=TOP_HEADING)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(max(int(token.tag[1]) + shift, TOP_HEADING), LOWEST_HEADING)}"


def _close_links(tokens: list[Token]) -> None:
    """A page that is linked to learns nothing about the reader."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "link_open":
                child.attrSet("rel", "noopener noreferrer nofollow")
