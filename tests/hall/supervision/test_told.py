"""What people are told, and what the trail says: every message renders, every event reads as a sentence."""

import pytest
from django.test import Client
from django.urls import reverse

from hall.access.navigation import entries_for
from hall.facts import parameters, sources
from hall.facts.errors import Refused
from hall.ledger import kinds
from hall.ledger.models import Event
from hall.organisation.departure import obstacles
from hall.outbox import texts
from hall.outbox.models import Message
from hall.supervision import watching
from hall.supervision.actions import Subject, accountability, cards
from hall.supervision.actions import rules as rule_actions
from hall.supervision.enums import CARD_COLOURS, CardState, Colour, Ground, RecordState, VersionStatus
from hall.supervision.impersonal import checked
from tests.builders import Hall, identity_number
from tests.hall.supervision.builders import (
    NOW,
    Facts,
    card_in,
    fact,
    hand_card,
    make_draft,
    make_rule,
    second_supervisor,
    switched_on,
)
from tests.hall.supervision.test_accountability import open_one, record_in


def text_of(message: Message) -> str:
    made = texts.render(template=message.template, docket=message.docket, context=message.context)
    return f"{made.title}\n{made.body}"


@pytest.mark.parametrize(
    ("state", "template", "said"),
    [
        ("awaiting", "raised", "请在 5月20日前反馈"),
        ("upheld", "upheld", "5月20日前申诉一次"),
        ("revoked", "revoked", "认定不成立（认定有误）"),
        ("confirmed", "confirmed", "第二人裁定：维持"),
        ("overturned", "overturned", "撤销（认定有误），不计入考核"),
        ("withdrawn", "withdrawn", "系统自动撤销"),
    ],
)
def test_each_turn_of_a_card_is_told_in_whole_sentences(hall: Hall, state: str, template: str, said: str) -> None:
    card = card_in(hall, state)
    text = text_of(Message.objects.filter(template=f"supervision_{template}").latest("pk"))
    assert said in text
    assert card.number in text
    assert "{{" not in text


@pytest.mark.parametrize("word", ["served", "final", "cancelled"])
def test_each_turn_of_a_record_is_told_without_what_it_says(hall: Hall, word: str) -> None:
    record = record_in(hall, RecordState.FINAL if word == "final" else RecordState.SERVED)
    if word == "cancelled":
        accountability.cancel(record, text="认定有误。", by=hall.supervisor, at=NOW)
    text = text_of(Message.objects.get(template=f"supervision_record_{word}"))
    assert record.number in text
    assert "脱岗" not in text
    assert "效能告诫" not in text


def test_a_signal_is_told_with_its_rule_and_its_fact(hall: Hall, source: Facts) -> None:
    switched_on(hall, colour=Colour.SIGNAL)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    text = text_of(Message.objects.get(template="supervision_signal"))
    assert "测试规则 test" in text
    assert "办件 a 超过承诺期限 2 个工作日。" in text
    assert "不计入考核" in text


def test_a_signal_where_nobody_represents_is_told_to_nobody(hall: Hall, source: Facts) -> None:
    hall.department.chief_representative = None
    hall.department.save()
    switched_on(hall, colour=Colour.SIGNAL)
    source.rows = [fact(hall)]
    assert watching.watch(at=NOW).signals == 1
    assert not Message.objects.filter(template="supervision_signal").exists()


def test_a_chief_who_is_the_person_is_told_once(hall: Hall) -> None:
    hand_card(hall, subject=Subject(hall.center, hall.department, None, hall.chief.staff))
    assert [m.recipient_ref for m in Message.objects.all()] == [str(hall.chief.staff_id)]


def test_a_record_of_a_department_is_told_to_no_person(hall: Hall) -> None:
    record = open_one(hall, subject=Subject(hall.center, hall.department))
    accountability.cancel(record, text="认定有误。", by=hall.supervisor, at=NOW)
    assert not Message.objects.filter(template__startswith="supervision_record_").exists()


def test_a_turn_that_fails_tells_nobody(hall: Hall) -> None:
    card, told = card_in(hall, CardState.ANSWERED), Message.objects.count()
    with pytest.raises(Refused):
        cards.revoke(card, text="x", ground="nonsense", by=second_supervisor(hall), at=NOW)
    assert Message.objects.count() == told


