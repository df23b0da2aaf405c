"""The OpenAPI document, generated from the routes' rows and the contract's types."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from typing import TYPE_CHECKING

from game.web.contract import Failure

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from game.web.endpoint import Endpoint

Json = dict[str, object]
_SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def openapi(routes: tuple[Endpoint, ...]) -> Json:
    """The whole document, as OpenAPI 3.1."""
    schemas: dict[str, Json] = {}
    paths: dict[str, dict[str, Json]] = {}
    _refer(Failure, schemas)
    for row in routes:
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", row.path)
        paths.setdefault(path, {})[row.method.lower()] = _operation(row, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "danceoff",
            "version": "1",
            "description": "One run of an exercise: what a trainee's commands, pages and bots may see and do.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"run": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"run": []}],
    }


def _operation(row: Endpoint, schemas: dict[str, Json]) -> Json:
    words = re.findall(r"<(?:\w+:)?(\w+)>", row.path)
    parameters: list[Json] = [
        {"name": word, "in": "path", "required": True, "schema": {"type": "string"}} for word in words
    ]
    parameters += [
        {
            "name": query.name,
            "in": "query",
            "description": query.what,
            "schema": {"type": _SIMPLE[query.kind]},
        }
        for query in row.query
    ]
    failure: Json = {
        "description": "What went wrong and what to do next: 400 bad input, 401 no token, 409 refused by the rules now, "
        "503 the platform failed",
        "content": {"application/json": {"schema": _refer(Failure, schemas)}},
    }
    operation: Json = {
        "operationId": re.sub(r"\W+", "_", f"{row.method.lower()}{row.path}").strip("_"),
        "summary": row.summary,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": "Done",
                "content": {"application/json": {"schema": _refer(row.answer, schemas)}},
            },
            "default": failure,
        },
    }
    if row.body is not None:
        schema = _refer(row.body, schemas)
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    if row.open_to_all:
        operation["security"] = []
    return operation


def _refer(kind: type[DataclassInstance], schemas: dict[str, Json]) -> Json:
    """A reference to the type's schema, which is added to `schemas` if it is not there yet."""
    if kind.__name__ not in schemas:
        schemas[kind.__name__] = {}
        hints = typing.get_type_hints(kind)
        fields = dataclasses.fields(kind)
        schemas[kind.__name__] = {
            "type": "object",
            "description": " ".join((kind.__doc__ or "").split()),
            "additionalProperties": False,
            "properties": {field.name: _schema(hints[field.name], schemas) for field in fields},
            "required": [field.name for field in fields if field.default is dataclasses.MISSING],
        }
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _schema(hint: object, schemas: dict[str, Json]) -> Json:
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _refer(hint, schemas)
    if isinstance(hint, type) and hint in _SIMPLE:
        return {"type": _SIMPLE[hint]}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and arguments[-1] is Ellipsis:
        return {"type": "array", "items": _schema(arguments[0], schemas)}
    if origin is tuple:
        return {"type": "array", "prefixItems": [_schema(one, schemas) for one in arguments], "items": False}
    if origin in {typing.Union, types.UnionType}:
        return {"anyOf": [_schema(one, schemas) for one in arguments]}
    raise TypeError(
        f"no schema for {hint!r}: the contract's types are dataclasses, tuples, unions and plain words"
    )
