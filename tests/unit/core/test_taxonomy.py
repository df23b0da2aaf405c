from __future__ import annotations

from collections import Counter

import pytest

from game.core.taxonomy import COMPONENTS, GUARDS, LAYERS, MECHANISMS, Term, normalise


@pytest.mark.parametrize("terms", [LAYERS, COMPONENTS, MECHANISMS, GUARDS])
def test_every_word_and_alias_leads_to_one_term(terms: tuple[Term, ...]) -> None:
    words = Counter(word for term in terms for word in (term.id, *term.aliases))
    assert [word for word, count in words.items() if count > 1] == []
    for term in terms:
        assert all(normalise(word, terms) == term.id for word in (term.id, *term.aliases))
        assert term.words


def test_spelling_is_forgiven_and_nothing_else() -> None:
    assert normalise(" Affinity_Lost ", MECHANISMS) == "affinity-lost"
    assert normalise("false alarm", MECHANISMS) == "false-alarm"
    assert normalise("LB", COMPONENTS) == "haproxy"
    assert normalise("affinity", MECHANISMS) is None
    assert normalise("", MECHANISMS) is None


def test_the_list_covers_the_field() -> None:
    assert len(MECHANISMS) >= 40
    assert {layer.id for layer in LAYERS} | {"none"} == {component.id for component in COMPONENTS}
