"""The publish gate over mixed units: a promise and a statute in different measures, judged by due dates, not by counts.

Each line was worked out on the shipped calendar; `None` means never later on any start day of the published years.
"""

from dataclasses import replace
from typing import Any

import pytest

from approvals.catalogue.enums import ItemKind, LimitUnit
from approvals.catalogue.publishing import DraftFacts, MaterialGate, StepGate, blocking, findings
from hall.workdays.terms import Limit
from tests.approvals.catalogue.test_publishing import GOOD, LAW, SETTING

DAY, WORK, MONTH, HOUR, OPEN = "day", "workday", "month", "hour", "opening_hour"


def codes(draft: DraftFacts) -> set[str]:
    return {finding.code for finding in blocking(findings(draft, SETTING))}


def draft(**changes: Any) -> DraftFacts:
    defaults = {"regime": replace(LAW, decision=None), "steps": (StepGate("审查"),)}
    return replace(GOOD, **{**defaults, **changes})


PROMISES: list[tuple[Limit, Limit, bool]] = [
    # promise, statute, may be published
    (Limit(20, WORK), Limit(20, WORK), True),
    (Limit(21, WORK), Limit(20, WORK), False),
    (Limit(20, DAY), Limit(20, WORK), True),  # twenty days are sooner than twenty working days
    (Limit(20, WORK), Limit(20, DAY), False),
    (Limit(10, WORK), Limit(20, DAY), False),  # a week of holidays in between
    (Limit(5, WORK), Limit(20, DAY), True),
    (Limit(1, MONTH), Limit(31, DAY), True),
    (Limit(1, MONTH), Limit(28, DAY), False),
    (Limit(31, DAY), Limit(1, MONTH), False),  # February is shorter
    (Limit(28, DAY), Limit(1, MONTH), True),
    (Limit(30, DAY), Limit(1, MONTH), False),
    (Limit(3, MONTH), Limit(1, MONTH), False),
    (Limit(24, HOUR), Limit(1, WORK), True),
    (Limit(24, HOUR), Limit(1, DAY), True),
    (Limit(25, HOUR), Limit(1, WORK), False),
    (Limit(48, HOUR), Limit(2, DAY), True),
    (Limit(7, OPEN), Limit(1, WORK), True),
    (Limit(9, OPEN), Limit(1, WORK), False),
    (Limit(16, OPEN), Limit(1, DAY), False),
    (Limit(1, DAY), Limit(24, HOUR), False),  # a day ends at its midnight, and rolls off a holiday
    (Limit(1, WORK), Limit(1, DAY), True),  # a day that ends on a holiday ends on the next working day
    (Limit(2, WORK), Limit(1, DAY), False),
    (Limit(2, WORK), Limit(2, DAY), False),
]


@pytest.mark.parametrize(("promise", "statute", "good"), PROMISES, ids=str)
def test_a_promise_is_never_later_than_the_statute(promise: Limit, statute: Limit, good: bool) -> None:
    assert ("promise_later" not in codes(draft(promise=promise, statute=statute))) is good


STEPS: list[tuple[tuple[Limit, ...], Limit, bool]] = [
    ((Limit(5, WORK), Limit(5, WORK)), Limit(10, WORK), True),
    ((Limit(5, WORK), Limit(6, WORK)), Limit(10, WORK), False),
    ((Limit(10, WORK),), Limit(10, WORK), True),
    ((Limit(24, HOUR), Limit(9, WORK)), Limit(10, WORK), True),
    ((Limit(24, HOUR), Limit(10, WORK)), Limit(10, WORK), False),
    ((Limit(1, MONTH),), Limit(10, WORK), False),
    ((Limit(3, DAY), Limit(1, WORK)), Limit(10, WORK), True),
    ((Limit(14, DAY),), Limit(5, WORK), False),
    ((Limit(4, OPEN), Limit(4, OPEN)), Limit(8, OPEN), True),
    ((Limit(4, OPEN), Limit(5, OPEN)), Limit(8, OPEN), False),
    ((Limit(0, WORK),), Limit(1, WORK), True),
]


