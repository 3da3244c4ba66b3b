"""The codes of the national platform."""

import pytest

from approvals.catalogue.enums import FEE_RANKS_FOR_PERMITS, TASK_TYPES, ItemKind, LimitUnit
from hall.workdays.terms import UNIT_LABELS, Unit


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("1", "行政许可"),
        ("5", "行政给付"),
        ("7", "行政确认"),
        ("8", "行政奖励"),
        ("9", "行政裁决"),
        ("10", "其他行政权力"),
        ("20", "公共服务"),
    ],
)
def test_task_types_of_the_national_list(code: str, label: str) -> None:
    assert TASK_TYPES[code].label == label
    assert TASK_TYPES[code].task_type == f"{int(code):02d}"


def test_every_kind_has_a_code() -> None:
    assert set(TASK_TYPES.values()) == set(ItemKind)


def test_units_are_those_the_clock_counts_in() -> None:
    assert set(LimitUnit.values) == {unit.value for unit in Unit} == set(UNIT_LABELS)


def test_only_laws_and_administrative_regulations_carry_a_fee_for_a_permit() -> None:
    assert sorted(FEE_RANKS_FOR_PERMITS) == ["administrative_regulation", "law"]
