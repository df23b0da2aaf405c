"""The three modes: who may change what, and what becomes of approvals."""

from __future__ import annotations

from dataclasses import replace

import pytest

from game.core.control.facts import Papers
from game.core.control.gate import Wish, admit, review_allowed
from game.core.control.ledger import ledger, unreviewed
from game.core.control.partner import PARTNER, TEMPERS, due_reviews, opinion, temper_of
from game.core.control.weighing import CONFIGURATION, Weighed, weigh
from game.errors import Refused
from tests.unit.core.control.changes import BEFORE, applied, edited, proposed, reviewed, state

RISKY = weigh({CONFIGURATION: BEFORE}, {CONFIGURATION: edited("maxconn 200", "maxconn 20")})
BACK = weigh({CONFIGURATION: edited("maxconn 200", "maxconn 20")}, {CONFIGURATION: BEFORE})
TAME = weigh({CONFIGURATION: BEFORE}, {CONFIGURATION: edited("%ci %b", "%ci %b %s")})


def wish(
    weighed: Weighed = RISKY, why: str = "less load", emergency: str = "", undoing: Weighed = BACK
) -> Wish:
    return Wish(by="leo", why=why, weighed=weighed, undoing=undoing, emergency=emergency)


def test_open_takes_everything_and_still_writes_it_down() -> None:
    papers = admit("open", wish(why=""), ())
    assert (papers.change, papers.risks, papers.unreviewed) == ("c1", ("limits",), ())


def test_recorded_wants_a_reason_and_no_approval() -> None:
    with pytest.raises(Refused, match="reason"):
        admit("recorded", wish(why="because"), ())
    assert admit("recorded", wish(), ()).why == "less load"


def test_reviewed_lets_what_is_not_risky_through_and_nothing_else() -> None:
    assert admit("reviewed", wish(TAME), ()).approved_by == ()
    with pytest.raises(Refused, match="needs somebody's approval"):
        admit("reviewed", wish(), ())


def test_an_approval_opens_the_gate_for_that_very_change() -> None:
    asked = proposed(digest=RISKY.digest)
    waiting = ledger(state(asked))
    with pytest.raises(Refused, match=r"c1 .* waits for its review"):
        admit("reviewed", wish(), waiting)
    approved = ledger(state(asked, reviewed("approve", digest=RISKY.digest)))
    papers = admit("reviewed", wish(), approved)
    assert (papers.change, papers.approved_by, papers.emergency) == ("c1", ("mia",), "")
    other = weigh({CONFIGURATION: BEFORE}, {CONFIGURATION: edited("maxconn 200", "maxconn 21")})
    with pytest.raises(Refused, match="needs somebody's approval"):
        admit("reviewed", wish(other), approved)


def test_an_approval_is_void_when_the_change_changes() -> None:
    changed = ledger(state(proposed(), reviewed("approve"), proposed(digest="two")))
    assert (changed[0].stage, changed[0].approvers) == ("proposed", ())
    assert [review.void for review in changed[0].reviews] == [True]
    again = ledger(
        state(proposed(), reviewed("approve"), proposed(digest="two"), reviewed("approve", digest="two"))
    )
    assert again[0].stage == "approved"


def test_nobody_approves_their_own_change() -> None:
    own = ledger(state(proposed(), reviewed("approve", by="leo")))
    assert own[0].approvers == ()
    with pytest.raises(Refused, match="their own"):
        review_allowed(own[0], "leo")
    review_allowed(own[0], "mia")


def test_the_last_word_of_a_reviewer_counts() -> None:
    down = ledger(state(proposed(), reviewed("approve"), reviewed("request-changes")))
    assert (down[0].stage, down[0].approvers) == ("changes-requested", ())
    up = ledger(state(proposed(), reviewed("request-changes"), reviewed("comment"), reviewed("approve")))
    assert up[0].stage == "approved"
    two = ledger(state(proposed(), reviewed("approve"), reviewed("request-changes", by="kai")))
    assert two[0].stage == "changes-requested"


def test_breaking_the_glass_needs_a_reason_and_owes_a_review() -> None:
    with pytest.raises(Refused, match="breaking the glass"):
        admit("reviewed", wish(emergency="now"), ())
    papers = admit("reviewed", wish(emergency="users are locked out"), ())
    assert papers.emergency == "users are locked out"
    assert papers.unreviewed == RISKY.risky
    broken = state(applied(papers))
    assert ledger(broken)[0].owes_a_review
    assert unreviewed(broken) == RISKY.risky
    seen = state(applied(papers), reviewed("approve", digest=""))
    assert not ledger(seen)[0].owes_a_review
    assert unreviewed(seen) == ()


def test_the_glass_stays_whole_where_nobody_has_to_break_it() -> None:
    assert admit("open", wish(emergency="at once please"), ()).emergency == ""
    assert admit("reviewed", wish(TAME, emergency="at once please"), ()).emergency == ""


def test_taking_back_what_slipped_in_needs_nobodys_leave() -> None:
    slipped_in = replace(wish(BACK, undoing=RISKY), slipped_in=RISKY.risky)
    papers = admit("reviewed", slipped_in, ())
    assert (papers.approved_by, papers.emergency, papers.unreviewed) == ((), "", ())
    with pytest.raises(Refused):
        admit("reviewed", wish(BACK, undoing=RISKY), ())


def test_taking_back_one_of_two_leaves_the_other() -> None:
    other = "defaults: timeout server: 10s -> 1s"
    both = replace(wish(BACK, undoing=RISKY), slipped_in=(*RISKY.risky, other))
    assert admit("reviewed", both, ()).unreviewed == (other,)


def test_what_slipped_in_stays_unreviewed_under_later_changes_approved_ones_too() -> None:
    slipped_in = ("frontend fe_auth: added: use_backend be_canary",)
    assert admit("reviewed", replace(wish(TAME), slipped_in=slipped_in), ()).unreviewed == slipped_in
    approved = ledger(state(proposed(digest=RISKY.digest), reviewed("approve", digest=RISKY.digest)))
    assert admit("reviewed", replace(wish(), slipped_in=slipped_in), approved).unreviewed == slipped_in


def test_journals_of_before_have_a_log_too() -> None:
    old = ledger(state(applied(Papers())))
    assert (old[0].name, old[0].why, old[0].stage) == ("#2", "m", "made")


def test_the_partner_has_a_temper_that_the_seed_decides() -> None:
    assert {temper_of(seed).name for seed in range(40)} == {temper.name for temper in TEMPERS}
    assert temper_of(7) == temper_of(7)


def test_the_partner_catches_planted_mistakes_asks_for_reasons_and_takes_time() -> None:
    careful = next(temper for temper in TEMPERS if temper.name == "careful")
    planted = opinion(proposed(why="the pool is too large by far"), careful)
    assert planted.verdict == "approve"
    mistake = replace(proposed(why="the pool is too large by far"), doubts=("auth2 is gone",))
    assert opinion(mistake, careful).text == "auth2 is gone"
    assert opinion(proposed(why="please"), careful).verdict == "request-changes"
    asked = state(proposed())
    assert due_reviews(asked, 1, 2_000) == ()
    said = due_reviews(asked, 1, 60_000)
    assert [review.by for review in said] == [PARTNER]
    assert due_reviews(state(proposed(), *said), 1, 60_000) == ()
    assert len(due_reviews(state(proposed(), *said, proposed(digest="two")), 1, 90_000)) == 1
