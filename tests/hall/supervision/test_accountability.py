"""责任追究: its states, who may, who sees it, and what is on the trail."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.supervision import queries
from hall.supervision.actions import accountability as actions
from hall.supervision.actions import cards
from hall.supervision.actions.accountability import Ground
from hall.supervision.enums import CardState, Colour, Measure, Origin, RecordState
from hall.supervision.models import AccountabilityRecord, Card
from tests.builders import Hall, moment
from tests.guards.world import undone
from tests.hall.supervision.builders import NOW, card_in, second_supervisor, subject

OVER = NOW + timedelta(days=9)


def open_one(hall: Hall, card: Card | None = None, **facts: object) -> AccountabilityRecord:
    ground = Ground(Origin.CARD, card=card) if card else Ground(Origin.COMPLAINT, "TS-2026-7")
    defaults = {"subject": subject(hall), "ground": ground, "finding": "值班时间脱岗。", "by": hall.supervisor}
    return actions.open_record(**{**defaults, **facts}, at=NOW)  # type: ignore[arg-type]


def measured(hall: Hall, record: AccountabilityRecord) -> AccountabilityRecord:
    return actions.measure(
        record, measure=Measure.EFFICIENCY, text="效能告诫一次。", basis="办法第二十条", by=hall.supervisor, at=NOW
    )


def record_in(hall: Hall, state: str) -> AccountabilityRecord:
    """A record that has gone its way to a state."""
    record = open_one(hall)
    if state == RecordState.FOUND:
        return record
    if state == RecordState.CANCELLED:
        return actions.cancel(record, text="认定有误。", by=hall.supervisor, at=NOW)
    record = measured(hall, record)
    if state == RecordState.MEASURED:
        return record
    record = actions.serve(record, by=hall.supervisor, at=NOW)
    if state == RecordState.SERVED:
        return record
    if state == RecordState.OBJECTED:
        return actions.object_to(record, text="当天请过假。", by=hall.clerk, at=NOW)
    return actions.finish(record, text="", by=hall.supervisor, at=OVER)


@pytest.mark.parametrize("colour", [Colour.YELLOW, Colour.RED])
def test_only_an_upheld_red_card_leads_to_a_record(hall: Hall, colour: str) -> None:
    led = set()
    for state in CardState.values:
        with suppress(Refused):
            open_one(hall, card_in(hall, state, colour=colour))
            led.add(state)
    assert led == ({CardState.UPHELD, CardState.CONFIRMED} if colour == Colour.RED else set())


def test_one_red_card_leads_to_one_record(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD, colour=Colour.RED)
    first = open_one(hall, card)
    with pytest.raises(Refused, match="已经转了"):
        open_one(hall, card)
    actions.cancel(first, text="另案处理。", by=hall.supervisor, at=NOW)
    assert open_one(hall, card).state == RecordState.FOUND


def test_the_number_has_a_series_of_its_own(hall: Hall) -> None:
    region = hall.center.region6
    assert [open_one(hall).number for _ in range(2)] == [f"{region}-责-2026-00001", f"{region}-责-2026-00002"]


def test_a_number_of_a_citizen_is_not_written_down(hall: Hall) -> None:
    with pytest.raises(Refused, match="手机号") as caught:
        open_one(hall, finding="投诉人 13800000000 反映脱岗。")
    assert caught.value.field == "finding"


def test_nobody_opens_a_record_about_themselves(hall: Hall) -> None:
    with pytest.raises(NotPermitted):
        open_one(hall, subject=subject(hall, staff=hall.supervisor.staff))


@pytest.mark.parametrize("role", ["clerk", "approver", "chief", "admin", "auditor"])
def test_only_supervisors_write(hall: Hall, role: str) -> None:
    with pytest.raises(NotPermitted):
        open_one(hall, by=getattr(hall, role))


def test_a_supervisor_of_another_center_writes_nothing_here(hall: Hall) -> None:
    record = open_one(hall)
    stranger = Hall().supervisor
    with pytest.raises(NotPermitted):
        actions.cancel(record, text="认定有误。", by=stranger, at=NOW)


DEEDS = ("measure", "serve", "object", "finish", "cancel")
ALLOWED = {
    ("measure", "found"), ("serve", "measured"), ("object", "served"), ("finish", "served"), ("finish", "objected"),
    ("cancel", "found"), ("cancel", "measured"), ("cancel", "served"), ("cancel", "objected"),
}  # fmt: skip


def attempt(hall: Hall, record: AccountabilityRecord, deed: str) -> None:
    other = second_supervisor(hall)
    if deed == "measure":
        measured(hall, record)
    elif deed == "serve":
        actions.serve(record, by=hall.supervisor, at=NOW)
    elif deed == "object":
        actions.object_to(record, text="不服。", by=hall.clerk, at=NOW)
    elif deed == "finish":
        actions.finish(record, text="异议不成立。", by=other, at=OVER)
    else:
        actions.cancel(record, text="认定有误。", by=other, at=NOW)


@pytest.mark.parametrize("state", RecordState.values)
def test_each_deed_happens_in_its_states_only(hall: Hall, state: str) -> None:
    record, went = record_in(hall, state), set()
    for deed in DEEDS:
        with undone(), suppress(Refused):
            attempt(hall, record, deed)
            went.add((deed, state))
    assert went == {pair for pair in ALLOWED if pair[1] == state}


def test_it_takes_effect_only_after_the_time_for_an_objection(hall: Hall) -> None:
    record = record_in(hall, RecordState.SERVED)
    assert actions.objection_due(record) == date(2026, 5, 20)
    with pytest.raises(Refused, match="期满后才能生效"):
        actions.finish(record, text="", by=hall.supervisor, at=moment("2026-05-20 23:59"))
    assert actions.finish(record, text="", by=hall.supervisor, at=moment("2026-05-21 00:00")).state == RecordState.FINAL


def test_an_objection_comes_in_time_or_not_at_all(hall: Hall) -> None:
    record = record_in(hall, RecordState.SERVED)
    with pytest.raises(Refused, match="已经过了"):
        actions.object_to(record, text="不服。", by=hall.clerk, at=moment("2026-05-21 00:00"))
    assert (
        actions.object_to(record, text="不服。", by=hall.clerk, at=moment("2026-05-20 23:00")).objected_by == hall.clerk
    )


@pytest.mark.parametrize("end", [actions.finish, actions.cancel])
def test_an_objection_is_heard_by_somebody_else_than_who_set_the_measure(hall: Hall, end: object) -> None:
    record = record_in(hall, RecordState.OBJECTED)
    with pytest.raises(NotPermitted, match="定措施以外"):
        end(record, text="不成立。", by=hall.supervisor, at=NOW)  # type: ignore[operator]
    end(record, text="听取了说明。", by=second_supervisor(hall), at=NOW)  # type: ignore[operator]


def test_only_the_person_objects(hall: Hall) -> None:
    record = record_in(hall, RecordState.SERVED)
    for user in (hall.chief, hall.other_clerk, hall.supervisor):
        with pytest.raises(NotPermitted):
            actions.object_to(record, text="不服。", by=user, at=NOW)


def test_the_person_is_told_what_was_served_without_what_it_says(hall: Hall) -> None:
    record = record_in(hall, RecordState.SERVED)
    message = Message.objects.get(template="supervision_record_served")
    assert (message.recipient_ref, message.context) == (str(hall.clerk.staff_id), {"record": record.number})


def test_a_record_is_seen_by_those_with_the_right_and_the_person(hall: Hall) -> None:
    record = open_one(hall)
    seen = {user.role for user in hall.everybody() if record in queries.records_visible_to(user)}
    assert seen == {"clerk", "supervisor", "auditor"}
    assert record not in queries.records_visible_to(hall.other_clerk)
    assert record not in queries.records_visible_to(Hall().supervisor)


@pytest.mark.parametrize(("role", "traces"), [("supervisor", 1), ("auditor", 1), ("clerk", 0)])
def test_every_look_by_somebody_else_leaves_an_event(hall: Hall, client: Client, role: str, traces: int) -> None:
    record = record_in(hall, RecordState.SERVED)
    client.force_login(getattr(hall, role))
    page = client.get(reverse("supervision:record", args=[record.pk]))
    assert page.status_code == 200
    assert Event.objects.filter(kind="accountability.viewed", docket=record.number).count() == traces


def test_no_event_says_what_was_found(hall: Hall) -> None:
    record_in(hall, RecordState.OBJECTED)
    assert {tuple(e.data) for e in Event.objects.filter(kind__startswith="accountability.")} == {("record",)}


def test_a_withdrawn_card_leaves_a_note_on_what_was_built_on_it(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD, colour=Colour.RED)
    record = open_one(hall, card)
    cards.withdraw(card, at=NOW)
    assert [note.text for note in record.notes.all()] == [f"所依据的督查牌 {card.number} 已自动撤销，请复核。"]


def test_the_way_of_a_record_on_the_pages(hall: Hall, client: Client) -> None:
    card = card_in(hall, CardState.UPHELD, colour=Colour.RED)
    client.force_login(hall.supervisor)
    new = reverse("supervision:record-new")
    made = client.post(f"{new}?card={card.pk}", {"finding": "经核实属实。"})
    record = AccountabilityRecord.objects.get()
    assert made["Location"] == reverse("supervision:record", args=[record.pk])
    act = reverse("supervision:record-act", args=[record.pk, "measure"])
    assert client.post(act, {"measure": "", "basis": "", "text": ""}).status_code == 422
    facts = {"measure": "criticism", "basis": "办法第二十条", "text": "通报批评。"}
    assert client.post(act, facts).status_code == 302
    assert client.post(reverse("supervision:record-act", args=[record.pk, "serve"])).status_code == 302
    assert "通报批评" in client.get(reverse("supervision:record", args=[record.pk])).text
    assert client.get(reverse("supervision:record-act", args=[record.pk, "nonsense"])).status_code == 404
    client.force_login(hall.clerk)
    assert record.number in client.get(reverse("supervision:my-cards")).text
    objected = client.post(reverse("supervision:record-act", args=[record.pk, "object"]), {"text": "情况不是这样。"})
    assert objected.status_code == 302
    assert client.post(reverse("supervision:record-act", args=[record.pk, "cancel"]), {"text": "x"}).status_code == 403


def test_a_record_without_a_card_is_opened_by_hand(hall: Hall, client: Client) -> None:
    client.force_login(hall.supervisor)
    new, facts = reverse("supervision:record-new"), {"origin": "complaint", "origin_ref": "TS-1", "finding": "属实。"}
    assert "请选当事人或部门" in client.post(new, facts).text
    assert client.post(new, {**facts, "department": hall.department.pk}).status_code == 302
    assert client.get(f"{new}?card=nonsense").status_code == 404


def test_the_list_of_records_filters_by_state(hall: Hall, client: Client) -> None:
    record = open_one(hall)
    client.force_login(hall.auditor)
    url = reverse("supervision:records")
    assert record.number in client.get(url).text
    assert record.number in client.get(f"{url}?state=found").text
    assert record.number not in client.get(f"{url}?state=final").text
    assert record.number in client.get(f"{url}?state=%00x").text
