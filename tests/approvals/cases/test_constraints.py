"""The database knows the law too: every constraint of the room broken once, by raw writing that no action does."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from approvals.cases import actions
from approvals.cases.enums import CorrectableField, MaterialState
from approvals.cases.models import (
    Case,
    ClockRow,
    Correction,
    DeferredMaterial,
    FeeCharged,
    Flag,
    Handover,
    Inspection,
    OfficialDocument,
    Party,
    Pause,
    QueryCode,
    ReceivedMaterial,
    ReturnReview,
    SavedFilter,
    StepRecord,
    SupplementNotice,
    TransitionArrow,
)
from tests.approvals.cases.ways import FRIDAY, MISSING, with_promise
from tests.builders import MONDAY, Hall, accepted_case, make_case

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world(house: Hall) -> SimpleNamespace:
    """An accepted case, a received one, a noticed one, one with a promise, and the hall around them."""
    waiting = make_case(house, complete=False)
    return SimpleNamespace(
        hall=house,
        case=accepted_case(house),
        received=make_case(house),
        noticed=actions.notify_supplement(waiting, by=house.clerk, at=MONDAY, items=MISSING),
        promised=with_promise(house),
    )


def change(model: type[models.Model], found: Callable[[Any], Any], **facts: Any) -> Callable[[Any], Any]:
    """Rewrite columns of the rows `found` names, past every action."""
    return lambda w: model._default_manager.filter(**found(w)).update(
        **{k: v(w) if callable(v) else v for k, v in facts.items()}
    )


def row(**facts: Any) -> Callable[[Any], dict[str, Any]]:
    return lambda w: {k: v(w) if callable(v) else v for k, v in facts.items()}


def accepted(w: Any) -> dict[str, Any]:
    return {"pk": w.case.pk}


def received(w: Any) -> dict[str, Any]:
    return {"pk": w.received.pk}


def again(model: type[models.Model], found: Callable[[Any], Any], **facts: Any) -> Callable[[Any], Any]:
    """Insert a copy of an existing row."""

    def copy(w: Any) -> None:
        twin = model._default_manager.filter(**found(w)).first()
        assert twin is not None
        twin.pk = None
        twin._state.adding = True
        for name, value in facts.items():
            setattr(twin, name, value)
        twin.save(force_insert=True)

    return copy


def pause_row(w: Any, **facts: Any) -> Pause:
    given = {"case": w.case, "ground": w.hall.ground(), "start_on": date(2026, 4, 14), "notified_days": 3}
    told = {"document_no": "130302-特-2026-00001", "approved_by": w.hall.approver, "created_at": MONDAY}
    return Pause.objects.create(**{**given, **told, **facts})


def pauses(*spans: tuple[date, date | None]) -> Callable[[Any], None]:
    def write(w: Any) -> None:
        for start, end in spans:
            pause_row(w, start_on=start, end_on=end, ended_by=w.hall.approver if end else None)

    return write


def april(day: int) -> date:
    return date(2026, 4, day)


def a_handover(w: SimpleNamespace, **answer: Any) -> Handover:
    return Handover.objects.create(
        case=w.case, from_staff=w.hall.clerk.staff, to_staff=w.hall.other_clerk.staff, reason="调班", at=MONDAY,
        by=w.hall.clerk, **answer,
    )  # fmt: skip


def a_fee(w: SimpleNamespace, **facts: Any) -> FeeCharged:
    defaults = {"amount": 10, "receipt_number": "冀0001", "charged_at": MONDAY, "by": w.hall.clerk}
    return FeeCharged.objects.create(case=w.case, **{**defaults, **facts})


def a_return(w: Any, **facts: Any) -> ReturnReview:
    given = {"case": w.case, "from_state": "reviewing", "reason": "理由", "proposed_by": w.hall.clerk}
    return ReturnReview.objects.create(**{**given, "proposed_at": MONDAY, **facts})


def a_correction(w: Any, **facts: Any) -> Correction:
    given = {"case": w.case, "field": CorrectableField.SUMMARY, "reason": "理由", "proposed_by": w.hall.clerk}
    return Correction.objects.create(**{**given, "proposed_at": MONDAY, **facts})


def a_flag(w: Any, **facts: Any) -> Flag:
    given = {"case": w.case, "clock": "decision", "version": 1, "level": "due_soon", "true_at": MONDAY}
    return Flag.objects.create(**{**given, "recorded_at": MONDAY, **facts})


def an_inspection(w: Any, **facts: Any) -> Inspection:
    given = {"first_officer": w.hall.clerk.staff, "second_officer": w.hall.clerk.staff, "inspected_at": MONDAY}
    return Inspection.objects.create(case=w.case, passed=True, finding="符合", recorded_by=w.hall.clerk, **given)


def twice(make: Callable[..., Any], **facts: Any) -> Callable[[Any], None]:
    def both(w: Any) -> None:
        make(w, **facts)
        make(w, **facts)

    return both


def legacy_number_twice(w: Any) -> None:
    Case.objects.filter(pk__in=(w.case.pk, w.received.pk)).update(legacy_number="老-1")


def own_case(w: Any) -> dict[str, Any]:
    return {"case": w.case}


BROKEN: list[tuple[str, Callable[[Any], Any]]] = [
    # 办件
    ("case_legacy_number_once", legacy_number_twice),
    ("case_closed_has_time", change(Case, accepted, closed_at=MONDAY)),
    ("case_closed_has_time", change(Case, accepted, state="withdrawn")),
    ("case_decision_whole", change(Case, accepted, granted=True)),
    ("case_decision_whole", change(Case, accepted, decided_at=FRIDAY)),
    ("case_decision_whole", change(Case, accepted, decided_at=FRIDAY, granted=True)),
    ("case_accepted_before_decided", change(Case, received, deemed_accepted=True)),
    ("case_accepted_before_decided", change(Case, received, accepted_by=lambda w: w.hall.clerk)),
    (
        "case_accepted_before_decided",
        change(Case, received, decided_at=FRIDAY, granted=True, decided_by=lambda w: w.hall.approver),
    ),
    ("case_delivered_after_decided", change(Case, accepted, delivered_at=FRIDAY)),
    (
        "case_delivered_after_decided",
        change(
            Case, accepted, decided_at=FRIDAY, granted=True, decided_by=lambda w: w.hall.approver, delivered_at=MONDAY
        ),
    ),
    ("case_accepted_after_received", change(Case, accepted, accepted_at=MONDAY - DAY)),
    (
        "case_decided_after_accepted",
        change(Case, accepted, decided_at=MONDAY - DAY, granted=False, decided_by=lambda w: w.hall.approver),
    ),
    ("case_promise_has_unit", change(Case, accepted, promise_unit="")),
    ("case_promise_has_unit", change(Case, accepted, promise_count=None)),
    ("case_statute_has_unit", change(Case, accepted, statute_unit="")),
    ("case_statute_has_unit", change(Case, accepted, statute_count=None)),
    # 查询码和筛选
    ("querycode_sealed_expires", change(QueryCode, own_case, sealed_until=None)),
    ("querycode_sealed_expires", change(QueryCode, own_case, sealed="")),
    ("transition_once", lambda _: TransitionArrow.objects.create(source="received", target="reviewing")),
    (
        "saved_filter_name_once",
        twice(lambda w: SavedFilter.objects.create(user=w.hall.clerk, name="我的", query="lamp=late")),
    ),
    # 时钟和标记
    ("clock_once_per_case", again(ClockRow, row(case=lambda w: w.case, clock="decision"))),
    ("clock_ended_is_not_looked_at", change(ClockRow, own_case, ended_on=april(14))),
    ("flag_once", twice(a_flag)),
    ("flag_withdrawn_with_reason", lambda w: a_flag(w, withdrawn_at=FRIDAY)),
    ("flag_withdrawn_with_reason", lambda w: a_flag(w, withdrawn_reason="放假")),
    # 材料
    ("material_once_per_case", again(ReceivedMaterial, own_case)),
    ("material_received_has_time", change(ReceivedMaterial, own_case, received_at=None)),
    ("deferred_once_per_case", again(DeferredMaterial, row(case=lambda w: w.promised))),
    # 文书
    ("document_voided_with_reason", change(OfficialDocument, own_case, voided_at=FRIDAY)),
    ("document_voided_with_reason", change(OfficialDocument, own_case, voided_reason="写错了")),
    ("document_keeps_its_bytes", change(OfficialDocument, row(kind="acceptance"), content=None)),
    # 当事人
    ("party_role_once", again(Party, own_case, id=None)),
    ("party_proxy_has_mandate", change(Party, own_case, role="proxy")),
    # 办理过程
    ("notice_sequence_once", again(SupplementNotice, row(case=lambda w: w.noticed))),
    ("notice_second_has_reason", again(SupplementNotice, row(case=lambda w: w.noticed), sequence=2)),
    ("pause_ends_after_start", pauses((april(14), april(13)))),
    ("pause_end_paired", lambda w: pause_row(w, end_on=april(15))),
    ("pause_end_paired", lambda w: pause_row(w, ended_by=w.hall.clerk)),
    ("pause_same_ground_apart", pauses((april(14), april(20)), (april(17), april(22)))),
    ("pause_same_ground_apart", pauses((april(14), None), (april(17), april(22)))),
    ("inspection_two_officers", an_inspection),
    ("step_once_per_case", again(StepRecord, own_case)),
    ("step_end_paired", change(StepRecord, own_case, ended_at=FRIDAY)),
    ("step_end_paired", change(StepRecord, own_case, ended_by=lambda w: w.hall.clerk)),
    ("step_end_paired", change(StepRecord, own_case, ended_at=MONDAY - DAY, ended_by=lambda w: w.hall.clerk)),
    (
        "handover_to_another",
        lambda w: Handover.objects.create(
            case=w.case, from_staff=w.hall.clerk.staff, to_staff=w.hall.clerk.staff, reason="调班", at=MONDAY,
            by=w.hall.clerk,
        ),
    ),
    ("handover_answered_once", lambda w: a_handover(w, accepted_at=FRIDAY)),
    ("handover_answered_once", lambda w: a_handover(w, answered_by=w.hall.clerk)),
    (
        "handover_answered_once",
        lambda w: a_handover(
            w, accepted_at=FRIDAY, declined_at=FRIDAY, decline_reason="忙", answered_by=w.hall.other_clerk
        ),
    ),
    ("handover_declined_with_reason", lambda w: a_handover(w, declined_at=FRIDAY, answered_by=w.hall.other_clerk)),
    ("handover_declined_with_reason", lambda w: a_handover(w, decline_reason="忙")),
    ("handover_one_pending", twice(a_handover)),
    ("fee_not_negative", lambda w: a_fee(w, amount=-1)),
    ("fee_has_receipt", lambda w: a_fee(w, receipt_number="")),
    ("fee_receipt_once", twice(a_fee)),
    ("return_second_person", lambda w: a_return(w, agreed=True)),
    ("return_second_person", lambda w: a_return(w, agreed=True, reviewed_by=w.hall.clerk, reviewed_at=FRIDAY)),
    ("return_one_pending", twice(a_return)),
    ("correction_second_person", lambda w: a_correction(w, agreed=True)),
    ("correction_second_person", lambda w: a_correction(w, agreed=True, reviewed_by=w.hall.clerk, reviewed_at=FRIDAY)),
    ("correction_one_pending_per_field", twice(a_correction)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "write"), BROKEN, ids=[f"{name}-{n}" for n, (name, _) in enumerate(BROKEN)])
def test_the_database_refuses(world, name, write):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write(world)
    assert refusal.value.__cause__.diag.constraint_name == name


def constraints() -> dict[str, models.BaseConstraint]:
    room = apps.get_app_config("cases")
    return {c.name: c for model in room.get_models() for c in model._meta.constraints}


def test_t09_two_open_pauses_of_one_ground_are_refused_by_either_guard(world):
    """Two spans without an end overlap too, so the index of open pauses and the exclusion both refuse."""
    with (
        pytest.raises(IntegrityError, match=r"pause_one_open_per_ground|pause_same_ground_apart"),
        transaction.atomic(),
    ):
        pauses((april(14), None), (april(20), None))(world)


def test_every_constraint_of_the_room_is_broken_once():
    assert {name for name, _ in BROKEN} | {"pause_one_open_per_ground"} == set(constraints())


# Written by the house itself, set-based or by get_or_create; no form ever asks a person for such a row.
NOBODY_TYPES_THEM = {
    "clock_once_per_case",
    "deferred_once_per_case",
    "flag_once",
    "material_once_per_case",
    "notice_sequence_once",
    "step_once_per_case",
    "transition_once",
}


@pytest.mark.parametrize("name", sorted(set(constraints()) - NOBODY_TYPES_THEM))
def test_the_sentence_for_people_is_chinese(name):
    sentence = str(constraints()[name].violation_error_message)
    assert re.fullmatch(r"[^A-Za-z]*[\u4e00-\u9fff][^A-Za-z]*。", sentence), sentence


ALLOWED: list[tuple[str, Callable[[Any], Any]]] = [
    ("停表当天结束", pauses((april(14), april(14)))),
    ("同一事由首尾相接", pauses((april(14), april(17)), (april(17), april(20)))),
    ("不同事由重叠", lambda w: (pause_row(w), pause_row(w, ground=w.hall.ground("testing")))),
    ("存量办件没有决定人", change(Case, accepted, imported=True, decided_at=FRIDAY, granted=True)),
    ("没有原编号的办件可以很多", change(Case, lambda _: {}, legacy_number="")),
    ("两个人复核退件", lambda w: a_return(w, agreed=True, reviewed_by=w.hall.second, reviewed_at=FRIDAY)),
    ("不同内容的更正同时待复核", lambda w: (a_correction(w), a_correction(w, field=CorrectableField.CHANNEL))),
    ("未收的材料没有时间", change(ReceivedMaterial, own_case, state=MaterialState.MISSING, received_at=None)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "write"), ALLOWED, ids=[what for what, _ in ALLOWED])
def test_the_database_allows(world, what, write):
    write(world)
