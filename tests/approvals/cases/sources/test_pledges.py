"""The facts behind the five zeros: what counts, what does not, and where each fact leads."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.cases import actions, papers
from approvals.cases.enums import Channel, CorrectableField, DeliveryMethod, DocumentKind
from approvals.cases.models import Case, ClockRow, Handover
from approvals.cases.sources import pledges
from hall.facts import sources
from hall.facts.models import Setting
from hall.facts.sources import EVERYTHING, source_of
from hall.organisation.enums import Level
from tests.approvals.cases.sources.pledge_builders import count, part_of, texts
from tests.builders import Hall, accepted_case, make_case, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall(house: Hall) -> Hall:
    """The hall of the file; what a test changes is undone after it."""
    return house


NEXT_DAY = moment("2026-04-14 09:00")


def correct(hall: Hall, case: Case, field: CorrectableField, value: str, *, agreed: bool = True) -> None:
    row = actions.propose_correction(case, by=hall.clerk, at=NEXT_DAY, field=field, value=value, reason="登记有误")
    actions.review_correction(row, by=hall.second, at=NEXT_DAY, agreed=agreed, opinion="已核对")


# --- 零差错 -------------------------------------------------------------------------------------------------------


def test_an_agreed_correction_of_a_fact_counts_once_and_leads_to_its_case(hall: Hall) -> None:
    case = accepted_case(hall)
    correct(hall, case, CorrectableField.NAME, "王小明")
    (fact,) = sources.source_of("cases.corrected").find(part_of(hall))
    assert (fact.docket, fact.staff, fact.department) == (case.docket, case.handler_id, hall.department.pk)
    assert fact.occurred_at == NEXT_DAY
    assert "更正申请人姓名或名称" in fact.text
    assert "王小明" not in fact.text


def test_a_correction_nobody_agreed_to_is_no_error(hall: Hall) -> None:
    correct(hall, accepted_case(hall), CorrectableField.NAME, "王小明", agreed=False)
    assert count("cases.corrected", hall) == 0


def test_what_may_have_changed_on_the_applicants_side_is_no_error(hall: Hall) -> None:
    correct(hall, accepted_case(hall), CorrectableField.PHONE, "13900000000")
    assert count("cases.corrected", hall) == 0


def test_a_correction_still_under_review_is_no_error(hall: Hall) -> None:
    actions.propose_correction(
        accepted_case(hall), by=hall.clerk, at=NEXT_DAY, field=CorrectableField.NAME, value="王小明", reason="登记有误"
    )
    assert count("cases.corrected", hall) == 0


def test_a_document_voided_for_a_new_one_counts_and_a_voided_case_brings_none(hall: Hall) -> None:
    case, whole = accepted_case(hall), accepted_case(hall)
    old = case.documents.get(kind=DocumentKind.ACCEPTANCE)
    new = papers.issue(case, DocumentKind.ACCEPTANCE, by=hall.clerk, at=NEXT_DAY)
    papers.void(old, at=NEXT_DAY, reason="错字", replaced_by=new)
    actions.void(whole, by=hall.chief, at=NEXT_DAY, reason="重复登记")
    (fact,) = sources.source_of("cases.documents_reissued").find(part_of(hall))
    assert fact.docket == case.docket
    assert old.number in fact.text


def test_a_return_the_reviewer_did_not_agree_to_counts_and_an_agreed_one_does_not(hall: Hall) -> None:
    for agreed in (True, False):
        case = actions.propose_return(accepted_case(hall), by=hall.clerk, at=NEXT_DAY, reason="材料不符")
        if agreed:
            actions.confirm_return(case, by=hall.second, at=NEXT_DAY)
        else:
            actions.reject_return(case, by=hall.second, at=NEXT_DAY, opinion="材料齐全，不该退")
    assert count("cases.returned_by_error", hall) == 1


def test_a_case_entered_by_mistake_counts_and_one_withdrawn_does_not(hall: Hall) -> None:
    actions.void(accepted_case(hall), by=hall.chief, at=NEXT_DAY, reason="重复登记")
    actions.withdraw(accepted_case(hall), by=hall.clerk, at=NEXT_DAY)
    assert count("cases.voided_by_error", hall) == 1


def test_an_imported_case_is_held_against_nobody(hall: Hall) -> None:
    correct(hall, accepted_case(hall), CorrectableField.NAME, "王小明")
    actions.void(accepted_case(hall), by=hall.chief, at=NEXT_DAY, reason="重复登记")
    Case.objects.update(imported=True)
    assert [count(source.code, hall) for source in pledges.ERRORS] == [0, 0, 0, 0]


# --- 零推诿 -------------------------------------------------------------------------------------------------------


def handed_over(hall: Hall, at: str, **answer: Any) -> Handover:
    return Handover.objects.create(
        case=accepted_case(hall), from_staff=hall.clerk.staff, to_staff=hall.other_clerk.staff, reason="请假",
        at=moment(at), by=hall.clerk, **answer,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "taken", "late"),
    [
        ("2026-04-13 10:00", "2026-04-13 11:00", False),
        ("2026-04-13 10:00", "2026-04-14 23:59", False),
        ("2026-04-13 10:00", "2026-04-15 00:01", True),
        # Friday: the weekend in between burns nothing.
        ("2026-04-17 16:00", "2026-04-20 16:00", False),
        ("2026-04-17 16:00", "2026-04-21 08:00", True),
        # Before 劳动节: 4/30 is a Thursday, work goes on 5/6; 5/9, a Saturday, is worked.
        ("2026-04-30 16:00", "2026-05-06 16:00", False),
        ("2026-04-30 16:00", "2026-05-07 08:00", True),
        ("2026-05-08 16:00", "2026-05-09 16:00", False),
        ("2026-05-08 16:00", "2026-05-11 08:00", True),
    ],
)
def test_a_hand_over_is_to_be_taken_within_a_working_day(hall: Hall, given: str, taken: str, late: bool) -> None:
    handed_over(hall, given, accepted_at=moment(taken), answered_by=hall.other_clerk)
    assert count("cases.handovers_unaccepted", hall, "2026-Q2") == int(late)
    assert count("cases.handovers", hall, "2026-Q2") == 1


def test_a_declined_hand_over_counts_against_whom_it_was_given_to(hall: Hall) -> None:
    handed_over(hall, "2026-04-13 10:00", declined_at=NEXT_DAY, decline_reason="不归我办", answered_by=hall.other_clerk)
    assert count("cases.handovers_unaccepted", hall, staff=hall.other_clerk.staff_id) == 1
    assert count("cases.handovers_unaccepted", hall, staff=hall.clerk.staff_id) == 0
    assert texts("cases.handovers_unaccepted", hall)[0].endswith("移交被退回")


def test_a_hand_over_still_waiting_counts_only_once_the_day_is_over(hall: Hall) -> None:
    handed_over(hall, "2026-04-13 10:00")
    assert count("cases.handovers_unaccepted", hall, "2026-04-13..2026-04-14") == 0
    assert count("cases.handovers_unaccepted", hall, "2026-04-13..2026-04-15") == 1


def test_the_limit_of_a_hand_over_is_a_setting(hall: Hall) -> None:
    handed_over(hall, "2026-04-13 10:00", accepted_at=moment("2026-04-15 09:00"), answered_by=hall.other_clerk)
    Setting.objects.create(
        key="pledges.handover_days",
        center=hall.center,
        value=2,
        source="中心制度",
        effective_from=moment("2026-01-01 00:00").date(),
    )
    assert count("cases.handovers_unaccepted", hall) == 0


# --- 零距离 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "method", "level", "code"),
    [
        (Channel.WINDOW, DeliveryMethod.COLLECTED, Level.COUNTY, None),
        (Channel.WINDOW, "", Level.COUNTY, None),
        (Channel.WINDOW, DeliveryMethod.POSTED, Level.COUNTY, "cases.at_home"),
        (Channel.WINDOW, DeliveryMethod.BROUGHT, Level.TOWN, "cases.at_home"),
        (Channel.WINDOW, DeliveryMethod.POSTED, Level.VILLAGE, "cases.village"),
        (Channel.WINDOW, "", Level.VILLAGE, "cases.village"),
        (Channel.ONLINE, DeliveryMethod.POSTED, Level.COUNTY, "cases.online"),
        (Channel.EMAIL, "", Level.COUNTY, "cases.online"),
        (Channel.ONLINE, "", Level.VILLAGE, "cases.online"),
        (Channel.POST, "", Level.COUNTY, "cases.at_home"),
        (Channel.AGENT, DeliveryMethod.COLLECTED, Level.VILLAGE, "cases.at_home"),
        (Channel.OUTREACH, DeliveryMethod.BROUGHT, Level.VILLAGE, "cases.outreach"),
        (Channel.OUTREACH, "", Level.COUNTY, "cases.outreach"),
    ],
)
def test_a_case_is_near_in_one_way_at_most(hall: Hall, channel: str, method: str, level: str, code: str | None) -> None:
    case = make_case(hall)
    Case.objects.filter(pk=case.pk).update(channel=channel, delivery_method=method)
    type(hall.center).objects.filter(pk=hall.center.pk).update(level=level)
    found = [source.code for source in pledges.NEAR if source.count(part_of(hall))]
    assert found == ([code] if code else [])


def test_near_cases_are_counted_as_those_filed_are(hall: Hall) -> None:
    Case.objects.filter(pk=make_case(hall, channel=Channel.ONLINE).pk).update(imported=True)
    actions.void(make_case(hall, channel=Channel.ONLINE), by=hall.chief, at=NEXT_DAY, reason="重复登记")
    make_case(hall, channel=Channel.ONLINE)
    make_case(hall)
    assert (count("cases.online", hall), count("cases.filed", hall)) == (3, 4)


# --- 零积压 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "code"),
    [(1, "cases.late_1_5"), (5, "cases.late_1_5"), (6, "cases.late_6_10"), (10, "cases.late_6_10"),
     (11, "cases.late_11_20"), (20, "cases.late_11_20"), (21, "cases.late_over_20"), (200, "cases.late_over_20")],
)  # fmt: skip
@pytest.mark.parametrize("last", ["2026-10-16", "2026-10-18"])
def test_what_is_late_falls_into_one_age(hall: Hall, days: int, code: str, last: str) -> None:
    accepted_case(hall)
    due = pledges.calendar_for().add(pledges.last_workday(moment(f"{last} 12:00").date()), -days).on
    ClockRow.objects.filter(clock="decision").update(due=due, late_from=moment(f"{due} 23:59"))
    period = f"2000-01-01..{last}"
    assert [source.code for source in pledges.LATE if source.count(part_of(hall, period))] == [code]


@pytest.mark.parametrize("days", [0, 1, 6, 15, 40])
def test_the_backlog_counted_together_is_what_each_counts_alone(hall: Hall, days: int) -> None:
    for _ in range(2):
        accepted_case(hall)
    due = pledges.calendar_for().add(pledges.last_workday(moment("2026-10-16 12:00").date()), -days).on
    first = ClockRow.objects.filter(clock="decision").order_by("pk")[:1]
    ClockRow.objects.filter(pk__in=list(first.values_list("pk", flat=True))).update(
        due=due, late_from=moment(f"{due} 23:59")
    )
    part = part_of(hall, "2000-01-01..2026-10-16")
    alone = {source.code: source.count(part) for source in (pledges.OPEN_LATE, *pledges.LATE)}
    assert pledges.backlog(part) == alone
    with CaptureQueriesContext(connection) as asked:
        together = sources.counted([(source_of(code), part) for code in alone])
    assert together == list(alone.values())
    assert len([one for one in asked if "cases_clockrow" in one["sql"]]) == 1


def test_what_is_stopped_or_done_is_not_late(hall: Hall) -> None:
    accepted_case(hall)
    today = moment("2026-10-16 00:00").date()
    rows = ClockRow.objects.filter(clock="decision")
    period = "2000-01-01..2026-10-16"
    for facts in (
        {"due": moment("2026-10-10 00:00").date(), "stopped": True, "ended_on": None},
        {"due": moment("2026-10-10 00:00").date(), "stopped": False, "ended_on": today, "next_look_at": None},
    ):
        rows.update(late_from=moment("2026-10-11 00:00"), **facts)
        assert not [source.code for source in pledges.LATE if source.count(part_of(hall, period))]


def test_the_ages_together_are_the_backlog(hall: Hall) -> None:
    for _ in range(4):
        accepted_case(hall)
    calendar, today = pledges.calendar_for(), moment("2026-10-16 00:00").date()
    for row, days in zip(ClockRow.objects.filter(clock="decision"), (2, 7, 15, 40), strict=True):
        row.due = calendar.add(today, -days).on
        row.late_from = moment(f"{row.due} 23:59")
        row.save()
    period = "2000-01-01..2026-10-16"
    assert [source.count(part_of(hall, period)) for source in pledges.LATE] == [1, 1, 1, 1]
    assert count("cases.open_late", hall, period) == 4


# --- every one of them --------------------------------------------------------------------------------------------

ALL = (*pledges.ERRORS, *pledges.HANDOVERS, *pledges.NEAR, *pledges.LATE)


@pytest.mark.parametrize("source", ALL, ids=lambda source: source.code)
def test_a_source_is_announced_and_counts_in_one_query(hall: Hall, source: Any) -> None:
    part = part_of(hall)
    assert sources.source_of(source.code) is source
    assert source.definition.endswith("。")
    source.count(part)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        source.count(part)
    beside = ("calendar_token", "facts_setting")
    assert len([query for query in asked if not any(name in query["sql"] for name in beside)]) == 1


def test_each_place_narrows_and_another_center_sees_nothing(hall: Hall) -> None:
    other = Hall()
    case = accepted_case(hall)
    correct(hall, case, CorrectableField.NAME, "王小明")
    item = case.version_filed.item.code
    same = {"department": hall.department.pk, "window": case.window_id, "staff": case.handler_id, "item": item}
    for name, value in same.items():
        assert count("cases.corrected", hall, **{name: value}) == 1, name
    for name in ("department", "window", "staff"):
        assert count("cases.corrected", hall, **{name: 10**12}) == 0, name
    assert count("cases.corrected", hall, item="NONE") == 0
    assert count("cases.corrected", other) == 0


def test_a_fact_stands_while_its_row_does(hall: Hall) -> None:
    correct(hall, accepted_case(hall), CorrectableField.NAME, "王小明")
    source = sources.source_of("cases.corrected")
    (fact,) = source.find(EVERYTHING)
    assert source.standing([fact.key]) == {fact.key}
    Case.objects.update(imported=True)
    assert source.standing([fact.key]) == set()
