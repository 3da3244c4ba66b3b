"""Lateness as others see it: once a fact, whatever happens to its deadline, and gone when its ground is."""

from datetime import date

import pytest

from approvals.cases import actions
from approvals.cases.actions.lateness import sweep
from approvals.cases.clock import Level
from approvals.cases.enums import CorrectableField
from approvals.cases.models import Case, Flag
from approvals.catalogue.models import Regime
from hall.facts import sources
from hall.facts.periods import between
from tests.approvals.cases.sources.asking import dockets, find, part
from tests.approvals.cases.ways import with_promise
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment

pytestmark = pytest.mark.django_db
MAY_14 = moment("2026-05-14 00:00")


def short(hall: Hall, promise: int = 5, **facts) -> Case:
    """Promised in a few days, by law in twenty."""
    return accepted_case(hall, make_item_version(hall.department, promise=(promise, "workday"), steps=(), **facts))


def test_due_soon_names_item_and_day(hall):
    case = short(hall)
    sweep(at=moment("2026-04-17 09:00"))
    (fact,) = find("cases.due_soon")
    assert fact.text == f"“{case.version_filed.name}”的决定期限 4月20日（周一）到期，已经临期。"
    assert (fact.docket, fact.center, fact.department) == (case.docket, hall.center.pk, hall.department.pk)
    assert (fact.staff, fact.window, fact.item) == (case.handler_id, hall.window.pk, case.version_filed.item.code)
    assert fact.url == f"/work/cases/{case.docket}/"
    assert fact.recorded_at == moment("2026-04-17 09:00")
    assert not fact.paused


def test_past_the_promise_and_past_the_statute_are_two_facts(hall):
    case = short(hall)
    sweep(at=moment("2026-05-20 09:00"))
    (promise,) = find("cases.over_promise")
    (statute,) = find("cases.over_statute")
    assert promise.occurred_at == moment("2026-04-21 00:00")
    assert promise.text.endswith("自 4月21日（周二）起超过承诺期限，还没有作出决定（承诺 5 个工作日）。")
    assert statute.occurred_at == MAY_14
    assert statute.text.endswith("自 5月14日（周四）起超过法定期限，还没有作出决定（法定 20 个工作日）。")
    assert promise.docket == statute.docket == case.docket


def test_a_key_names_docket_clock_level_and_moment(hall):
    case = short(hall)
    sweep(at=moment("2026-04-21 09:00"))
    (fact,) = find("cases.over_promise")
    assert fact.key == f"cases.over_promise:{case.docket}|decision||over_promise|2026-04-21T00:00:00+08:00"


def carry(case: Case, due: date) -> None:
    """A new version of the deadline under which the lateness is still true."""
    row = case.clocks.get(clock="decision")
    for flag in case.flags.filter(clock="decision", withdrawn_at=None):
        Flag.objects.create(
            case=case, clock=flag.clock, subject=flag.subject, version=row.version + 1, level=flag.level,
            true_at=flag.true_at, recorded_at=moment("2026-05-21 09:00"), carried=True,
        )  # fmt: skip
    row.version, row.due = row.version + 1, due
    row.save()


def test_a_flag_carried_to_a_new_deadline_is_the_same_fact(hall):
    case = short(hall)
    sweep(at=moment("2026-04-21 09:00"))
    before = find("cases.over_promise")
    carry(case, date(2026, 4, 19))
    assert [fact.key for fact in find("cases.over_promise")] == [fact.key for fact in before]


def test_a_withdrawn_flag_no_longer_stands(hall):
    case = short(hall)
    sweep(at=moment("2026-04-21 09:00"))
    (fact,) = find("cases.over_promise")
    Flag.objects.filter(case=case).update(withdrawn_at=MAY_14, withdrawn_reason="日历更正")
    source = sources.source_of("cases.over_promise")
    assert source.standing([fact.key, "cases.over_promise:nonsense", "x"]) == set()
    assert find("cases.over_promise") == []


def test_a_clock_that_stands_still_says_so(hall):
    """The promise is broken, the statute runs; then an expert review stops what runs."""
    case = short(hall)
    sweep(at=moment("2026-04-22 09:00"))
    case = Case.objects.get(pk=case.pk)
    case = actions.pause(
        case, by=hall.approver, at=moment("2026-04-22 10:00"), ground=hall.ground(), notified_days=3, reason="评审"
    )
    assert [fact.paused for fact in find("cases.over_promise")] == [True]
    actions.resume(case, by=hall.clerk, at=moment("2026-04-24 10:00"), ground=hall.ground())
    assert [fact.paused for fact in find("cases.over_promise")] == [False]


def test_a_pause_that_overruns_is_not_held_back_by_itself(hall):
    case = actions.pause(
        accepted_case(hall), by=hall.approver, at=moment("2026-04-17 15:00"), ground=hall.ground(), notified_days=3,
        reason="评审",
    )  # fmt: skip
    sweep(at=moment("2026-04-30 09:00"))
    (fact,) = find("cases.pause_overrun")
    assert (fact.docket, fact.paused) == (case.docket, False)
    assert fact.text.endswith("的特别程序自 4月23日（周四）起超过书面告知的时间，还没有恢复计时。")


