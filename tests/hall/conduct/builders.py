"""Rows of conduct for tests: a round with one problem, a bulletin, a complaint in any state, a drawn sample."""

import struct
import zlib
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from hall.access.enums import Role
from hall.access.models import User
from hall.conduct.actions import bulletins, complaints, patrols
from hall.conduct.actions.complaints import Said
from hall.conduct.actions.patrols import Seen
from hall.conduct.enums import ComplaintChannel, ComplaintState, Outcome, Place, Severity
from hall.conduct.models import Bulletin, Complaint, Finding, Patrol, PatrolLine, PatrolStop, Rectification
from hall.facts import indicators, sources
from hall.facts.periods import Period, parse
from hall.facts.slices import Slice
from hall.facts.sources import Fact
from hall.organisation.models import Window
from tests.builders import Hall, make_staff, make_user, moment

MONDAY = moment("2026-10-12 09:00")
DAY = timedelta(days=1)


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def at(name: str, **kwargs: Any) -> str:
    return reverse(f"conduct:{name}", kwargs=kwargs)


def second_supervisor(hall: Hall) -> User:
    return make_user(Role.SUPERVISOR, make_staff(center=hall.center))


def begun(hall: Hall, *, windows: tuple[Window, ...] | None = None, at: datetime = MONDAY, **facts: Any) -> Patrol:
    chosen = (hall.window,) if windows is None else windows
    return patrols.start(center=hall.center, chosen=chosen, by=hall.supervisor, at=at, **facts)


def window_stop(patrol: Patrol) -> PatrolStop:
    return patrol.stops.get(window__isnull=False)


def a_line(patrol: Patrol, place: str = Place.WINDOW, number: int = 0) -> PatrolLine:
    return list(patrol.checklist.lines.filter(place=place))[number]


def problem(**facts: Any) -> Seen:
    return Seen(Outcome.PROBLEM, **{"text": "离岗没有去向牌", "severity": Severity.MINOR, "points": 2, **facts})


def found(hall: Hall, *, at: datetime = MONDAY, seen: Seen | None = None) -> Finding:
    """A finished round with one problem at the hall's window."""
    patrol = begun(hall, at=at)
    row = patrols.record(
        stop=window_stop(patrol), line=a_line(patrol), seen=seen or problem(), by=hall.supervisor, at=at
    )
    patrols.finish(patrol=patrol, by=hall.supervisor, at=at)
    row.refresh_from_db()
    return row


def to_rectify(hall: Hall, **facts: Any) -> Rectification:
    return found(hall, **facts).rectification


def answered(hall: Hall, *, at: datetime = MONDAY + DAY, **facts: Any) -> Rectification:
    row = to_rectify(hall, **facts)
    return patrols.answer(rectification=row, text="已摆放去向牌", by=hall.chief, at=at)


def an_indicator(code: str = "test.share", numerator: int = 3, denominator: int | None = 4) -> str:
    """An indicator that always says the same."""
    figure = indicators.Figure(numerator, denominator)
    indicators.register(
        indicators.Indicator(
            code,
            "测试比例",
            "分子比分母。",
            excludes="作废的。",
            source="测试办法第一条",
            compute=lambda *_: figure,
        )
    )
    return code


def drafted(hall: Hall, *, audience: str = "internal", at: datetime = MONDAY, codes: tuple[str, ...] = ()) -> Bulletin:
    return bulletins.draft(
        center=hall.center, audience=audience, period=parse("2026-09"), title="九月情况通报",
        codes=codes or (an_indicator(),), by=hall.supervisor, at=at,
    )  # fmt: skip


def submitted(hall: Hall, **facts: Any) -> Bulletin:
    return bulletins.submit(bulletin=drafted(hall, **facts), by=hall.supervisor, at=MONDAY)


def published(hall: Hall, by: User | None = None, at: datetime = MONDAY, **facts: Any) -> Bulletin:
    row = submitted(hall, **facts)
    return bulletins.publish(bulletin=row, by=by or second_supervisor(hall), at=at)


