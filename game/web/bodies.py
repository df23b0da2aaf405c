"""Reading what comes in: JSON bodies and query parameters into the contract's types, strictly and within bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import cattrs
from cattrs.strategies import use_class_methods
from flask import request
from werkzeug.exceptions import BadRequest

from game.errors import UsageError

if TYPE_CHECKING:
    from game.web.endpoint import Query

# JSON can carry them alone, text that is to be written or printed cannot.
SURROGATES = ("\ud800", "\udfff")
T = TypeVar("T")


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, prefer_attrib_converters=False)
    use_class_methods(converter)
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(float, _number)
    return converter


def _text(value: object, _: type) -> str:
    if not isinstance(value, str):
        raise TypeError(f"a text is expected, not {type(value).__name__}")
    if "\x00" in value:
        raise ValueError("the character NUL is not allowed")
    if any(SURROGATES[0] <= character <= SURROGATES[1] for character in value):
        raise ValueError("half of a surrogate pair is no character")
    return value


def _number(value: object, _: type) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"a number is expected, not {type(value).__name__}")
    number = float(value)
    if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124 - the test for not-a-number.
        raise ValueError("a finite number is expected")
    return number


_CONVERTER = _converter()


def read_body(kind: type[T]) -> T:
    """The request's JSON body as `kind`; a UsageError names every field that does not fit."""
    try:
        payload = request.get_json(force=True, silent=False)
    except (BadRequest, RecursionError) as error:
        raise UsageError("the body is not JSON", hint="send a JSON object, see /api/openapi.json") from error
    if not isinstance(payload, dict):
        raise UsageError("the body is no JSON object", hint="see /api/openapi.json")
    return structured(payload, kind)


def structured(payload: dict[str, object], kind: type[T]) -> T:
    """What came in as `kind`; a UsageError names every field that does not fit."""
    try:
        return _CONVERTER.structure(payload, kind)
    except (cattrs.BaseValidationError, TypeError, ValueError) as error:
        problems = (
            "; ".join(cattrs.transform_error(error))
            if isinstance(error, cattrs.BaseValidationError)
            else str(error)
        )
        raise UsageError(f"the body does not fit: {problems}", hint="see /api/openapi.json") from error


def read_query(parameters: tuple[Query, ...]) -> dict[str, int | str]:
    """The known query parameters that are present, converted."""
    values: dict[str, int | str] = {}
    for parameter in parameters:
        text = request.args.get(parameter.name)
        if text is None:
            continue
        try:
            values[parameter.name] = parameter.kind(text)
        except ValueError as error:
            raise UsageError(
                f"{parameter.name}={text!r} is not a whole number", hint=parameter.what
            ) from error
    return values
