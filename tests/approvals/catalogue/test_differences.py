"""Versions compared in the words of reform: 减环节、减材料、减时限."""

import pytest

from approvals.catalogue.differences import Outline, compare, headline
from hall.workdays.terms import Limit

OLD = Outline(
    steps=("受理", "审查", "审核", "决定"),
    materials=("申请书", "身份证", "无犯罪证明"),
    promise=Limit(20, "workday"),
    statute=Limit(20, "workday"),
    visits="跑两次",
)
NEW = Outline(
    steps=("受理", "审查", "决定"),
    materials=("申请书", "身份证"),
    promise=Limit(10, "workday"),
    statute=Limit(20, "workday"),
    visits="最多跑一次",
)


def test_the_same_outline_has_no_changes() -> None:
    assert compare(OLD, OLD) == ()


def test_less_of_everything_is_better_and_named() -> None:
    steps, materials, promise, visits = compare(OLD, NEW)
    assert (steps.gone, materials.gone) == (("审核",), ("无犯罪证明",))
    assert [steps.better, materials.better, promise.better, visits.better] == [True, True, True, None]


def test_headline_reads_as_a_sentence() -> None:
    assert headline(compare(OLD, NEW)) == (
        "减环节 1 个，减材料 1 份，承诺时限由20 个工作日减到10 个工作日，到现场次数由跑两次改为最多跑一次"
    )


def test_more_is_worse() -> None:
    steps, *_ = compare(NEW, OLD)
    assert steps.better is False
    assert "增环节 1 个" in headline(compare(NEW, OLD))


def test_one_material_for_another_is_neither_better_nor_worse() -> None:
    (change,) = compare(Outline(materials=("甲",)), Outline(materials=("乙",)))
    assert change.better is None
    assert (change.gone, change.added) == (("甲",), ("乙",))


@pytest.mark.parametrize(
    ("old", "new", "better"),
    [
        (Limit(20, "workday"), Limit(10, "workday"), True),
        (Limit(10, "workday"), Limit(20, "workday"), False),
        (Limit(20, "workday"), Limit(20, "day"), None),
        (Limit(20, "day"), Limit(0, "workday"), True),
        (None, Limit(5, "workday"), None),
        (Limit(5, "workday"), None, None),
    ],
)
def test_limits_are_compared_only_where_they_can_be(old: Limit | None, new: Limit | None, better: bool | None) -> None:
    (change,) = compare(Outline(promise=old), Outline(promise=new))
    assert change.better is better


def test_a_missing_limit_is_said_in_words() -> None:
    (change,) = compare(Outline(), Outline(statute=Limit(20, "workday")))
    assert change.before == "没有规定"
