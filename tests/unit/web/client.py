"""Requests as the commands make them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

BASE = "http://127.0.0.1:4711"
AUTHORISED = {"Authorization": "Bearer a-token-of-this-run"}


@dataclass
class Client:
    app: Flask
    headers: dict[str, str] = field(default_factory=lambda: dict(AUTHORISED))

    def call(self, method: str, path: str, **words: Any) -> TestResponse:
        headers = {**self.headers, **words.pop("headers", {})}
        return self.app.test_client().open(path, method=method, base_url=BASE, headers=headers, **words)
