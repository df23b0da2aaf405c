"""JSON Schema (draft 2020-12) of `exercise.yaml`, made from the types that read it, for editors and `danceoff schema`.

Where a number is expected the schema also takes a placeholder in quotes, since a seed's choice may fill it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from game.catalog.choices import ChoicesFile
from game.catalog.document import ExerciseFile
from game.catalog.fields import About

DRAFT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_PLACEHOLDER: Schema = {
    "type": "string",
    "pattern": "^@[a-z][a-z0-9_-]*@$",
    "description": "Filled by a variant.",
}
_SIMPLE: dict[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    NoneType: {"type": "null"},
}


def exercise_schema() -> Schema:
    """The whole schema as a JSON object. A plain dict because JSON Schema is JSON and has no smaller type."""
    schema, choices = _tolerant(_class(ExerciseFile)), _class(ChoicesFile)
    schema["properties"] |= choices["properties"]
    return {"$schema": DRAFT, "title": "danceoff exercise", **schema}


def described(kind: type) -> Schema:
    """The schema of a file's type as it stands, without placeholders."""
    return _class(kind)


def _type(kind: object) -> Schema:
    origin = get_origin(kind)
    if kind in _SIMPLE:
        return dict(_SIMPLE[kind])
    if origin is Annotated:
        base, *about = get_args(kind)
        schema = _type(base)
        for item in about:
            if isinstance(item, About):
                schema |= _about(item, schema)
        return schema
    if origin is Literal:
        words = list(get_args(kind))
        return {"enum": words} if len(words) > 1 else {"const": words[0]}
    if origin is tuple:
        return {"type": "array", "items": _type(get_args(kind)[0])}
    if origin is Mapping:
        key, value = get_args(kind)
        return {"type": "object", "propertyNames": _type(key), "additionalProperties": _type(value)}
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _class(kind)
    return {"anyOf": [_type(member) for member in get_args(kind)]}


def _about(about: About, schema: Schema) -> Schema:
    """Bounds under the names that JSON Schema has for this type of value."""
    low, high = {
        "string": ("minLength", "maxLength"),
        "array": ("minItems", "maxItems"),
    }.get(schema.get("type", ""), ("minimum", "maximum"))
    found: Schema = {"description": about.what}
    if about.low is not None:
        found[low] = int(about.low) if about.low == int(about.low) else about.low
    if about.high is not None:
        found[high] = int(about.high) if about.high == int(about.high) else about.high
    if about.pattern:
        found["pattern"] = f"^(?:{about.pattern})$"
    if about.words:
        found["enum"] = list(about.words)
    return found


def _class(kind: type) -> Schema:
    hints = get_type_hints(kind, include_extras=True)
    fields = dataclasses.fields(kind)
    return {
        "type": "object",
        "description": kind.__doc__ or "",
        "properties": {field.name: _type(hints[field.name]) for field in fields},
        "required": [
            field.name
            for field in fields
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        ],
        "additionalProperties": False,
    }


def _tolerant(schema: Schema) -> Schema:
    """Allow a placeholder wherever the form of a value is narrower than "any text"."""
    below = {
        key: value if key in {"propertyNames", "required"} else _tolerant_inside(value)
        for key, value in schema.items()
    }
    narrow = schema.get("type") in {"integer", "number"} or "enum" in schema or "pattern" in schema
    if not narrow:
        return below
    words = {"description": below.pop("description")} if "description" in below else {}
    return {**words, "anyOf": [below, dict(_PLACEHOLDER)]}


def _tolerant_inside(value: object) -> object:
    if isinstance(value, list):
        return [_tolerant_inside(item) for item in value]
    return _tolerant(value) if isinstance(value, dict) else value
