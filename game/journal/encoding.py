"""Facts <-> JSON. Strict: an unknown kind, a missing, extra or ill-typed field is an error, never a guess.

The kind of a fact is the name of its class in snake case. JSON is canonical: sorted keys, no spaces, ASCII, finite numbers.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, TypeVar, cast, get_args, get_origin

import cattrs
from cattrs.errors import ClassValidationError

from game.core.events import Event
from game.errors import Tampered, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

E = TypeVar("E")


def kind_of(event: object) -> str:
    return _snake_case(type(event))


def _snake_case(event_type: type) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event_type.__name__).lower()


def kinds_of(members: Iterable[type[E]]) -> dict[str, type[E]]:
    """The members of a closed union by their words."""
    return {_snake_case(event_type): event_type for event_type in members}


KINDS: dict[str, type[Event]] = kinds_of(get_args(Event))


def canonical(value: object) -> str:
    """The one text of a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def parse(text: str, *, seq: int, where: str) -> object:
    """Read a JSON text that must be canonical, so that not one byte of it can be changed unseen."""
    try:
        value = json.loads(text)
        same = canonical(value) == text
    except (ValueError, RecursionError) as error:
        raise Tampered(f"{where}: record {seq} is not JSON: {error}", seq=seq, hint=_HINT) from error
    if not same:
        raise Tampered(f"{where}: record {seq} is not written as it was", seq=seq, hint=_HINT)
    return value


def encode(event: object) -> str:
    """Give the fields of a fact as canonical JSON. What it refuses could not be read back."""
    try:
        text = canonical(_CONVERTER.unstructure(event))
        _CONVERTER.structure(json.loads(text), type(event))
    except (TypeError, ValueError, ClassValidationError) as error:
        problems = (
            "; ".join(cattrs.transform_error(error)) if isinstance(error, ClassValidationError) else error
        )
        raise UsageError(
            f"{kind_of(event)} cannot be recorded: {problems}", hint="check its fields"
        ) from error
    return text


def decode(kind: str, fields: object, *, seq: int, where: str) -> Event:
    """A fact of a run."""
    return decode_as(KINDS, kind, fields, seq=seq, where=where)


def decode_as(kinds: Mapping[str, type[E]], kind: str, fields: object, *, seq: int, where: str) -> E:
    """A fact of the union that `kinds` lists."""
    event_type = kinds.get(kind)
    if event_type is None:
        raise Tampered(
            f"{where}: record {seq} is of an unknown kind, {kind[:40]!r}",
            seq=seq,
            hint="it was written by a newer danceoff, or changed",
        )
    if not isinstance(fields, dict):
        raise Tampered(f"{where}: record {seq}, {kind}: no fields", seq=seq, hint=_HINT)
    try:
        return _CONVERTER.structure(fields, event_type)
    except ClassValidationError as error:
        problems = "; ".join(cattrs.transform_error(error))
        raise Tampered(f"{where}: record {seq}, {kind}: {problems}", seq=seq, hint=_HINT) from error


_HINT = "the file was changed or damaged; use another copy"


def _integer(value: object, _: object) -> int:
    if type(value) is not int:
        raise ValueError(f"{value!r:.40} is not an integer")
    return value


def _number(value: object, _: object) -> float:
    if type(value) not in {int, float} or not math.isfinite(cast("float", value)):
        raise ValueError(f"{value!r:.40} is not a finite number")
    return float(cast("float", value))


def _text(value: object, _: object) -> str:
    if type(value) is not str:
        raise ValueError(f"{value!r:.40} is not a text")
    return value


def _flag(value: object, _: object) -> bool:
    if type(value) is not bool:
        raise ValueError(f"{value!r:.40} is not true or false")
    return value


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    converter.register_structure_hook(int, _integer)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(bool, _flag)
    converter.register_unstructure_hook(float, float)

    def tuple_hook(wanted: object) -> Callable[[object, object], tuple[object, ...]]:
        """Lists only: a text is no tuple of characters; a fixed tuple has its length."""
        members = get_args(wanted)
        variadic = len(members) == 2 and members[1] is Ellipsis

        def structure(value: object, _: object) -> tuple[object, ...]:
            if not isinstance(value, list):
                raise ValueError(f"{value!r:.40} is not a list")  # noqa: TRY004 - cattrs collects ValueErrors
            types = members[:1] * len(value) if variadic else members
            if len(types) != len(value):
                raise ValueError(f"a list of {len(value)}, not {len(types)}")
            return tuple(converter.structure(item, kind) for item, kind in zip(value, types, strict=True))

        return structure

    converter.register_structure_hook_factory(_is_tuple, tuple_hook)
    return converter


def _is_tuple(wanted: object) -> bool:
    origin: object = get_origin(wanted)
    return origin is tuple


_CONVERTER = _converter()
