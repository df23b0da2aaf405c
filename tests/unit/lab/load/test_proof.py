from __future__ import annotations

import pytest

from game.errors import UsageError
from game.lab.load.proof import Expected, Verifier
from tests.unit.lab.load.signing import CLAIMS, Signer, part

EXPECTED = Expected(audience="login.example.test", subject="web000", nonce="n1")


def test_a_right_token_is_right(signer: Signer) -> None:
    assert Verifier(signer.public_pem).judge(signer.token(), EXPECTED) == ""


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ({"nonce": "n0"}, "wrong-nonce"),
        ({"aud": "acme.example.test"}, "wrong-audience"),
        ({"sub": "web001"}, "wrong-user"),
        ({"iss": "somebody"}, "unsigned"),
    ],
)
def test_a_token_about_something_else_is_wrong(signer: Signer, claim: dict[str, str], reason: str) -> None:
    assert Verifier(signer.public_pem).judge(signer.token(**claim), EXPECTED) == reason


def test_a_token_signed_with_another_key_is_wrong(signer: Signer) -> None:
    forged = Signer().token()
    assert Verifier(signer.public_pem).judge(forged, EXPECTED) == "unsigned"


def test_a_token_cannot_choose_to_be_unsigned(signer: Signer) -> None:
    assert (
        Verifier(signer.public_pem).judge(f"{part({'alg': 'none'})}.{part(CLAIMS)}.", EXPECTED) == "unsigned"
    )


@pytest.mark.parametrize("token", [None, 7, "", "a.b", "..", "a.b.c", "ä.ö.ü", "a.b.c.d", ["x"], "=.=.="])
def test_nonsense_is_unsigned(signer: Signer, token: object) -> None:
    assert Verifier(signer.public_pem).judge(token, EXPECTED) == "unsigned"


def test_no_key_is_an_error_that_says_so() -> None:
    with pytest.raises(UsageError, match="public key"):
        Verifier("nothing")
