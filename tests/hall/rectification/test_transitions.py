"""From where to where after a bad grade: every arrow over every state, and the actions against the table."""

from collections.abc import Callable
from typing import Any

import pytest

from hall.facts.errors import Refused
from hall.rectification import transitions
from hall.rectification.actions import rectifying
from hall.rectification.actions.striking import strike
from hall.rectification.deeds import why_not
from hall.rectification.enums import DONE, OPEN, AppealState, RectificationState
from hall.rectification.models import Rectification
from tests.builders import Hall
from tests.hall.rectification.builders import GIVEN, NOTE, bad, closed, rectified, rectifying_row, revisited

R = RectificationState
# The table again, by hand: deed → (from, to).
EXPECTED: dict[str, set[tuple[str, str]]] = {
    "attempt": {("contacting", "contacting"), ("contacting", "rectifying")},
    "contact": {("contacting", "rectifying")},
    "rectify": {("rectifying", "rectified")},
    "explain": {("rectifying", "answered")},
    "revisit": {
        ("rectified", "revisited"), ("rectified", "rectifying"), ("answered", "revisited"), ("answered", "rectifying"),
    },
    "close": {("rectified", "closed"), ("answered", "closed"), ("revisited", "closed")},
    "strike": {
        ("contacting", "struck"), ("rectifying", "struck"), ("rectified", "struck"), ("answered", "struck"),
        ("revisited", "struck"), ("closed", "struck"),
    },
}  # fmt: skip
STATES = [state.value for state in R]


def answered(hall: Hall) -> Rectification:
    return rectifying.explain(rectifying_row(hall), by=hall.chief, at=GIVEN, measure="法定要件不能免")


def struck(hall: Hall) -> Rectification:
    return strike(bad(hall), by=hall.supervisor, at=GIVEN, reason="mistaken")


IN_STATE: dict[str, Callable[[Hall], Rectification]] = {
    "contacting": bad, "rectifying": rectifying_row, "rectified": rectified, "answered": answered,
    "revisited": revisited, "closed": closed, "struck": struck,
}  # fmt: skip
DO: dict[str, Callable[[Rectification, Hall], Any]] = {
    "attempt": lambda r, h: rectifying.attempt(r, by=h.chief, at=GIVEN, note=NOTE),
    "contact": lambda r, h: rectifying.contact(r, by=h.chief, at=GIVEN, note=NOTE),
    "rectify": lambda r, h: rectifying.rectify(r, by=h.chief, at=GIVEN, measure=NOTE),
    "explain": lambda r, h: rectifying.explain(r, by=h.chief, at=GIVEN, measure=NOTE),
    "revisit": lambda r, h: rectifying.revisit(r, by=h.supervisor, at=GIVEN, outcome="satisfied", note=NOTE),
    "close": lambda r, h: rectifying.close(r, by=h.supervisor, at=GIVEN, answer="查明没有给清单，已经补发。"),
    "strike": lambda r, h: strike(r, by=h.supervisor, at=GIVEN, reason="malicious"),
}


def test_the_table_has_these_lines_and_no_other() -> None:
    assert {line.name for line in transitions.TABLE} == set(EXPECTED) == set(DO)


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("source", STATES)
@pytest.mark.parametrize("target", STATES)
def test_every_arrow(name: str, source: str, target: str) -> None:
    assert transitions.leads_to(name, source, target) is ((source, target) in EXPECTED[name])


@pytest.mark.parametrize("name", EXPECTED)
@pytest.mark.parametrize("state", STATES)
def test_allowed_says_where_an_arrow_begins(name: str, state: str) -> None:
    assert transitions.allowed(name, state) is (state in {source for source, _ in EXPECTED[name]})


def test_every_line_names_its_ground() -> None:
    assert all(line.ground and line.label for line in (*transitions.TABLE, *transitions.APPEALS))


@pytest.mark.parametrize("state", [state.value for state in AppealState])
def test_an_appeal_is_decided_once(state: str) -> None:
    for name in ("uphold", "reject"):
        assert transitions.allowed(name, state) is (state == "pending")


def test_what_is_struck_stays_so() -> None:
    assert not [line.name for line in transitions.TABLE if R.STRUCK in line.sources]


def test_open_and_done_make_up_the_states() -> None:
    assert set(OPEN) | {R.CLOSED, R.STRUCK} == set(R)
    assert set(DONE) < set(R)


@pytest.mark.django_db
@pytest.mark.parametrize("name", DO)
@pytest.mark.parametrize("state", STATES)
def test_every_action_in_every_state(name: str, state: str) -> None:
    """A signed grade: what the table has no arrow for is refused and changes nothing."""
    hall = Hall()
    row = IN_STATE[state](hall)
    assert row.state == state
    needs_revisit = name == "close" and state in ("rectified", "answered")
    if transitions.allowed(name, state) and not needs_revisit:
        DO[name](row, hall)
        after = Rectification.objects.get(pk=row.pk).state
        assert (state, after) in EXPECTED[name]
        return
    steps = row.steps.count()
    with pytest.raises(Refused):
        DO[name](row, hall)
    assert (Rectification.objects.get(pk=row.pk).state, row.steps.count()) == (state, steps)


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_the_page_offers_what_the_table_allows(state: str) -> None:
    hall = Hall()
    row = IN_STATE[state](hall)
    for name in set(DO) - {"strike"}:
        possible = transitions.allowed(name, state) and not (name == "close" and state in ("rectified", "answered"))
        assert (why_not(name, row, GIVEN) == "") is possible, (name, state)
