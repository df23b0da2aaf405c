"""Fill live/ with the stack's own LB files, as the apply path does before a stack comes up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from game.lab.data import stacks_dir
from game.lab.placeholders import addresses, fill

if TYPE_CHECKING:
    from game.lab.places import Place


def fill_live(place: Place) -> None:
    source = stacks_dir() / "auth" / "haproxy"
    values = addresses(place)
    for path in sorted(source.rglob("*")):
        target = place.live / path.relative_to(source)
        if path.is_dir():
            target.mkdir(exist_ok=True)
            target.chmod(0o755)
        else:
            target.write_text(fill(path.read_text(), values, where=str(path)))
            target.chmod(0o644)
