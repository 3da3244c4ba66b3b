"""What a person complained of, for the copy they may ask for. A complaint without their telephone is nobody's here."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.utils import timezone

from hall.conduct.enums import ComplaintState
from hall.conduct.models import Complaint
from hall.privacy.canonical import half_width
from hall.retention import persons
from hall.retention.persons import Entry, Part, Person

_GIVEN: Final = ("about", "text", "contact_name", "contact", "answer")
_INSIDE: Final = ("report", "returned", "reason", "objection", "review_reason")


def announce() -> None:
    """Tell the room of keeping."""
    covers = frozenset(f"conduct_complaint.{name}" for name in _GIVEN)
    persons.register(Part("complaints", "对工作人员的投诉", covers, entries))
    persons.leave_out(
        "调查、裁定和被投诉人异议的内部文字，讲的是工作人员；结论和答复在副本里",
        [f"conduct_complaint.{name}" for name in _INSIDE],
    )
    persons.leave_out("巡查窗口的照片，不按办事人存", ["conduct_photo.storage_key"])


def entries(person: Person) -> Iterator[Entry]:
    """Complaints that were left with a telephone of theirs. There are few, so each is opened."""
    if not person.phones:
        return
    for row in Complaint.objects.filter(center__in=person.centers).order_by("received_at", "pk"):
        if _numbers(row.contact) & person.phones:
            yield Entry(row.number, tuple(_lines(row)), "complaint", row.center_id, _ended(row))


def _numbers(contact: str) -> set[str]:
    """Every number in what somebody wrote, whatever stands around it."""
    return set(re.findall(r"\d{7,}|0\d{2,3}-\d{7,8}", half_width(contact).replace(" ", ""), re.ASCII))


def _ended(row: Complaint) -> datetime | None:
    over = row.reviewed_at or row.decided_at
    return over or (row.accepted_at if row.state == ComplaintState.DECLINED else None)


def _lines(row: Complaint) -> Iterator[tuple[str, str]]:
    yield "收到时间", f"{timezone.localtime(row.received_at):%Y-%m-%d %H:%M}，{row.get_channel_display()}"
    yield "状态", str(row.get_state_display())
    yield "投诉谁", row.about
    yield "投诉内容", row.text
    yield "姓名", row.contact_name
    yield "联系方式", row.contact
    yield "结论", row.outcome_label
    yield "答复", row.answer
