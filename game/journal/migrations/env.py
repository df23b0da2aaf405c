"""What Alembic runs: the migrations on the connection that `upgrade` holds, in its transaction."""

from __future__ import annotations

from alembic import context

from game.journal.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
with context.begin_transaction():
    context.run_migrations()
