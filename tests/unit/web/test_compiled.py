from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import DictLoader, Environment

from game.web.compiled import Compiled

if TYPE_CHECKING:
    import pytest


def test_another_application_gets_what_was_compiled_and_a_changed_one_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = Compiled()
    page = {"page.html": "{{ 1 + 1 }}"}
    first = Environment(loader=DictLoader(page), bytecode_cache=kept, autoescape=True)
    assert first.get_template("page.html").render() == "2"
    second = Environment(loader=DictLoader(page), bytecode_cache=kept, autoescape=True)
    monkeypatch.setattr(second, "compile", _must_not)
    assert second.get_template("page.html").render() == "2"
    page["page.html"] = "{{ 1 + 2 }}"
    third = Environment(loader=DictLoader(page), bytecode_cache=kept, autoescape=True)
    assert third.get_template("page.html").render() == "3"


def _must_not(*_: object, **__: object) -> None:
    raise AssertionError("compiled again")