def test_a_step_is_late_while_the_whole_is_not(hall):
    case = accepted_case(hall, make_item_version(hall.department, steps=(("审查", 3), ("决定", 5))))
    sweep(at=moment("2026-04-17 09:00"))
    (fact,) = find("cases.step_late")
    assert fact.text.endswith("的“审查”环节自 4月17日（周五）起超过环节时限，整件还没有超期。")
    assert fact.docket == case.docket
    # What becomes late afterwards does not undo it.
    sweep(at=moment("2026-05-20 09:00"))
    assert dockets("cases.step_late") == {case.docket}


def test_a_step_late_only_together_with_the_whole_is_no_fact_of_its_own(hall):
    version = make_item_version(hall.department, promise=(3, "workday"), steps=(("审查", 3),))
    accepted_case(hall, version)
    sweep(at=moment("2026-04-17 09:00"))
    assert find("cases.step_late") == []
    assert len(find("cases.over_promise")) == 1


def test_deemed_acceptance_until_it_is_put_right(hall):
    case = make_case(hall)
    sweep(at=moment("2026-04-21 09:00"))
    (fact,) = find("cases.deemed_accepted")
    assert fact.text.endswith("4月13日（周一）收件，期限内没有一次性告知，自收件之日起视为受理。")
    case = Case.objects.get(pk=case.pk)
    row = actions.propose_correction(
        case, by=hall.clerk, at=MAY_14, field=CorrectableField.DEEMED_ACCEPTANCE, value="", reason="已当场告知"
    )
    actions.review_correction(row, by=hall.approver, at=MAY_14, agreed=True)
    assert find("cases.deemed_accepted") == []
    assert sources.source_of("cases.deemed_accepted").standing([fact.key]) == set()


def test_late_notice_without_consequence_is_past_the_statute(hall):
    Regime.objects.filter(code="licensing-law").update(deemed_acceptance=False)
    make_case(hall)
    sweep(at=moment("2026-04-21 09:00"))
    (fact,) = find("cases.over_statute")
    assert "超过法定告知期限" in fact.text


def test_late_delivery(hall):
    case = actions.grant(accepted_case(hall), by=hall.approver, at=moment("2026-04-17 09:00"))
    sweep(at=moment("2026-05-20 09:00"))
    assert dockets("cases.late_delivery") == {case.docket}
    assert find("cases.over_statute") == []


def test_a_promised_supplement_is_the_applicants_matter(hall):
    with_promise(hall)
    sweep(at=moment("2026-04-21 09:00"))
    assert find("cases.due_soon") == []


def test_imported_cases_are_held_against_nobody(hall):
    case = short(hall)
    sweep(at=moment("2026-05-20 09:00"))
    Case.objects.filter(pk=case.pk).update(imported=True)
    for code in ("cases.due_soon", "cases.over_promise", "cases.over_statute"):
        assert find(code) == []


def test_places_narrow(hall):
    mine, theirs = short(hall), short(Hall())
    sweep(at=moment("2026-05-20 09:00"))
    assert dockets("cases.over_promise") == {mine.docket, theirs.docket}
    assert dockets("cases.over_promise", centers=frozenset({hall.center.pk})) == {mine.docket}
    assert dockets("cases.over_promise", centers=frozenset()) == set()
    assert dockets("cases.over_promise", department=theirs.department_id) == {theirs.docket}
    assert dockets("cases.over_promise", window=mine.window_id) == {mine.docket}
    assert dockets("cases.over_promise", staff=theirs.handler_id) == {theirs.docket}
    assert dockets("cases.over_promise", item=mine.version_filed.item.code) == {mine.docket}


def test_by_record_counts_when_it_was_found(hall):
    short(hall)
    sweep(at=moment("2026-05-20 09:00"))
    may_20 = between(date(2026, 5, 20), date(2026, 5, 20))
    assert find("cases.over_promise", period=may_20) == []
    assert len(find("cases.over_promise", period=may_20, by_record=True)) == 1


def test_questions_do_not_grow_with_the_answers(hall, django_assert_num_queries):
    for _ in range(3):
        short(hall)
    sweep(at=moment("2026-05-20 09:00"))
    source = sources.source_of("cases.over_promise")
    with django_assert_num_queries(1):
        assert len(source.find(part())) == 3
    with django_assert_num_queries(1):
        assert source.count(part()) == 3


def test_levels_of_the_sweep_are_all_spoken_for(hall):
    """A new level must be thought of here; a lapse is a consequence, not a fault."""
    assert set(Level) - {Level.LAPSED} == {
        Level.DUE_SOON, Level.OVER_PROMISE, Level.OVER_STATUTE, Level.DEEMED_ACCEPTED, Level.PAUSE_OVERRUN,
    }  # fmt: skip
