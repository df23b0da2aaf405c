"""The cattrs converter: hooks that refuse what it would convert silently (1 -> "1", "ab" -> ["a", "b"])."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from cattrs import Converter
from cattrs.errors import ClassValidationError, IterableValidationError, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from game.catalog.choices import VariantValue
from game.catalog.faults import FaultFile
from game.catalog.fields import About
from game.catalog.words import did_you_mean

Hook = Callable[[Any, Any], Any]
_NUMBER = (int, float)
MAX_VARIANT_CHARS = 500


class Misfit(ValueError):
    """A value that is not what its field says."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


def _kinds(union: object) -> dict[str, type]:
    """The classes of a union by the one value of their `kind` field."""
    return {get_args(get_type_hints(member)["kind"])[0]: member for member in get_args(union)}


def _seen(value: object) -> str:
    """A value in the words of the file, cut to a length."""
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return ascii(value) if len(str(value)) <= 60 else f"{str(value)[:57]!a}..."


def _text(value: object, _: object) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, (dict, list)):
        raise Misfit(f"a text is expected, not {_seen(value)}", "write a text")
    raise Misfit(
        f"a text is expected, and {_seen(value)} is not one in YAML", f'put it in quotes: "{_seen(value)}"'
    )


def _whole(value: object, _: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Misfit(f"a whole number is expected, not {_seen(value)}", "write digits, without quotes or unit")


def _number(value: object, _: object) -> float:
    if isinstance(value, _NUMBER) and not isinstance(value, bool):
        return float(value)
    raise Misfit(
        f"a number is expected, not {_seen(value)}", "write a number such as 0.3, without quotes or unit"
    )


def _truth(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    raise Misfit(f"true or false is expected, not {_seen(value)}", "yes, no, on and off are words here")


def _annotated(converter: Converter) -> Callable[[Any], Hook]:
    def factory(kind: object) -> Hook:
        base, *about = get_args(kind)
        inner = converter.get_structure_hook(base)
        bounds = [item for item in about if isinstance(item, About)]

        def structure(value: object, _: object) -> object:
            found = inner(value, base)
            for bound in bounds:
                _hold(found, bound)
            return found

        return structure

    return factory


def _hold(value: object, about: About) -> None:
    """Compare a value with its bounds: of the number itself, or of the length of a text or list."""
    if isinstance(value, _NUMBER):
        size, unit = float(value), ""
    elif isinstance(value, (str, tuple)):
        size, unit = float(len(value)), " characters" if isinstance(value, str) else " entries"
    else:
        return
    low, high = about.low, about.high
    if (low is not None and size < low) or (high is not None and size > high):
        least = "no lower bound" if low is None else f"at least {low:g}"
        most = "no upper bound" if high is None else f"at most {high:g}"
        raise Misfit(f"{size:g}{unit} is out of bounds", f"{least}, {most}{unit}")
    if isinstance(value, str) and about.pattern and not re.fullmatch(about.pattern, value):
        raise Misfit(f"{_seen(value)} does not have the form {about.pattern}", about.what)
    if isinstance(value, str) and about.words and value not in about.words:
        raise Misfit(f"{_seen(value)} is not a word of the taxonomy", did_you_mean(value, about.words))


def _class(converter: Converter) -> Callable[[type], Hook]:
    def factory(kind: type) -> Hook:
        hints = get_type_hints(kind, include_extras=True)
        # Any: the field named by a hook is not one of the flags that stand beside it.
        hooks: dict[str, Any] = {
            field.name: override(struct_hook=converter.get_structure_hook(hints[field.name]))
            for field in dataclasses.fields(kind)
        }
        inner: Hook = make_dict_structure_fn(
            kind,
            converter,
            _cattrs_forbid_extra_keys=True,
            **hooks,
        )

        def structure(value: object, _: object) -> object:
            if not isinstance(value, dict):
                remedy = f"give its keys: {', '.join(hooks)}"
                raise Misfit(f"a mapping is expected, not {_seen(value)}", remedy)
            return inner(value, kind)

        return structure

    return factory


def _each(pairs: list[tuple[int | str, object]], hook: Hook, kind: object) -> list[Any]:
    """Structure every item; all misfits at once, each with its index or key."""
    found, errors = [], []
    for index, value in pairs:
        try:
            found.append(hook(value, kind))
        except (Misfit, ClassValidationError, IterableValidationError) as error:
            error.add_note(IterableValidationNote(f"at {index}", index, kind))
            errors.append(error)
    if errors:
        raise IterableValidationError("items do not fit", errors, list)
    return found


def _list(converter: Converter) -> Callable[[Any], Hook]:
    def factory(kind: object) -> Hook:
        item = get_args(kind)[0]
        inner = converter.get_structure_hook(item)

        def structure(value: object, _: object) -> tuple[Any, ...]:
            if not isinstance(value, list):
                raise Misfit(
                    f"a list is expected, not {_seen(value)}", "write [a, b] or one line with - for each"
                )
            return tuple(_each(list(enumerate(value)), inner, item))

        return structure

    return factory


def _mapping(converter: Converter) -> Callable[[Any], Hook]:
    def factory(kind: object) -> Hook:
        key, item = get_args(kind)
        name, inner = converter.get_structure_hook(key), converter.get_structure_hook(item)

        def structure(value: object, _: object) -> dict[str, Any]:
            if not isinstance(value, dict):
                raise Misfit(f"a mapping is expected, not {_seen(value)}", "write name: value")
            _each([(str(word), word) for word in value], name, key)
            return dict(zip(value, _each(list(value.items()), inner, item), strict=True))

        return structure

    return factory


def _literal(kind: object) -> Hook:
    words = tuple(str(word) for word in get_args(kind))

    def structure(value: object, _: object) -> object:
        if isinstance(value, str) and value in words:
            return value
        raise Misfit(f"{_seen(value)} is not one of {', '.join(words)}", did_you_mean(str(value), words))

    return structure


def _by_kind(converter: Converter) -> Callable[[Any], Hook]:
    def factory(union: object) -> Hook:
        members = _kinds(union)
        hooks = {word: (converter.get_structure_hook(member), member) for word, member in members.items()}

        def structure(value: object, _: object) -> object:
            if not isinstance(value, dict):
                raise Misfit(f"a mapping is expected, not {_seen(value)}", "write kind: and what it needs")
            word = value.get("kind")
            if not isinstance(word, str) or word not in hooks:
                raise Misfit(f"the kind {_seen(word)} is unknown", did_you_mean(str(word), tuple(hooks)))
            hook, member = hooks[word]
            return hook(value, member)

        return structure

    return factory


def _variant(value: object, _: object) -> object:
    """A text, a number, or a mapping of names to those."""
    words = list(value.items()) if isinstance(value, dict) else [("", value)]
    for name, word in words:
        if isinstance(word, bool) or not isinstance(word, (str, int, float)):
            place = f"{name}: " if name else ""
            raise Misfit(
                f"{place}a text or a number is expected, not {_seen(word)}", "quote it or write a number"
            )
        if len(str(word)) > MAX_VARIANT_CHARS:
            raise Misfit(
                f"{len(str(word))} characters are too long for a variant", f"at most {MAX_VARIANT_CHARS}"
            )
    return value


def _made_of(origin: object) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) is origin


@cache
def converter() -> Converter:
    made = Converter(forbid_extra_keys=True, detailed_validation=True)
    made.register_structure_hook(str, _text)
    made.register_structure_hook(int, _whole)
    made.register_structure_hook(float, _number)
    made.register_structure_hook(bool, _truth)
    made.register_structure_hook_factory(dataclasses.is_dataclass, _class(made))
    made.register_structure_hook_factory(_made_of(tuple), _list(made))
    made.register_structure_hook_factory(_made_of(Mapping), _mapping(made))
    made.register_structure_hook_factory(_made_of(Literal), _literal)
    made.register_structure_hook_factory(lambda kind: kind == FaultFile, _by_kind(made))
    made.register_structure_hook_func(lambda kind: kind == VariantValue, _variant)
    made.register_structure_hook_factory(_made_of(Annotated), _annotated(made))
    return made
