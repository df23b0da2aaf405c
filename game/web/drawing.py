"""The core's safe markup as the templates' safe markup: the one place where the two meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import markupsafe

if TYPE_CHECKING:
    from game.core.markup import Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A chart for a wide and for a narrow screen, and the figures behind it."""

    wide: markupsafe.Markup
    narrow: markupsafe.Markup
    table: markupsafe.Markup


def safe(markup: Markup) -> markupsafe.Markup:
    """The core has escaped whatever strangers wrote in it; templates need not do so again."""
    return markupsafe.Markup(markup)  # noqa: S704 - its type says that it is safe.
