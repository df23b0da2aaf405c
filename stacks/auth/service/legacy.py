"""The old auth service: healthy to look at, unable to sign anybody in."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import Flask, jsonify, make_response

import access_log
from app import BODY_BYTES, add_inner_routes

if TYPE_CHECKING:
    from flask import Response

    from metrics import Metrics

log = logging.getLogger("users")


def create_legacy_app(metrics: Metrics) -> Flask:
    """Answer logins with an error that speaks of the user store: it was switched off with the last migration."""
    app = Flask("legacy", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_BYTES
    access_log.instrument(app, metrics)
    app.add_url_rule("/login", view_func=login, methods=["POST"])
    app.add_url_rule("/session", view_func=unknown, methods=["GET"])
    app.add_url_rule("/refresh", "refresh", view_func=unknown, methods=["POST"])
    add_inner_routes(app, metrics)
    return app


def login() -> Response:
    log.error("user store: no connection to database 'users' within 250 ms (pool 0 idle, 10 waiting)")
    return make_response(jsonify(error="user store unavailable"), 500)


def unknown() -> Response:
    return make_response(jsonify(error="not signed in"), 401)
