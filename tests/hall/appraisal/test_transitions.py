"""The tables of states: every arrow, and nothing beside them."""

from itertools import product

import pytest

from hall.appraisal.enums import AwardState, PeriodState
from hall.appraisal.transitions import AWARD, PERIOD, allowed, target_of
from hall.facts.errors import Refused

PERIOD_ARROWS = {
    ("announce", "open"): "objection",
    ("reopen", "objection"): "open",
    ("freeze", "objection"): "frozen",
}
AWARD_ARROWS = {
    ("publish", "nominated"): "published",
    ("refuse", "nominated"): "refused",
    ("withdraw", "published"): "withdrawn",
}
CASES = [
    *((PERIOD, PERIOD_ARROWS, name, state) for name, state in product(("announce", "reopen", "freeze"), PeriodState)),
    *((AWARD, AWARD_ARROWS, name, state) for name, state in product(("publish", "refuse", "withdraw"), AwardState)),
]


@pytest.mark.parametrize(("table", "arrows", "name", "state"), CASES)
def test_only_the_arrows_of_the_table_lead_anywhere(table, arrows, name, state) -> None:  # type: ignore[no-untyped-def]
    if (name, state.value) in arrows:
        assert target_of(table, name, state) == arrows[name, state.value]
    else:
        with pytest.raises(Refused):
            target_of(table, name, state)


def test_nothing_leaves_an_end() -> None:
    ends = (PeriodState.FROZEN, AwardState.REFUSED, AwardState.WITHDRAWN)
    assert not [line for end in ends for table in (PERIOD, AWARD) for line in allowed(table, end)]


def test_every_arrow_has_a_word_for_its_button() -> None:
    assert all(line.label for line in (*PERIOD, *AWARD))