SAID = Said(text="窗口人员态度生硬，让我跑了三次。", about="3 号窗口", contact_name="李某", contact="13800000000")


def received(hall: Hall, *, at: datetime = MONDAY, said: Said = SAID) -> Complaint:
    row, _ = complaints.receive(
        center=hall.center, said=said, channel=ComplaintChannel.WEB, form_key=uuid4(), by=None, at=at
    )
    return row


def assigned(hall: Hall, *, at: datetime = MONDAY, **facts: Any) -> Complaint:
    row = received(hall, at=at)
    who = {"department": hall.department, "staff": hall.clerk.staff, "investigator": hall.chief.staff, **facts}
    return complaints.accept(complaint=row, by=hall.supervisor, at=at, **who)


def reported(hall: Hall, *, at: datetime = MONDAY, **facts: Any) -> Complaint:
    row = assigned(hall, at=at, **facts)
    return complaints.report(complaint=row, text="调取了录像，情况属实。", by=hall.chief, at=at)


def decided(hall: Hall, *, verdict: str = "upheld", at: datetime = MONDAY, **facts: Any) -> Complaint:
    row = reported(hall, at=at, **facts)
    return complaints.decide(
        complaint=row, verdict=verdict, reason="录像为证", answer="已批评教育，向您道歉。", by=hall.supervisor, at=at
    )


def complaint_in(state: str, hall: Hall) -> Complaint:
    """A complaint in the state."""
    if state == ComplaintState.DECLINED:
        return complaints.decline(complaint=received(hall), answer="请向信访部门反映。", by=hall.supervisor, at=MONDAY)
    builders = {"received": received, "assigned": assigned, "reported": reported, "decided": decided}
    return builders[state](hall)


class Closings:
    """A source of closings with the facts it was given."""

    code, label, definition, options = "cases.closed", "办结", "测试", ()

    def __init__(self, *facts: Fact) -> None:
        self.facts = list(facts)

    def count(self, part: Slice) -> int:
        return len(self.find(part))

    def find(self, part: Slice, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
        inside = [
            fact
            for fact in self.facts
            if part.period.start <= fact.occurred_at < part.period.end and fact.department == part.department
        ]
        return inside[offset:][:limit]

    def standing(self, keys: Any) -> set[str]:
        return {fact.key for fact in self.facts} & set(keys)


def closings(hall: Hall, count: int, *, minutes: int = 60, at: datetime = MONDAY) -> Closings:
    """That many cases closed by the clerk, some minutes apart, announced as the source."""
    source = Closings(
        *(
            Fact(
                key=f"cases.closed:{number}", occurred_at=at + timedelta(minutes=minutes * number),
                text=f"许可{number}", docket=f"{number:024d}", center=hall.center.pk, department=hall.department.pk,
                staff=hall.clerk.staff_id, recorded_at=at + timedelta(minutes=minutes * number + 1),
            )
            for number in range(count)
        )
    )  # fmt: skip
    sources.register(source)
    return source


OCTOBER: Period = parse("2026-10")


def png(**chunks: bytes) -> bytes:
    """A tiny picture with extra chunks by their names."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    extra = b"".join(chunk(name.encode(), data) for name, data in chunks.items())
    return b"\x89PNG\r\n\x1a\n" + head + extra + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    """A file shaped like a JPEG with these segments before its picture."""
    body = b"".join(bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data for marker, data in segments)
    return b"\xff\xd8" + body + b"\xff\xda\x00\x02picture\xff\xd9"


def exif(orientation: int, order: str = ">") -> bytes:
    """An Exif block that names a place and says how the camera was held."""
    mark = b"MM\0*" if order == ">" else b"II*\0"
    entry = struct.pack(order + "HHIHH", 0x0112, 3, 1, orientation, 0)
    return (
        b"Exif\0\0" + mark + struct.pack(order + "IH", 8, 1) + entry + struct.pack(order + "I", 0) + b"GPS 39.9N 119.6E"
    )
