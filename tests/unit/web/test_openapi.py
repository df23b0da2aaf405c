"""The OpenAPI document says what the application does: no route more, no route less, and every answer fits it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from game.web.openapi import openapi
from game.web.routes import ROUTES
from tests.unit.web.client import Client

if TYPE_CHECKING:
    from flask import Flask

    from game.web.endpoint import Endpoint
    from tests.unit.web.stand_in import StandIn

BODIES: dict[str, dict[str, object]] = {
    "NoteBody": {"text": "a note"},
    "HandoffBody": {"note": "it is not the database"},
    "UpdateBody": {"text": "a word for those outside"},
    "FileBody": {"text": "global\n", "started_from": "0"},
    "HandOverBody": {"layer": "postgres"},
    "DiagnosisBody": {
        "id": "one", "component": "haproxy", "mechanism": "canary-misrouted", "change": "HEAD", "share": 0.3,
        "cohort": "all",
    },
    "ResolutionBody": {"change": "HEAD", "unnoticed": "nobody looked", "guard": "peer-review"},
    "QuitBody": {"reason": "enough"},
    "ApplyBody": {"message": "why"},
    "RevertBody": {"revision": "HEAD"},
    "ConsoleBody": {"line": "show stat"},
    "RequestBody": {"cohort": "web"},
    "ProposalBody": {"why": "because it is needed"},
    "ReviewBody": {"verdict": "approve", "text": "fine"},
    "ServiceActionBody": {"action": "restart"},
}  # fmt: skip
REFUSED_BY_THE_STAND_IN = {"/api/run/debrief": 409, "/api/lb/apply": 503}


def document() -> dict[str, Any]:
    return openapi(ROUTES)


def path_of(route: Endpoint) -> str:
    return re.sub(r"<(?:path:)?\w+>", "haproxy", route.path)


def test_the_document_is_valid_openapi() -> None:
    OpenAPIV31SpecValidator(document()).validate()


def test_the_document_and_the_application_know_the_same_routes(app: Flask) -> None:
    described = {
        (operation.upper(), re.sub(r"{(\w+)}", r"<\1>", path).replace("<path>", "<path:path>"))
        for path, operations in document()["paths"].items()
        for operation in operations
    }
    served = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }
    assert served - described == {("GET", "/api/openapi.json")}
    assert described - served == set()


def test_the_application_serves_its_document_to_everybody(app: Flask) -> None:
    answer = Client(app, headers={}).call("GET", "/api/openapi.json")
    assert answer.status_code == 200
    assert answer.json == document()


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_answers_fit_their_schema(route: Endpoint, app: Flask) -> None:
    body = {"json": BODIES[route.body.__name__]} if route.body else {}
    answer = Client(app).call(route.method, path_of(route), **body)
    assert answer.status_code == REFUSED_BY_THE_STAND_IN.get(route.path, 200), answer.json
    name = route.answer.__name__ if answer.status_code == 200 else "Failure"
    whole = document()
    jsonschema.validate(
        answer.json, {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}
    )


@pytest.mark.parametrize("name", sorted(BODIES))
def test_schemas_of_bodies_take_what_the_application_takes(name: str) -> None:
    whole = document()
    schema = {"$ref": f"#/components/schemas/{name}", "components": whole["components"]}
    jsonschema.validate(BODIES[name], schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**BODIES[name], "unknown": 1}, schema)


def test_every_body_of_a_route_is_tried_here() -> None:
    assert {route.body.__name__ for route in ROUTES if route.body} == set(BODIES)


def test_query_parameters_reach_the_run(app: Flask, run: StandIn) -> None:
    Client(app).call("GET", "/api/services/auth1/log?lines=7&grep=a%20b&after=12")
    Client(app).call("GET", "/api/run/events?after=5")
    assert run.asked == [("log", "auth1", "7", "a b", "12"), ("events", "5")]