@pytest.mark.parametrize(("limits", "promise", "good"), STEPS, ids=lambda value: str(value)[:40])
def test_steps_together_are_never_later_than_the_promise(limits: tuple[Limit, ...], promise: Limit, good: bool) -> None:
    steps = tuple(StepGate(f"第{n}步", limit) for n, limit in enumerate(limits, 1))
    assert ("steps_exceed" not in codes(draft(promise=promise, statute=Limit(60, WORK), steps=steps))) is good


def test_a_step_without_a_limit_adds_nothing() -> None:
    steps = (StepGate("审查", Limit(10, WORK)), StepGate("公示"))
    assert "steps_exceed" not in codes(draft(steps=steps, promise=Limit(10, WORK)))


REGIMES: list[tuple[Limit, str, bool]] = [
    # statute against the twenty working days of the licensing law, note, may be published
    (Limit(20, WORK), "", True),
    (Limit(21, WORK), "", False),
    (Limit(21, WORK), "  ", False),
    (Limit(21, WORK), "《某法》第五条", True),
    (Limit(20, DAY), "", True),
    (Limit(1, MONTH), "", False),
    (Limit(60, DAY), "《某法》第五条", True),
    (Limit(480, HOUR), "", True),
]


@pytest.mark.parametrize(("statute", "note", "good"), REGIMES)
def test_a_longer_statute_names_the_law_that_allows_it(statute: Limit, note: str, good: bool) -> None:
    found = codes(draft(regime=LAW, statute=statute, statute_note=note, promise=Limit(1, WORK)))
    assert ("statute_longer_than_regime" not in found) is good


SUPPLEMENTS: list[tuple[Limit | None, str, str | None]] = [
    (Limit(5, WORK), "某条例", None),
    (Limit(10, WORK), "某条例", None),
    (Limit(11, WORK), "某条例", "supplement_later"),
    (Limit(1, MONTH), "某条例", "supplement_later"),
    (Limit(7, DAY), "某条例", None),
    (Limit(14, DAY), "某条例", "supplement_later"),  # a made-up Saturday brings ten working days into thirteen
    (None, "某条例", "supplement_unsaid"),
    (Limit(5, WORK), "", "supplement_unsaid"),
    (Limit(5, WORK), " \u3000", "supplement_unsaid"),
]


@pytest.mark.parametrize(("term", "rule", "code"), SUPPLEMENTS)
def test_a_supplement_comes_before_the_promise_ends(term: Limit | None, rule: str, code: str | None) -> None:
    materials = (MaterialGate("身份证"), MaterialGate("验资报告", "deferrable"))
    facts = {"promise_supplement": True, "supplement": term, "supplement_rule": rule, "materials": materials}
    found = codes(draft(**facts)) & {"supplement_later", "supplement_unsaid"}
    assert found == ({code} if code else set())


@pytest.mark.parametrize("kind", list(ItemKind))
def test_only_permits_must_have_a_statute_and_a_number_limit(kind: ItemKind) -> None:
    found = codes(draft(kind=kind, statute=None, quantity_limit=""))
    assert ({"no_statute", "missing_quantity"} <= found) is (kind == ItemKind.PERMIT)


@pytest.mark.parametrize("unit", list(LimitUnit))
@pytest.mark.parametrize("count", [3651, 32767])
def test_a_limit_of_decades_is_a_finding_not_a_crash(unit: str, count: int) -> None:
    """Numbers a slip of the finger makes: every check answers, and the draft is not published."""
    steps = (StepGate("审查", Limit(count, unit)),)
    found = codes(draft(promise=Limit(count, unit), statute=Limit(20, WORK), steps=steps))
    assert found & {"promise_later", "limit_too_long"}


@pytest.mark.parametrize("count", [3651, 32767])
def test_a_statute_of_decades_does_not_crash_either(count: int) -> None:
    assert "no_regime" not in codes(draft(regime=LAW, statute=Limit(count, MONTH)))
