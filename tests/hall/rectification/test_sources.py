"""Sources and indicators against a recount by hand: what counts, what is left out, and what a fact lets out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from hall.evaluation.actions.inviting import revoke
from hall.evaluation.enums import Origin
from hall.facts.indicators import DASH, indicator_of
from hall.facts.periods import parse
from hall.facts.slices import Slice
from hall.facts.sources import Fact, source_of
from hall.rectification import figures, published_groups
from hall.rectification.actions import appealing, rectifying
from hall.rectification.actions.striking import strike
from hall.rectification.indicators import RATES
from tests.builders import Hall, make_department, make_window, moment
from tests.hall.rectification.builders import (
    GIVEN,
    NOTE,
    appealed,
    bad,
    grade,
    invitation,
    rectified,
    rectifying_row,
    revisited,
)

pytestmark = pytest.mark.django_db
APRIL = parse("2026-04")
CODES = (
    "evaluable", "given", "active", "good", "active_good", "bad", "unrated", "checked_in_time", "check_due",
    "rectified", "rectify_due", "revisited", "revisit_due", "satisfied", "active_of_closed", "struck", "from_staff",
    "unreached",
)  # fmt: skip


def part_of(hall: Hall, **more: Any) -> Slice:
    return Slice(APRIL, **{"centers": frozenset([hall.center.pk]), **more})


def count(hall: Hall, code: str, **more: Any) -> int:
    return source_of(f"evaluation.{code}").count(part_of(hall, **more))


def counts(hall: Hall, *codes: str) -> tuple[int, ...]:
    return tuple(count(hall, code) for code in codes)


def facts(hall: Hall, code: str) -> list[Fact]:
    return source_of(f"evaluation.{code}").find(part_of(hall))


def rate(hall: Hall, code: str) -> str:
    return indicator_of(f"evaluation.{code}").figure(part_of(hall), GIVEN).fraction


def everything(hall: Hall) -> None:
    """One of each: all grades, unrated, struck, from staff, late and in time, two windows, two departments."""
    for value in (5, 4, 3, 2, 1):
        grade(hall, value, signed=value % 2 == 0)
    invitation(hall)
    strike(bad(hall), by=hall.supervisor, at=GIVEN, reason="mistaken")
    grade(hall, 5, origin=Origin.STAFF_DEVICE)
    revisited(hall)
    bad(hall, department=make_department(hall.center, "税务局"), window=make_window(hall.center))
    grade(hall, 5, window=None, department=make_department(hall.center, "住建局"))


@pytest.mark.parametrize("code", CODES)
def test_every_source_of_the_contract_is_announced_and_says_what_it_counts(code: str) -> None:
    source = source_of(f"evaluation.{code}")
    assert source.definition.endswith("。")
    assert source.label


@pytest.mark.parametrize("value", [5, 4, 3, 2, 1])
def test_a_grade_is_good_or_bad(hall: Hall, value: int) -> None:
    grade(hall, value)
    good = int(value >= 3)
    assert counts(hall, "given", "active", "good", "active_good", "bad") == (1, 1, good, good, 1 - good)


def test_nobodys_silence_is_a_good_grade(hall: Hall) -> None:
    invitation(hall)
    grade(hall, 5)
    assert counts(hall, "evaluable", "unrated", "active_of_closed", "good") == (2, 1, 1, 1)
    assert (rate(hall, "unrated_rate"), rate(hall, "active_rate")) == ("1 / 2", "1 / 2")


def test_a_revoked_invitation_is_not_evaluable(hall: Hall) -> None:
    revoke(docket=invitation(hall).docket, at=GIVEN)
    assert counts(hall, "evaluable", "unrated") == (0, 0)


def test_what_is_struck_leaves_every_numerator_and_denominator(hall: Hall) -> None:
    row = rectified(hall)
    before = {code: count(hall, code) for code in CODES}
    assert before["given"] == before["rectified"] == before["checked_in_time"] == 1
    appealing.decide(appealed(row, hall.clerk), by=hall.supervisor, at=GIVEN, uphold=True, reason="录像可证")
    assert {code for code in CODES if count(hall, code)} == {"struck"}


def test_a_grade_from_a_device_of_the_staff_is_no_grade_and_its_case_stays_unrated(hall: Hall) -> None:
    grade(hall, 5, origin=Origin.STAFF_DEVICE)
    assert {code for code in CODES if count(hall, code)} == {"evaluable", "unrated", "from_staff"}


def test_a_bad_grade_from_a_device_of_the_staff_is_put_right_but_not_counted(hall: Hall) -> None:
    rectifying.open_for(grade(hall, 1, origin=Origin.STAFF_DEVICE), at=GIVEN)
    assert counts(hall, "bad", "check_due", "rectify_due") == (0, 0, 0)


def test_closed_in_march_and_rated_in_april_counts_where_it_belongs(hall: Hall) -> None:
    from hall.evaluation.actions.giving import Answer, give  # noqa: PLC0415 - the one test with two moments

    asked = invitation(hall, at=moment("2026-03-31 17:00"))
    give(
        invitation=asked,
        answer=Answer(grade=5, anonymous=True),
        via="qr",
        origin="citizen",
        at=moment("2026-04-01 09:00"),
    )
    assert counts(hall, "given", "active", "evaluable", "active_of_closed") == (1, 1, 0, 0)
    march = Slice(parse("2026-03"), centers=frozenset([hall.center.pk]))
    assert source_of("evaluation.active_of_closed").count(march) == 1


# --- contacted in time


@pytest.mark.parametrize(
    ("called", "due", "in_time"),
    [("2026-04-13 11:00", 1, 1), ("2026-04-14 23:59", 1, 1), ("2026-04-15 00:01", 1, 0), (None, 1, 0)],
)
def test_contacted_in_time(hall: Hall, called: str | None, due: int, in_time: int) -> None:
    row = bad(hall)
    if called:
        rectifying.contact(row, by=hall.chief, at=moment(called), note=NOTE)
    assert counts(hall, "check_due", "checked_in_time") == (due, in_time)


def test_what_is_not_due_yet_is_in_no_denominator(hall: Hall) -> None:
    now = timezone.now()
    bad(hall, at=now)
    today = Slice(parse(timezone.localdate(now).isoformat()), centers=None)
    due = ("check_due", "rectify_due", "revisit_due")
    assert [source_of(f"evaluation.{code}").count(today) for code in due] == [0, 0, 0]
    assert source_of("evaluation.bad").count(today) == 1


@pytest.mark.parametrize(("day", "due", "unreached"), [("2026-04-14 17:00", 0, 1), ("2026-04-16 17:00", 1, 0)])
def test_out_of_reach_is_left_out_where_it_was_tried_in_time(hall: Hall, day: str, due: int, unreached: int) -> None:
    row = bad(hall)
    for when in ("2026-04-13 11:00", "2026-04-13 15:00", day):
        row = rectifying.attempt(row, by=hall.chief, at=moment(when), note="无人接听")
    assert counts(hall, "check_due", "checked_in_time", "unreached") == (due, 0, unreached)


def test_anonymous_grades_are_not_to_be_contacted_or_revisited(hall: Hall) -> None:
    bad(hall, signed=False)
    assert counts(hall, "check_due", "rectify_due", "revisit_due") == (0, 1, 0)


# --- put right, asked again


def test_put_right_late_is_put_right(hall: Hall) -> None:
    row = rectifying_row(hall)
    assert counts(hall, "rectify_due", "rectified") == (1, 0)
    rectifying.rectify(row, by=hall.chief, at=GIVEN + timedelta(days=60), measure=NOTE)
    assert counts(hall, "rectify_due", "rectified") == (1, 1)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [("satisfied", (1, 1, 1)), ("unsatisfied", (1, 1, 0)), ("unreachable", (0, 0, 0))],
)
def test_asked_again(hall: Hall, outcome: str, expected: tuple[int, ...]) -> None:
    revisited(hall, outcome=outcome)
    assert counts(hall, "revisit_due", "revisited", "satisfied") == expected


def test_a_revisit_that_never_came_is_due(hall: Hall) -> None:
    rectified(hall)
    assert counts(hall, "revisit_due", "revisited") == (1, 0)


def test_sent_back_counts_as_asked_and_not_as_put_right(hall: Hall) -> None:
    row = revisited(hall, outcome="unsatisfied")
    assert counts(hall, "rectify_due", "rectified", "revisited", "satisfied") == (1, 0, 1, 0)
    row = rectifying.rectify(row, by=hall.chief, at=GIVEN, measure="当面道歉")
    rectifying.revisit(row, by=hall.supervisor, at=GIVEN, outcome="satisfied", note=NOTE)
    assert counts(hall, "rectify_due", "rectified", "revisited", "satisfied") == (1, 1, 1, 1)


# --- what a fact lets out


@pytest.mark.parametrize("code", ["given", "active", "bad", "rectify_due"])
def test_a_fact_of_an_anonymous_grade_tells_no_docket_no_window_and_the_month_only(hall: Hall, code: str) -> None:
    bad(hall, signed=False)
    [fact] = facts(hall, code)
    assert (fact.docket, fact.window, fact.occurred_at, fact.recorded_at) == (
        "",
        None,
        moment("2026-04-01 00:00"),
        None,
    )
    assert (fact.staff, fact.department) == (hall.clerk.staff_id, hall.department.pk)
    assert "2026 年 4 月" in fact.text


def test_a_fact_of_a_signed_grade_names_its_case(hall: Hall) -> None:
    row = bad(hall)
    [fact] = facts(hall, "bad")
    assert (fact.docket, fact.occurred_at) == (row.evaluation.invitation.docket, GIVEN)  # type: ignore[union-attr]
    assert str(row.pk) in fact.url


def test_no_address_of_a_fact_holds_the_key_of_a_grade(hall: Hall) -> None:
    rows = [bad(hall, signed=signed) for signed in (True, False)]
    keys = {str(row.evaluation_id) for row in rows}
    urls = {fact.url for code in CODES for fact in facts(hall, code)}
    assert len(urls) > 1
    assert not [url for url in urls if any(key in url for key in keys)]


def test_the_unrated_are_listed_without_dockets_or_the_rest_could_be_told(hall: Hall) -> None:
    invitation(hall)
    grade(hall, 5)
    assert [fact.docket for fact in facts(hall, "unrated") + facts(hall, "active_of_closed")] == ["", ""]
    assert all(fact.occurred_at == moment("2026-04-01 00:00") for fact in facts(hall, "unrated"))


def test_no_fact_repeats_what_the_citizen_wrote(hall: Hall) -> None:
    bad(hall, text="张小明让我跑了三趟")
    assert not [fact for code in CODES for fact in facts(hall, code) if "张小明" in fact.text]


@pytest.mark.parametrize("code", CODES)
def test_list_and_number_agree_and_keys_stand(hall: Hall, code: str) -> None:
    everything(hall)
    found = facts(hall, code)
    assert len(found) == count(hall, code)
    keys = [fact.key for fact in found]
    assert len(set(keys)) == len(keys)
    assert source_of(f"evaluation.{code}").standing(keys) == set(keys)


def test_a_struck_grade_no_longer_stands(hall: Hall) -> None:
    row = bad(hall)
    [fact] = facts(hall, "bad")
    strike(row, by=hall.supervisor, at=GIVEN, reason="malicious")
    assert source_of("evaluation.bad").standing([fact.key]) == set()


def places(hall: Hall) -> Iterator[dict[str, Any]]:
    yield {"department": hall.department.pk}
    yield {"window": hall.window.pk}
    yield {"staff": hall.clerk.staff_id}
    yield {"item": "TEST1"}
    yield {"centers": frozenset([hall.center.pk])}


def test_a_slice_narrows_every_source(hall: Hall) -> None:
    everything(hall)
    nowhere = [{"department": 0}, {"window": 0}, {"staff": 0}, {"item": "NONE"}, {"centers": frozenset()}]
    for code in CODES:
        assert all(count(hall, code, **place) <= count(hall, code) for place in places(hall))
        assert [count(hall, code, **place) for place in nowhere] == [0] * 5, code


# --- indicators


def test_the_nine_figures_of_a_month_recounted_by_hand(hall: Hall) -> None:
    everything(hall)
    assert {r.code.removeprefix("evaluation."): rate(hall, r.code.removeprefix("evaluation.")) for r in RATES} == {
        "active_rate": "8 / 10",  # 5 grades, the revisited, two elsewhere; silent one and staff device stay below
        "unrated_rate": "2 / 10",
        "good_rate": "4 / 8",
        "active_good_rate": "4 / 8",
        "bad_rate": "4 / 8",
        "checked_rate": "1 / 3",  # the signed 2, the revisited, the one of the tax office
        "rectified_rate": "1 / 4",
        "revisited_rate": "1 / 1",
        "satisfied_rate": "1 / 1",
    }


@pytest.mark.parametrize("code", [r.code for r in RATES])
def test_nothing_divided_by_nothing_is_a_dash(hall: Hall, code: str) -> None:
    assert indicator_of(code).figure(part_of(hall), GIVEN).text == DASH


@pytest.mark.parametrize("code", [r.code for r in RATES])
def test_every_figure_says_formula_exclusions_and_source(code: str) -> None:
    indicator = indicator_of(code)
    assert "÷" in indicator.definition
    assert "剔除" in indicator.excludes
    assert indicator.source
    assert indicator.numerator_label


def test_rated_and_unrated_make_up_the_evaluable(hall: Hall) -> None:
    everything(hall)
    assert count(hall, "evaluable") == count(hall, "unrated") + count(hall, "active_of_closed")


# --- tables of figures


@pytest.mark.parametrize("by", ["center", "department", "window"])
def test_the_table_says_what_each_figure_says_alone(hall: Hall, by: str) -> None:
    everything(hall)
    everything(Hall())
    for line in figures.lines(by, part_of(hall), GIVEN):
        if line.key is None:
            continue
        place = {"centers": frozenset([line.key])} if by == "center" else {by: line.key}
        alone = part_of(hall, **place)
        for cell in line.cells:
            assert cell.figure == indicator_of(cell.code).figure(alone, GIVEN), (line.label, cell.code)


def test_lines_add_up_to_the_whole(hall: Hall) -> None:
    everything(hall)
    for by in ("department", "window"):
        assert sum(line.n for line in figures.lines(by, part_of(hall), GIVEN)) == count(hall, "given")


def test_what_is_left_out_is_told_in_numbers(hall: Hall) -> None:
    everything(hall)
    told = {label: n for label, n, _ in figures.excluded(part_of(hall))}
    assert told == {"剔除的评价": 1, "内部设备提交的评价": 1, "联系不上的实名差评": 0}


FEW = "样本少于 3（或为防倒推），不公布"


def lines_of(hall: Hall, sizes: dict[str, int], at: datetime = GIVEN) -> list[figures.Line]:
    for name, size in sizes.items():
        department = make_department(hall.center, name)
        for _ in range(size):
            grade(hall, 5, department=department, at=at, signed=False)
    return told_lines(hall, "department")


def told_lines(hall: Hall, by: str) -> list[figures.Line]:
    part, codes = part_of(hall), frozenset({"evaluation.good_rate"})
    told = published_groups.of_center(part, hall.center.pk, codes=codes, least=3, least_of_all=3)
    return figures.public_lines(by, part, GIVEN, told, least=3)


def test_small_groups_are_hidden_in_public_with_the_words(hall: Hall) -> None:
    shown = {line.label: line.hidden for line in lines_of(hall, {"甲": 3, "乙": 2, "丙": 1, "丁": 5})}
    assert shown == {"甲": "", "乙": FEW, "丙": FEW, "丁": ""}


def test_a_hidden_line_holds_no_number(hall: Hall) -> None:
    hidden = [line for line in lines_of(hall, {"甲": 3, "乙": 2, "丙": 1}) if line.hidden]
    assert {(line.n, line.evaluable, line.cells) for line in hidden} == {(0, 0, ())}


def test_one_hidden_line_alone_could_be_taken_from_the_total_so_the_next_is_hidden_too(hall: Hall) -> None:
    shown = {line.label: line.hidden for line in lines_of(hall, {"甲": 3, "乙": 2, "丁": 5})}
    assert shown == {"甲": FEW, "乙": FEW, "丁": ""}


def test_the_league_ranks_by_good_grades_and_leaves_the_small_ones_last(hall: Hall) -> None:
    first, second, third = (make_window(hall.center) for _ in range(3))
    for window, values in ((first, (5, 1, 5)), (second, (5, 5, 5)), (third, (5,)), (hall.window, (1, 1))):
        for value in values:
            grade(hall, value, window=window)
    ranked = figures.league(told_lines(hall, "window"))
    assert [line.key for line in ranked[:2]] == [second.pk, first.pk]
    assert [bool(line.hidden) for line in ranked] == [False, False, True, True]
