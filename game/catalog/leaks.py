"""Does a text that a trainee sees before the debrief say the answer? (Proof 4, the part that needs no stack.)"""

from __future__ import annotations

import re

from game.core.taxonomy import COMPONENTS, MECHANISMS, Term

# Words of the taxonomy that a symptom cannot do without.
_EVERYDAY = frozenset(
    re.findall(
        r"\w+",
        """
        address alarm answer app application auth check clients edge errors lost net none password rate requests
        server service session sessions short token tokens wrong
        """,
    )
)


def leaked(text: str, component: str, mechanism: str) -> tuple[str, ...]:
    """The words of the answer that stand in the text."""
    words = _words_of(component, COMPONENTS) | _words_of(mechanism, MECHANISMS)
    words |= {part for part in mechanism.split("-") if len(part) > 3}
    plain = re.sub(r"[\s_-]+", " ", text.casefold())
    return tuple(sorted(word for word in words - _EVERYDAY if _stands_in(word, plain)))


def _words_of(name: str, terms: tuple[Term, ...]) -> set[str]:
    return {word for term in terms if term.id == name for word in (term.id, term.words, *term.aliases)}


def _stands_in(word: str, plain: str) -> bool:
    spaced = re.escape(re.sub(r"[\s_-]+", " ", word.lower()))
    return re.search(rf"(?<!\w){spaced}(?!\w)", plain) is not None