def test_the_course_of_a_card_reads_as_sentences(hall: Hall) -> None:
    card = card_in(hall, CardState.OVERTURNED)
    said = [kinds.describe(event) for event in Event.objects.filter(docket=card.number).order_by("pk")]
    assert len(said) == 5
    assert all(card.number in sentence and "黄牌" in sentence for sentence in said)
    assert "认定有误" in said[-1]


def test_the_course_of_a_rule_reads_as_sentences(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    rule_actions.switch_off(version, by=hall.supervisor, at=NOW)
    rule_actions.discard(make_draft(make_rule("other"), hall.supervisor), by=hall.supervisor, at=NOW)
    events = Event.objects.filter(kind__startswith="supervision.rule_").order_by("pk")
    said = {event.kind.removeprefix("supervision.rule_"): kinds.describe(event) for event in events}
    assert set(said) == {"drafted", "changed", "on", "off", "discarded"}
    assert "第 2 版" in said["on"]
    assert "自 2026-05-01 起" in said["on"]
    assert all("测试规则" in sentence for sentence in said.values())


def test_the_course_of_a_record_names_its_number_alone(hall: Hall) -> None:
    record = record_in(hall, RecordState.FINAL)
    said = [kinds.describe(event) for event in Event.objects.filter(kind__startswith="accountability.")]
    assert len(said) == 4
    assert all(record.number in sentence for sentence in said)
    assert not any("脱岗" in sentence for sentence in said)


@pytest.mark.parametrize("word", ["raised", "answer", "uphold", "revoke", "appeal", "confirm", "overturn", "withdraw"])
def test_every_event_of_a_card_has_a_name(word: str) -> None:
    assert "督查牌" in kinds.label_of(f"supervision.card_{word}")


@pytest.mark.parametrize("word", ["found", "measure", "serve", "object", "finish", "cancel", "viewed"])
def test_every_event_of_a_record_has_a_name(word: str) -> None:
    assert "责任追究" in kinds.label_of(f"accountability.{word}")


@pytest.mark.parametrize(
    ("key", "least", "most"),
    [("feedback_days", 1, 30), ("appeal_days", 1, 30), ("objection_days", 1, 60), ("ground_days", 30, 3650)],
)
def test_the_numbers_of_due_process_have_bounds(key: str, least: int, most: int) -> None:
    declared = {found.name: found for found in parameters.declared()}
    assert (declared[f"supervision.{key}"].least, declared[f"supervision.{key}"].most) == (least, most)


@pytest.mark.parametrize("code", ["supervision.yellow", "supervision.red", "supervision.feedback_late"])
def test_every_source_of_the_room_says_what_counts_and_what_not(code: str) -> None:
    definition = sources.source_of(code).definition
    assert definition.endswith("。")
    assert "不计" in definition


@pytest.mark.parametrize("state", CardState.values)
def test_who_leaves_has_answered_first(hall: Hall, state: str) -> None:
    card_in(hall, state)
    assert hall.clerk.staff is not None
    waits = state in (CardState.AWAITING, CardState.ANSWERED, CardState.APPEALING)
    assert any("督查牌" in sentence for sentence in obstacles(hall.clerk.staff)) is waits


def test_the_rail_leads_nobody_to_a_page_they_may_not_open(hall: Hall) -> None:
    for user in hall.everybody():
        browser = Client()
        browser.force_login(user)
        for entry in entries_for(user):
            if entry.url_name.startswith("supervision:"):
                assert browser.get(reverse(entry.url_name)).status_code == 200, (user.role, entry.url_name)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f"身份证 {identity_number(3)} 的申请人", "证件号"),
        ("电话 13800000000", "手机号"),
        ("１３８００００００００", "手机号"),
    ],
)
def test_a_number_of_a_citizen_is_named_by_its_kind(text: str, word: str) -> None:
    with pytest.raises(Refused, match=word) as caught:
        checked(text, "reason")
    assert caught.value.field == "reason"


@pytest.mark.parametrize("text", ["上班时间不在岗。", "2026年5月13日9时", "0335-3000001", "130302-黄-2026-00001"])
def test_plain_words_dates_and_numbers_of_the_house_are_let_through(text: str) -> None:
    assert checked(text, "reason") == text


def test_every_word_has_a_badge_and_a_label() -> None:
    for colour in Colour:
        assert colour.badge
    assert {c.mark for c in CARD_COLOURS} == {"黄", "红"}
    for words in (CardState, VersionStatus):
        assert all(isinstance(word.badge, str) and word.label for word in words)
    assert Ground.GROUND_GONE.label == "所依据的事实已不成立"
