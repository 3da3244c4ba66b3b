"""What the room announces: words of events, recipients of messages, pages of the rail."""

import pytest
from django.conf import settings

from hall.access import navigation
from hall.ledger import kinds
from hall.ledger.models import Event
from hall.outbox import texts
from hall.outbox.models import Message
from hall.rectification import messages, registration, transitions
from tests.builders import Hall, make_staff, make_user
from tests.hall.rectification.builders import appealed, bad, closed

EVENTS = (
    ("rectification.opened", {}, "差评立项整改"),
    ("rectification.contact", {"to": "rectifying"}, "差评联系核实：整改中"),
    ("rectification.attempt", {"to": "contacting"}, "差评联系未果：待联系核实"),
    ("rectification.rectify", {"to": "rectified"}, "差评整改完成：已整改"),
    ("rectification.explain", {"to": "answered"}, "差评答复解释：已答复解释"),
    ("rectification.revisit", {"to": "rectifying"}, "差评回访：整改中"),
    ("rectification.close", {"to": "closed"}, "差评公开答复并办结：办结公开"),
    ("rectification.strike", {"to": "struck"}, "差评剔除：剔除"),
    ("rectification.appealed", {"appeal": "mistaken"}, "差评申诉：误评"),
    ("rectification.appeal_decided", {"appeal": "malicious", "outcome": "upheld"}, "差评申诉裁定：恶意差评，申诉成立"),
    ("rectification.revealed", {"reason": "回访"}, "查看评价人联系电话：理由：回访"),
    ("rectification.late", {"limit": "contact", "due": "2026-04-14"}, "差评逾期：联系核实期限 2026-04-14 已过"),
)


@pytest.mark.parametrize(("kind", "data", "text"), EVENTS)
def test_every_event_reads_as_a_sentence(kind: str, data: dict[str, str], text: str) -> None:
    assert kinds.describe(Event(kind=kind, data=data)) == text


def test_every_line_of_the_table_has_its_event() -> None:
    assert {f"rectification.{line.name}" for line in transitions.TABLE} <= {kind for kind, _, _ in EVENTS}


@pytest.mark.parametrize(("kind", "data", "_text"), EVENTS)
def test_old_data_break_no_timeline(kind: str, data: dict[str, str], _text: str) -> None:
    for name in data:
        assert kinds.describe(Event(kind=kind, data={**data, name: "nonsense"}))
    assert kinds.describe(Event(kind=kind, data={}))


def test_announcing_twice_changes_nothing() -> None:
    registration.announce()
    assert kinds.label_of("rectification.opened") == "差评立项整改"


def test_the_watch_is_in_the_schedule() -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["rectification"]
    assert (entry["task"], entry["schedule"]) == ("hall.rectification.tasks.watch", 300.0)


@pytest.mark.django_db
def test_the_rail_leads_to_grades_rectifications_and_figures() -> None:
    hall = Hall()
    pages = {"评价", "差评整改", "评价指标"}
    for user in hall.everybody():
        labels = {entry.label for entry in navigation.entries_for(user)}
        assert (pages <= labels) is (user.role != "admin"), user.role


@pytest.mark.django_db
def test_every_message_can_be_written_out_and_names_no_person() -> None:
    hall = Hall()
    bad(hall)
    appealed(bad(hall, signed=False), hall.clerk)
    for message in Message.objects.all():
        text = texts.render(template=message.template, docket=message.docket, context=message.context)
        assert "食品经营许可" in text.body
        assert "{{" not in text.title + text.body
        assert "13800000000" not in text.body
        assert hall.clerk.staff.name not in text.body


@pytest.mark.django_db
def test_without_a_named_chief_every_chief_of_the_department_is_told() -> None:
    hall = Hall()
    second = make_user("chief", make_staff(hall.department))
    hall.department.chief_representative = None
    hall.department.save()
    row = bad(hall)
    row.evaluation.department.refresh_from_db()  # type: ignore[union-attr]
    assert messages.leaders_of(row) == [hall.chief, second]


@pytest.mark.django_db
def test_a_disabled_chief_is_not_told() -> None:
    hall = Hall()
    hall.chief.is_active = False
    hall.chief.save()
    assert messages.leaders_of(bad(hall)) == [hall.supervisor]


@pytest.mark.django_db
def test_where_nobody_watches_nobody_is_told_and_nothing_breaks() -> None:
    hall = Hall()
    for user in (hall.chief, hall.supervisor):
        user.is_active = False
        user.save()
    assert messages.leaders_of(bad(hall)) == []


@pytest.mark.django_db
def test_the_trail_of_a_signed_grade_stands_in_order_in_the_ledger() -> None:
    row = closed(Hall())
    docket = row.evaluation.invitation.docket  # type: ignore[union-attr]
    told = list(Event.objects.filter(docket=docket).order_by("id").values_list("kind", flat=True))
    steps = ["opened", "contact", "rectify", "revisit", "close"]
    assert told == ["evaluation.given", *(f"rectification.{name}" for name in steps)]
