"""Pages of 责任追究: restricted lists and records, a trail of every look, bad entries, absurd addresses."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.supervision import queries
from hall.supervision.actions import Subject, accountability, cards
from hall.supervision.enums import CardState, Colour, RecordState
from hall.supervision.models import AccountabilityRecord
from tests.builders import Hall, make_center, make_department, make_staff, make_user
from tests.hall.supervision.builders import NOW, card_in, keeper, second_supervisor
from tests.hall.supervision.test_accountability import open_one, record_in
from tests.hall.supervision.test_pages import at_desk, page, post

TEXTS = {"empty": "", "blank": "  ", "nul": "\x00", "endless": "长" * 3000}


def looks(record: AccountabilityRecord) -> int:
    return Event.objects.filter(kind="accountability.viewed", docket=record.number).count()


def act(record: AccountabilityRecord, deed: str) -> str:
    return reverse("supervision:record-act", args=[record.pk, deed])


def test_who_opens_the_list_and_who_a_record(hall: Hall) -> None:
    record = record_in(hall, RecordState.SERVED)
    url, single = reverse("supervision:records"), reverse("supervision:record", args=[record.pk])
    answers = {u.role: (at_desk(u).get(url).status_code, at_desk(u).get(single).status_code) for u in hall.everybody()}
    assert answers == {
        "clerk": (403, 200), "approver": (403, 404), "chief": (403, 404), "supervisor": (200, 200),
        "admin": (403, 404), "auditor": (200, 200),
    }  # fmt: skip


def test_a_record_is_404_for_colleagues_and_in_other_centers(hall: Hall) -> None:
    record, stranger = record_in(hall, RecordState.SERVED), Hall()
    below = make_user("supervisor", make_staff(center=make_center("乡镇", parent=hall.center)))
    for user in (hall.other_clerk, stranger.supervisor, stranger.auditor, stranger.clerk, below):
        for url in (reverse("supervision:record", args=[record.pk]), act(record, "cancel"), act(record, "object")):
            assert at_desk(user).get(url).status_code == 404
    assert looks(record) == 0


def test_a_center_above_sees_records_below(hall: Hall) -> None:
    hall.center.parent = make_center("市政务服务中心")
    hall.center.save()
    above = make_user("supervisor", make_staff(center=hall.center.parent))
    assert open_one(hall) in queries.records_visible_to(above)


def test_each_look_is_an_event_of_its_own_with_who_and_when(hall: Hall) -> None:
    record = record_in(hall, RecordState.SERVED)
    for _ in range(2):
        page(at_desk(hall.supervisor), "record", record.pk)
    page(at_desk(hall.auditor), "record", record.pk)
    seen = Event.objects.filter(kind="accountability.viewed", docket=record.number)
    assert [event.actor_id for event in seen.order_by("id")] == [hall.supervisor.pk] * 2 + [hall.auditor.pk]
    assert {tuple(event.data.items()) for event in seen} == {(("record", record.number),)}


def test_a_look_that_was_refused_leaves_no_event(hall: Hall) -> None:
    record = open_one(hall)
    at_desk(hall.chief).get(reverse("supervision:record", args=[record.pk]))
    assert looks(record) == 0


def test_the_list_leaves_no_event_and_shows_no_finding(hall: Hall) -> None:
    record = record_in(hall, RecordState.OBJECTED)
    text = page(at_desk(hall.auditor), "records")
    assert record.number in text
    assert "值班时间脱岗" not in text
    assert "请过假" not in text
    assert looks(record) == 0


def test_a_record_is_kept_in_no_cache(hall: Hall) -> None:
    record = open_one(hall)
    for url in (reverse("supervision:records"), reverse("supervision:record", args=[record.pk])):
        assert "no-store" in at_desk(hall.supervisor).get(url)["Cache-Control"]


def test_the_person_reads_what_was_found_and_is_offered_the_objection_alone(hall: Hall) -> None:
    text = page(at_desk(hall.clerk), "record", (record := record_in(hall, RecordState.SERVED)).pk)
    assert "值班时间脱岗" in text
    assert act(record, "object") in text
    for deed in ("measure", "serve", "finish", "cancel"):
        assert act(record, deed) not in text


@pytest.mark.parametrize(
    ("state", "deeds"),
    [
        (RecordState.FOUND, {"measure", "cancel"}),
        (RecordState.MEASURED, {"serve", "cancel"}),
        (RecordState.SERVED, {"finish", "cancel"}),
        (RecordState.OBJECTED, {"finish", "cancel"}),
        (RecordState.FINAL, set()),
        (RecordState.CANCELLED, set()),
    ],
)
def test_a_supervisor_is_offered_what_the_state_allows(hall: Hall, state: str, deeds: set[str]) -> None:
    record = record_in(hall, state)
    text = page(at_desk(second_supervisor(hall)), "record", record.pk)
    assert {deed for deed in ("measure", "serve", "object", "finish", "cancel") if act(record, deed) in text} == deeds
    assert act(record, "measure") not in page(at_desk(hall.auditor), "record", record.pk)


@pytest.mark.parametrize("entered", TEXTS)
@pytest.mark.parametrize(("deed", "state"), [("object", "served"), ("cancel", "found"), ("measure", "found")])
def test_a_bad_text_is_said_at_its_field_and_nothing_is_saved(hall: Hall, deed: str, state: str, entered: str) -> None:
    record, events = record_in(hall, state), Event.objects.count()
    browser = at_desk(hall.clerk if deed == "object" else hall.supervisor)
    answer = browser.post(act(record, deed), {"text": TEXTS[entered], "measure": "criticism", "basis": "办法"})
    assert answer.status_code == 422
    record.refresh_from_db()
    assert (record.state, Event.objects.count()) == (state, events)


@pytest.mark.parametrize("measure", ["", "nonsense", "\x00"])
def test_a_measure_outside_of_the_list_is_refused(hall: Hall, measure: str) -> None:
    record = open_one(hall)
    answer = at_desk(hall.supervisor).post(act(record, "measure"), {"measure": measure, "basis": "办法", "text": "x"})
    assert answer.status_code == 422
    record.refresh_from_db()
    assert record.state == RecordState.FOUND


@pytest.mark.parametrize("deed", ["measure", "serve", "finish", "cancel"])
def test_the_person_and_the_auditor_get_403(hall: Hall, deed: str) -> None:
    record = open_one(hall)
    for user in (hall.clerk, hall.auditor):
        for answer in (at_desk(user).get(act(record, deed)), at_desk(user).post(act(record, deed), {"text": "x"})):
            assert answer.status_code == 403


def test_an_objection_too_late_is_said_at_its_field(hall: Hall) -> None:
    """Served in May; today is long after."""
    record = record_in(hall, RecordState.SERVED)
    answer = at_desk(hall.clerk).post(act(record, "object"), {"text": "不服。"})
    assert answer.status_code == 422
    assert "异议期限已经过了" in answer.text


def test_an_objection_unheard_is_not_judged_by_who_set_the_measure(hall: Hall) -> None:
    record = record_in(hall, RecordState.OBJECTED)
    for deed in ("finish", "cancel"):
        answer = at_desk(hall.supervisor).post(act(record, deed), {"text": "不成立。"})
        assert answer.status_code == 403
        assert "定措施以外" in answer.text
    assert at_desk(second_supervisor(hall)).post(act(record, "finish"), {"text": "不成立。"}).status_code == 302


def test_a_form_sent_twice_says_what_state_the_record_is_in(hall: Hall) -> None:
    record, browser = record_in(hall, RecordState.MEASURED), at_desk(hall.supervisor)
    assert browser.post(act(record, "serve")).status_code == 302
    again = browser.post(act(record, "serve"))
    assert again.status_code == 422
    assert "“已送达”状态" in again.text
    assert Message.objects.filter(template="supervision_record_served").count() == 1


@pytest.mark.parametrize("deed", ["viewed", "nonsense", "found"])
def test_an_unknown_deed_is_404(hall: Hall, deed: str) -> None:
    assert at_desk(hall.supervisor).post(act(open_one(hall), deed)).status_code == 404


FINDING = {"origin": "hand", "origin_ref": "XF-1", "finding": "值班脱岗。"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"origin": "card"}, "请从列出的来源里选一个"),
        ({"origin": ""}, "来源"),
        ({"finding": ""}, "请填写认定的事实"),
        ({"finding": "\x00"}, "不能保存的字符"),
        ({"finding": "电话 13800000000"}, "手机号"),
        ({"finding": "长" * 2001}, "最多 2000 个字"),
        ({"origin_ref": "x" * 61}, "最多 60 个字"),
        ({"staff": "999999999999999999999"}, "请从列出的当事人里选一个"),
        ({"staff": ""}, "请选当事人或部门"),
    ],
)
def test_a_finding_that_makes_no_sense_is_not_saved(hall: Hall, wrong: dict[str, str], said: str) -> None:
    facts = {**FINDING, "staff": str(hall.clerk.staff_id), **wrong}
    answer = post(at_desk(hall.supervisor), "record-new", **facts)
    assert answer.status_code == 422
    assert said in answer.text
    assert not AccountabilityRecord.objects.exists()


def test_nobody_is_found_at_fault_outside_of_the_scope_or_by_themselves(hall: Hall) -> None:
    for staff in (Hall().clerk.staff_id, hall.supervisor.staff_id):
        assert post(at_desk(hall.supervisor), "record-new", **FINDING, staff=staff).status_code == 422
    assert not AccountabilityRecord.objects.exists()


def test_who_does_not_write_opens_no_record(hall: Hall) -> None:
    for user in (hall.clerk, hall.chief, hall.auditor, hall.admin):
        assert post(at_desk(user), "record-new", **FINDING, staff=hall.clerk.staff_id).status_code == 403


def test_an_account_of_no_person_keeps_a_record_within_one_center(hall: Hall) -> None:
    user = keeper()
    foreign = make_department(Hall().center, "外县局")
    facts = {**FINDING, "staff": hall.clerk.staff_id, "department": foreign.pk}
    answer = post(at_desk(user), "record-new", **facts)
    assert (answer.status_code, AccountabilityRecord.objects.count()) == (422, 0)
    assert "同一个中心" in answer.text


@pytest.mark.parametrize("card", ["nonsense", "%00", "d438c191-f49c-4a74-9edc-f3457962ed6e", "1" * 300])
def test_a_card_that_is_not_there_leads_to_no_record(hall: Hall, card: str) -> None:
    url = f"{reverse('supervision:record-new')}?card={card}"
    assert at_desk(hall.supervisor).get(url).status_code == 404


def test_a_card_of_another_center_leads_to_no_record(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD, colour=Colour.RED)
    url = f"{reverse('supervision:record-new')}?card={card.pk}"
    assert at_desk(Hall().supervisor).post(url, {"finding": "x"}).status_code == 404


@pytest.mark.parametrize(("state", "colour"), [("awaiting", "red"), ("upheld", "yellow"), ("withdrawn", "red")])
def test_a_card_that_is_no_upheld_red_one_leads_to_no_record(hall: Hall, state: str, colour: str) -> None:
    card = card_in(hall, state, colour=colour)
    url = f"{reverse('supervision:record-new')}?card={card.pk}"
    answer = at_desk(hall.supervisor).post(url, {"finding": "属实。"})
    assert answer.status_code == 422
    assert "只有成立的红牌" in answer.text


def test_a_record_from_a_card_takes_its_subject_from_the_card(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD, colour=Colour.RED)
    url = f"{reverse('supervision:record-new')}?card={card.pk}"
    forged = {"finding": "属实。", "staff": hall.other_clerk.staff_id, "origin": "hand", "origin_ref": "x"}
    assert at_desk(hall.supervisor).post(url, forged).status_code == 302
    record = AccountabilityRecord.objects.get()
    assert (record.staff, record.card, record.origin, record.origin_ref) == (
        hall.clerk.staff, card, "card", card.number,
    )  # fmt: skip


def test_a_second_record_from_the_same_card_is_refused_on_the_page(hall: Hall) -> None:
    card, browser = card_in(hall, CardState.UPHELD, colour=Colour.RED), at_desk(hall.supervisor)
    url = f"{reverse('supervision:record-new')}?card={card.pk}"
    assert browser.post(url, {"finding": "属实。"}).status_code == 302
    again = browser.post(url, {"finding": "属实。"})
    assert again.status_code == 422
    assert "已经转了责任追究" in again.text
    assert AccountabilityRecord.objects.count() == 1


def test_the_link_back_to_the_card_is_for_those_who_see_it(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD, colour=Colour.RED)
    record = open_one(hall, card)
    link = reverse("supervision:card", args=[card.pk])
    for user in (hall.supervisor, hall.clerk):
        assert link in page(at_desk(user), "record", record.pk)


def test_a_card_taken_back_is_noted_on_the_record_for_all_who_read_it(hall: Hall) -> None:
    card = card_in(hall, CardState.UPHELD, colour=Colour.RED)
    record = open_one(hall, card)
    cards.withdraw(card, at=NOW)
    for user in (hall.supervisor, hall.auditor, hall.clerk):
        assert f"{card.number} 已自动撤销，请复核" in page(at_desk(user), "record", record.pk)


def test_the_tabs_of_the_list_narrow_it(hall: Hall) -> None:
    made = {state: record_in(hall, state) for state in RecordState.values}
    browser = at_desk(hall.auditor)
    for state, record in made.items():
        text = page(browser, "records", query=f"?state={state}")
        assert [r.number for r in made.values() if r.number in text] == [record.number]
    assert page(browser, "records").count("data-open") == len(made)


def test_an_empty_list_says_where_records_come_from(hall: Hall) -> None:
    assert "红牌成立后" in page(at_desk(hall.supervisor), "records")


def test_the_list_costs_the_same_with_one_record_and_with_three(hall: Hall) -> None:
    browser, costs = at_desk(hall.supervisor), []
    page(browser, "records")
    for count in (1, 2):
        for number in range(count):
            open_one(
                hall,
                subject=Subject(
                    hall.center, None, None, make_staff(make_department(hall.center, f"局{count}{number}"))
                ),
            )
        with CaptureQueriesContext(connection) as asked:
            page(browser, "records")
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_record_of_a_supervisor_leaves_no_event_when_they_read_it(hall: Hall) -> None:
    concerned = second_supervisor(hall)
    record = open_one(hall, subject=Subject(hall.center, None, None, concerned.staff))
    page(at_desk(concerned), "record", record.pk)
    assert looks(record) == 0
    for deed in ("measure", "cancel"):
        assert at_desk(concerned).post(act(record, deed), {"text": "x"}).status_code == 403


def test_the_person_is_told_of_the_end_too(hall: Hall) -> None:
    record_in(hall, RecordState.FINAL)
    accountability.cancel(open_one(hall), text="认定有误。", by=hall.supervisor, at=NOW)
    told = Message.objects.filter(template__startswith="supervision_record_").order_by("template")
    assert [m.template.removeprefix("supervision_record_") for m in told] == ["cancelled", "final", "served"]
    assert {m.recipient_ref for m in told} == {str(hall.clerk.staff_id)}
