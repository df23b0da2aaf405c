"""Placeholders `@name@` in the files of stacks and exercises: addresses, ports and an exercise's variants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from game.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from game.lab.places import Place

# `@1 show stat` and mail addresses are not placeholders: a name starts with a letter and the closing sign follows it.
PLACEHOLDER = re.compile(r"@([a-z][a-z0-9_]*(?:[.-][a-z0-9_]+)*)@")


def fill(text: str, values: Mapping[str, str], *, where: str) -> str:
    """Replace every placeholder of `text`; `where` names the file in the error about a name that has no value."""

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name not in values:
            line = text.count("\n", 0, match.start()) + 1
            raise UsageError(
                f"{where}: line {line}: no value for @{name}@",
                hint="known names: " + ", ".join(sorted(values)),
            )
        return values[name]

    return PLACEHOLDER.sub(value, text)


def addresses(place: Place) -> dict[str, str]:
    """Return the values of a run's endpoints: `haproxy.edge` (host:port), `haproxy.edge.host`, `haproxy.edge.port`."""
    values: dict[str, str] = {}
    for endpoint in place.endpoints:
        values[endpoint.name] = f"{endpoint.host}:{endpoint.port}"
        values[f"{endpoint.name}.host"] = endpoint.host
        values[f"{endpoint.name}.port"] = str(endpoint.port)
    return values
