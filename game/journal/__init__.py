"""The journal: facts of runs, durable before they are acknowledged, chained so that no change goes unseen."""

from __future__ import annotations

from game.journal.chain import Head, Link
from game.journal.export import Exported, load_export
from game.journal.store import Journal, RunSummary, sqlite_url
from game.journal.writer import Writer

__all__ = ["Exported", "Head", "Journal", "Link", "RunSummary", "Writer", "load_export", "sqlite_url"]
