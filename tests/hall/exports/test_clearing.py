"""A long list of people waits for a second person: who asks, who lets it go, what is taken by it (导出二次授权)."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from hall.access.enums import Role
from hall.access.models import User
from hall.exports import actions, rules
from hall.exports import clearing_actions as clearing
from hall.exports.chosen import Chosen, Filters, typed
from hall.exports.clearing_actions import SecondNeeded, Wanted
from hall.exports.enums import ClearanceState, Format
from hall.exports.models import Clearance
from hall.exports.tables import Column, Table
from hall.facts.errors import NotPermitted, Refused
from hall.facts.models import Setting
from hall.ledger.models import Event
from hall.outbox.models import Message
from tests.builders import MONDAY, Hall, make_center, make_staff, make_user

pytestmark = pytest.mark.django_db
HERE = "/manage/list/?q=张小明"


@pytest.fixture(autouse=True)
def alone() -> None:
    """Three rows at most by one person."""
    Setting.objects.create(key="exports.alone_rows", value=3, source="测试", effective_from=MONDAY.date(), center=None)


def second(hall: Hall, role: str = Role.SUPERVISOR) -> User:
    return make_user(role, make_staff(center=hall.center))


def wanted(**facts: Any) -> Wanted:
    told = {"title": "人员与账号", "address": HERE, "purpose": "例会附表", "form": "xlsx", "rows": 4}
    return Wanted(**{**told, **facts})


def asked(hall: Hall, **facts: Any) -> Clearance:
    return clearing.ask_for(wanted(**facts), by=hall.supervisor, at=MONDAY)


def granted(hall: Hall, **facts: Any) -> Clearance:
    return clearing.decide(clearance=asked(hall, **facts), granted=True, reason="", by=second(hall), at=MONDAY)


def take(
    path: Path,
    by: User,
    *,
    rows: int = 4,
    personal: bool = True,
    title: str = "人员与账号",
    filters: Filters = (),
    **facts: Any,
) -> int:
    table = Table(title, [Column("a", "甲")], [("行",)] * rows, personal=personal, filters=filters)
    told = {"form": Format.XLSX, "purpose": "例会附表", "address": HERE, "at": MONDAY}
    return actions.take(path / "f.xlsx", table, by=by, **{**told, **facts})


@pytest.mark.parametrize(
    ("personal", "rows", "needed"), [(True, 4, True), (True, 3, False), (False, 4, False), (False, 3, False)]
)
def test_f07_only_long_lists_of_people_need_a_second(
    hall: Hall, tmp_path: Path, personal: bool, rows: int, needed: bool
) -> None:
    if not needed:
        assert take(tmp_path, hall.supervisor, rows=rows, personal=personal) == rows
        return
    with pytest.raises(SecondNeeded, match="超过 3 行"):
        take(tmp_path, hall.supervisor, rows=rows, personal=personal)
    assert not (tmp_path / "f.xlsx").exists()
    assert not Event.objects.filter(kind="exports.taken").exists()


A, B, TYPED = [Chosen("部门", "甲局")], [Chosen("部门", "乙局")], typed("姓名", "张")


@pytest.mark.parametrize(
    ("first", "then", "needed"),
    [
        pytest.param({"filters": A}, {"filters": B}, True, id="another part of the list"),
        pytest.param({"filters": A}, {"filters": A}, False, id="the same part again"),
        pytest.param({"filters": TYPED}, {"filters": TYPED}, True, id="words that are not kept may be others"),
        pytest.param({"filters": A}, {"filters": B, "title": "设备"}, False, id="another list"),
        pytest.param({"filters": A}, {"filters": B, "personal": False}, False, id="nobody is named"),
        pytest.param({"filters": A}, {"filters": B, "rows": 1}, False, id="together not too many"),
        pytest.param({"filters": A}, {"filters": B, "at": MONDAY + timedelta(days=1)}, False, id="the next day"),
    ],
)
def test_f07_a_long_list_is_long_in_parts_too(
    hall: Hall, tmp_path: Path, first: dict[str, Any], then: dict[str, Any], needed: bool
) -> None:
    take(tmp_path, hall.supervisor, **{"rows": 2, **first})
    if not needed:
        take(tmp_path, hall.supervisor, **{"rows": 2, **then})
        return
    with pytest.raises(SecondNeeded, match="今天已独自导出这份名单 2 行，合计超过 3 行") as refusal:
        take(tmp_path, hall.supervisor, **{"rows": 2, **then})
    assert refusal.value.wanted.before == 2


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_parts_at_the_same_time_one_waits(tmp_path: Path) -> None:
    hall, start, outcomes = Hall(), threading.Barrier(2), []

    def send(filters: Filters) -> None:
        folder = tmp_path / filters[0].words
        folder.mkdir()
        try:
            start.wait()
            outcomes.append(take(folder, hall.supervisor, rows=2, filters=filters))
        except SecondNeeded:
            outcomes.append(0)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(filters,)) for filters in (A, B)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [0, 2]


def test_what_another_took_is_not_ones_own(hall: Hall, tmp_path: Path) -> None:
    take(tmp_path, second(hall), rows=3, filters=A)
    assert take(tmp_path, hall.supervisor, rows=3, filters=B) == 3


def test_what_a_second_person_let_go_does_not_count(hall: Hall, tmp_path: Path) -> None:
    granted(hall)
    take(tmp_path, hall.supervisor)
    assert take(tmp_path, hall.supervisor, rows=3, filters=B, address="/other/") == 3


def test_the_second_person_knows_what_went_before(hall: Hall, tmp_path: Path) -> None:
    take(tmp_path, hall.supervisor, rows=2, filters=A)
    with pytest.raises(SecondNeeded) as refusal:
        take(tmp_path, hall.supervisor, rows=2, filters=B)
    assert clearing.ask_for(refusal.value.wanted, by=hall.supervisor, at=MONDAY).rows_before == 2


def test_who_may_let_it_go_is_told_once(hall: Hall) -> None:
    other = second(hall)
    asked(hall)
    asked(hall)
    assert list(Message.objects.values_list("recipient_ref", "template")) == [(str(other.pk), "staff_export_asked")]
    assert Clearance.objects.count() == 1
    assert Event.objects.filter(kind="exports.asked").count() == 1


def test_without_another_supervisor_the_chiefs_are_told(hall: Hall) -> None:
    chiefs = User.objects.filter(role=Role.CHIEF, staff__center=hall.center)
    assert clearing.deciders(asked(hall)) == list(chiefs.order_by("pk"))


def test_another_purpose_is_another_request(hall: Hall) -> None:
    assert asked(hall).pk != asked(hall, purpose="巡视组调阅").pk


def test_a_request_that_lapsed_does_not_stand_for_a_new_one(hall: Hall) -> None:
    first = asked(hall)
    later = clearing.ask_for(wanted(), by=hall.supervisor, at=MONDAY + timedelta(days=3))
    assert later.pk != first.pk


@pytest.mark.parametrize(
    ("facts", "words"), [({"purpose": "查 13800000000"}, "不要写"), ({"address": "/" * 2001}, "太长")]
)
def test_what_cannot_be_kept_is_not_asked(hall: Hall, facts: dict[str, str], words: str) -> None:
    with pytest.raises(Refused, match=words):
        asked(hall, **facts)


def test_the_address_is_sealed_and_no_event_or_message_knows_it(hall: Hall) -> None:
    granted(hall)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM exports_clearance c")
        stored = cursor.fetchone()[0]
    told = [str(event.data) for event in Event.objects.all()] + [str(one.context) for one in Message.objects.all()]
    assert not [text for text in (stored, *told) if "张小明" in text or "manage" in text]


def test_what_was_granted_is_taken_and_on_the_trail(hall: Hall, tmp_path: Path) -> None:
    clearance = granted(hall)
    assert take(tmp_path, hall.supervisor) == 4
    event = Event.objects.get(kind="exports.taken")
    clearance.refresh_from_db()
    assert (event.data["clearance"], clearance.taken_at) == (str(clearance.pk), MONDAY)


def test_it_may_be_taken_again_until_it_is_over(hall: Hall, tmp_path: Path) -> None:
    granted(hall)
    take(tmp_path, hall.supervisor)
    take(tmp_path, hall.supervisor, at=MONDAY + timedelta(hours=23, minutes=59))
    with pytest.raises(SecondNeeded):
        take(tmp_path, hall.supervisor, at=MONDAY + timedelta(hours=24))


@pytest.mark.parametrize("facts", [{"purpose": "别的用途"}, {"address": "/manage/list/"}, {"rows": 8}])
def test_what_was_not_granted_is_not_taken_by_it(hall: Hall, tmp_path: Path, facts: dict[str, Any]) -> None:
    granted(hall)
    with pytest.raises(SecondNeeded):
        take(tmp_path, hall.supervisor, **facts)


def test_a_list_that_grew_by_what_one_may_take_alone_is_still_covered(hall: Hall, tmp_path: Path) -> None:
    granted(hall)
    assert take(tmp_path, hall.supervisor, rows=7) == 7


def test_nobody_takes_by_what_another_was_granted(hall: Hall, tmp_path: Path) -> None:
    granted(hall)
    with pytest.raises(SecondNeeded):
        take(tmp_path, second(hall))


def test_a_refusal_has_a_reason_and_ends_it(hall: Hall, tmp_path: Path) -> None:
    clearance, other = asked(hall), second(hall)
    for reason, words in (("  ", "写明"), ("他的电话13800000000", "不要写")):
        with pytest.raises(Refused, match=words):
            clearing.decide(clearance=clearance, granted=False, reason=reason, by=other, at=MONDAY)
    clearing.decide(clearance=clearance, granted=False, reason="用途不明", by=other, at=MONDAY)
    with pytest.raises(SecondNeeded):
        take(tmp_path, hall.supervisor)
    assert Event.objects.get(kind="exports.refused").data["reason"] == "用途不明"


def test_it_is_decided_once(hall: Hall) -> None:
    clearance = granted(hall)
    with pytest.raises(Refused, match="已经审批过"):
        clearing.decide(clearance=clearance, granted=False, reason="改主意", by=second(hall), at=MONDAY)


def test_nobody_lets_their_own_list_go(hall: Hall) -> None:
    clearance = asked(hall)
    with pytest.raises(NotPermitted, match="以外的人"):
        clearing.decide(clearance=clearance, granted=True, reason="", by=hall.supervisor, at=MONDAY)


@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("place", ["own", "foreign", "above"])
@pytest.mark.parametrize("state", ClearanceState.values)
def test_who_may_decide(hall: Hall, role: str, place: str, state: str) -> None:
    center = {"own": hall.center, "foreign": make_center("邻区中心"), "above": make_center("市中心")}[place]
    if place == "above":
        hall.center.parent = center
        hall.center.save()
    user, at = make_user(role, make_staff(center=center)), MONDAY
    clearance = asked(hall)
    if state == ClearanceState.OVER:
        at += timedelta(days=3)
    elif state != ClearanceState.WAITING:
        reason = "" if state == ClearanceState.GRANTED else "用途不明"
        clearance = clearing.decide(clearance=clearance, granted=not reason, reason=reason, by=second(hall), at=MONDAY)
    assert clearance.state(at) == state
    reach = place == "own" or (place == "above" and role == Role.SUPERVISOR)
    expected = role in (Role.SUPERVISOR, Role.CHIEF) and reach and state == ClearanceState.WAITING
    assert rules.may_decide(user, clearance, at) is expected


def test_what_no_center_stands_for_is_decided_at_the_top(hall: Hall) -> None:
    keeper = make_user(Role.ADMIN)
    keeper.staff = None
    keeper.save()
    clearance = clearing.ask_for(wanted(), by=keeper, at=MONDAY)
    assert rules.may_decide(hall.supervisor, clearance, MONDAY)
    below = Hall(make_center("分中心", parent=hall.center))
    assert not rules.may_decide(below.supervisor, clearance, MONDAY)


@pytest.mark.parametrize("state", ClearanceState.values)
def test_only_who_asked_takes_and_only_what_was_granted(hall: Hall, state: str) -> None:
    at = MONDAY + timedelta(days=9) if state == ClearanceState.OVER else MONDAY
    clearance = granted(hall) if state in (ClearanceState.GRANTED, ClearanceState.OVER) else asked(hall)
    if state == ClearanceState.REFUSED:
        clearing.decide(clearance=clearance, granted=False, reason="不明", by=second(hall), at=at)
        clearance.refresh_from_db()
    assert rules.may_take(hall.supervisor, clearance, at) is (state == ClearanceState.GRANTED)
    assert not rules.may_take(second(hall), clearance, at)


def test_addresses_of_what_is_over_are_emptied(hall: Hall) -> None:
    waits, lapsed = asked(hall, purpose="还在等"), asked(hall)
    Clearance.objects.filter(pk=waits.pk).update(expires_at=MONDAY + timedelta(days=9))
    assert clearing.forget_over(at=MONDAY + timedelta(days=3)) == 1
    lapsed.refresh_from_db()
    waits.refresh_from_db()
    assert (lapsed.address, waits.address) == (None, HERE)
    assert clearing.forget_over(at=MONDAY + timedelta(days=3)) == 0


@pytest.mark.parametrize(
    "change", [{"rows": 9}, {"rows_before": 9}, {"purpose": "改过"}, {"granted": False, "reason": "改过"}]
)
def test_the_database_keeps_what_was_asked_and_decided(hall: Hall, change: dict[str, Any]) -> None:
    clearance = granted(hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance.objects.filter(pk=clearance.pk).update(**change)


def test_the_database_refuses_one_person_in_both_parts(hall: Hall) -> None:
    clearance = asked(hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance.objects.filter(pk=clearance.pk).update(granted=True, decided_by=hall.supervisor, decided_at=MONDAY)


def test_a_request_is_never_deleted(hall: Hall) -> None:
    clearance = asked(hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        clearance.delete()
