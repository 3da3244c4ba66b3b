"""What is refused is refused in its own sentence and at its own field; other files reach the other sentences."""

from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import uuid4

import pytest

from hall.access.enums import Role
from hall.access.models import User
from hall.conduct import photos, rules
from hall.conduct.actions import bulletins, closure_checks, complaints, patrols
from hall.conduct.enums import ComplaintChannel
from hall.conduct.models import ClosureItem, Complaint
from hall.facts import indicators, sources
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import parse
from tests.builders import Hall, moment
from tests.hall.conduct.builders import (
    DAY,
    MONDAY,
    OCTOBER,
    SAID,
    a_line,
    answered,
    assigned,
    begun,
    closings,
    decided,
    drafted,
    problem,
    received,
    reported,
    second_supervisor,
    submitted,
    window_stop,
)

pytestmark = pytest.mark.django_db
LATER, NOVEMBER = MONDAY + 3 * DAY, moment("2026-11-02 09:00")


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a test announces is forgotten after it."""
    monkeypatch.setattr(sources, "_sources", dict(sources._sources))
    monkeypatch.setattr(indicators, "_indicators", dict(indicators._indicators))
    return iter(())


def promoted(hall: Hall) -> User:
    """Who looked into it has become a supervisor since."""
    hall.chief.role = Role.SUPERVISOR
    hall.chief.save()
    return hall.chief


def taken_in(hall: Hall, by: User | None, channel: str) -> object:
    return complaints.receive(center=hall.center, said=SAID, channel=channel, form_key=uuid4(), by=by, at=MONDAY)


def judge(hall: Hall, reason: str, *, own: bool = False) -> object:
    closings(hall, 3)
    sample = closure_checks.take(department=hall.department, period=OCTOBER, by=hall.supervisor, at=NOVEMBER, seed="s")
    item = sample.items.get()
    if own:
        ClosureItem.objects.filter(pk=item.pk).update(staff=hall.supervisor.staff)
    return closure_checks.judge(item=item, verdict="genuine", reason=reason, by=hall.supervisor, at=NOVEMBER)


def record(hall: Hall, **facts: Any) -> object:
    patrol = begun(hall)
    return patrols.record(
        stop=window_stop(patrol), line=a_line(patrol), seen=problem(**facts), by=hall.supervisor, at=MONDAY
    )


def objected(hall: Hall) -> Complaint:
    return complaints.object_to(complaint=decided(hall), text="录像不是那天的。", by=hall.clerk, at=MONDAY)


Act = Callable[[Hall], object]
AT_A_FIELD: Final[list[tuple[str, str, Act]]] = [
    ("codes", "至少选一个指标", lambda hall: bulletins.draft(
        center=hall.center, audience="internal", period=parse("2026-09"), title="通报", codes=(), by=hall.supervisor,
        at=MONDAY)),
    ("note", "写明要改什么", lambda hall: bulletins.send_back(
        bulletin=submitted(hall), note=" ", by=second_supervisor(hall), at=LATER)),
    ("reason", "写明依据", lambda hall: judge(hall, " ")),
    ("note", "写明还要查什么", lambda hall: complaints.send_back(
        complaint=reported(hall), note=" ", by=hall.supervisor, at=LATER)),
    ("text", "写明看到的情况", lambda hall: record(hall, text=" ")),
    ("severity", "并选程度", lambda hall: record(hall, severity="")),
    ("text", "请写明情况", lambda hall: patrols.recheck(
        rectification=answered(hall), passed=True, text=" ", by=hall.supervisor, at=LATER)),
    ("photo", "不完整", lambda _: photos.cleaned(b"\xff\xd8\xff")),
]  # fmt: skip


@pytest.mark.parametrize(("field", "sentence", "act"), AT_A_FIELD, ids=[line[1] for line in AT_A_FIELD])
def test_what_is_missing_is_said_at_its_field(hall: Hall, field: str, sentence: str, act: Act) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        act(hall)
    assert refusal.value.field == field
    assert not isinstance(refusal.value, NotPermitted)


NOT_PERMITTED: Final[list[tuple[str, Act]]] = [
    ("草稿由起草的人修改", lambda hall: bulletins.submit(bulletin=drafted(hall), by=second_supervisor(hall), at=LATER)),
    ("只能抽查您督查的中心", lambda hall: closure_checks.take(
        department=hall.department, period=OCTOBER, by=Hall().supervisor, at=NOVEMBER)),
    ("不能查验自己经办的办件", lambda hall: judge(hall, "看过系统记录", own=True)),
    ("提交报告的人不能裁定", lambda hall: complaints.send_back(
        complaint=reported(hall), note="再查", by=promoted(hall), at=LATER)),
    ("提交报告的人不能裁定", lambda hall: complaints.decide(
        complaint=reported(hall), verdict="upheld", reason="录像", answer="致歉", by=promoted(hall), at=LATER)),
    ("提交报告的人不能复核", lambda hall: complaints.review(
        complaint=objected(hall), verdict="upheld", reason="录像", answer="", by=promoted(hall), at=LATER)),
    ("登记投诉需要", lambda hall: taken_in(hall, hall.clerk, ComplaintChannel.WINDOW)),
    ("登记投诉需要", lambda hall: taken_in(hall, Hall().supervisor, ComplaintChannel.WINDOW)),
    ("只能记为网上来源", lambda hall: taken_in(hall, None, ComplaintChannel.PHONE)),
    ("由被分派的人提交", lambda hall: complaints.report(
        complaint=assigned(hall), text="属实", by=hall.approver, at=LATER)),
    ("由被投诉的人提出", lambda hall: complaints.object_to(
        complaint=decided(hall), text="不是他", by=hall.other_clerk, at=LATER)),
    ("只给处理投诉的督查人员看", lambda hall: complaints.show_contact(
        complaint=received(hall), by=hall.chief, at=LATER)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "act"), NOT_PERMITTED, ids=[f"{n}-{line[0]}" for n, line in enumerate(NOT_PERMITTED)]
)
def test_who_may_not_is_told_who_may(hall: Hall, sentence: str, act: Act) -> None:
    with pytest.raises(NotPermitted, match=sentence):
        act(hall)


def test_a_deed_out_of_its_turn_names_where_the_complaint_stands(hall: Hall) -> None:
    with pytest.raises(Refused, match="不能这样办") as refusal:
        complaints.send_back(complaint=received(hall), note="再查", by=hall.supervisor, at=LATER)
    assert received(hall).get_state_display() in refusal.value.sentence
    assert not isinstance(refusal.value, NotPermitted)


def test_who_drafted_and_lost_the_right_edits_no_more(hall: Hall) -> None:
    row = drafted(hall)
    assert rules.may_edit_bulletin(hall.supervisor, row)
    hall.supervisor.role = Role.CLERK
    assert not rules.may_edit_bulletin(hall.supervisor, row)
