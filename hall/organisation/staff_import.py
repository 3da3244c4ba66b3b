"""From a table of people to staff: reading and checking. Saving is `actions.import_staff`."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from hall.organisation import departure
from hall.organisation.models import PHONE, Center, Department, Staff, Window
from hall.organisation.tables import Row, RowError, Table

MAX_STAFF_ROWS: Final = 5_000
HEADINGS: Final = {
    "工号": "number", "姓名": "name", "中心": "center", "部门": "department", "窗口": "window", "办公电话": "phone",
    "电话": "phone", "工作邮箱": "email", "邮箱": "email", "到岗日期": "joined_on",
}  # fmt: skip
_NUMBER: Final = re.compile(r"[A-Za-z0-9._-]{1,20}\Z")


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One checked line: what the person's row shall say."""

    line: int
    number: str
    name: str
    center: Center
    department: Department | None
    window: Window | None
    phone: str
    email: str
    joined_on: date | None = None
    said: frozenset[str] = frozenset({"department", "window", "phone", "email"})

    def differs_from(self, staff: Staff) -> bool:
        """Whether saving would change anything."""
        return any(getattr(staff, name) != value for name, value in self.values_for(staff).items())

    def values_for(self, staff: Staff) -> dict[str, object]:
        """The fields as the model names them, without those of columns the table does not have (`said`).

        An empty cell empties the field; a missing column says nothing. Who moves to another center leaves department
        and window behind all the same: they are places of the old one.
        """
        moved = staff.center_id != self.center.pk
        given: dict[str, object] = {"name": self.name, "center_id": self.center.pk}
        if moved or "department" in self.said:
            given["department_id"] = self.department.pk if self.department else None
        if moved or "window" in self.said:
            given["window_id"] = self.window.pk if self.window else None
        return given | {name: getattr(self, name) for name in ("phone", "email", "joined_on") if name in self.said}


class Places:
    """Centers, departments and windows the importer may write to, found by the words of a table."""

    def __init__(self, centers: QuerySet[Center]) -> None:
        self._centers: dict[str, list[Center]] = {}
        for center in centers.only("pk", "name", "region6", "center_no"):
            self._centers.setdefault(center.name, []).append(center)
            self._centers.setdefault(center.code, []).append(center)
        self._departments = {(d.center_id, d.name): d for d in Department.objects.filter(center__in=centers)}
        self._windows = {(w.center_id, w.number): w for w in Window.objects.filter(center__in=centers)}

    def center(self, words: str) -> Center | str:
        """By name or ten-digit number; a sentence where there is none or more than one."""
        found = self._centers.get(words, [])
        if len(found) == 1:
            return found[0]
        if found:
            return f"有 {len(found)} 个中心叫“{words}”，请写 10 位中心编号。"
        return f"没有叫“{words}”的中心，或它不在您的管理范围内。"

    def department(self, center: Center, name: str) -> Department | None:
        return self._departments.get((center.pk, name))

    def window(self, center: Center, number: str) -> Window | None:
        return self._windows.get((center.pk, number))


def read_rows(table: Table, centers: QuerySet[Center]) -> tuple[list[StaffRow], list[RowError]]:
    """Check every line against what exists. Raises TableError where a column is missing."""
    table.require("工号", "姓名", "中心")
    table = table.renamed(HEADINGS)
    places = Places(centers)
    doubled = {number for number, count in Counter(row.get("number") for row in table).items() if count > 1}
    elsewhere = set(
        Staff.objects.filter(number__in=[row.get("number") for row in table])
        .exclude(center__in=centers)
        .values_list("number", flat=True)
    )
    known = {person.number: person for person in Staff.objects.filter(number__in=[r.get("number") for r in table])}
    rows: list[StaffRow] = []
    errors: list[RowError] = []
    for row in table:
        problems = [*_plain_problems(row, doubled), *_elsewhere(row, elsewhere)]
        placed = _placed(row, places)
        if isinstance(placed, StaffRow) and not problems:
            problems = _tied(row, placed, known.get(placed.number))
        if isinstance(placed, StaffRow) and not problems:
            rows.append(placed)
        errors += problems + (placed if isinstance(placed, list) else [])
    return rows, errors


def _plain_problems(row: Row, doubled: Iterable[str]) -> list[RowError]:
    number, name = row.get("number"), row.get("name")
    found = [
        (not _NUMBER.match(number), "工号", "工号为 1 到 20 位字母、数字、点、横线，不能为空。"),
        (number in doubled, "工号", f"工号 {number} 在文件中出现不止一次。"),
        (not name or len(name) > 50, "姓名", "姓名不能为空，也不能超过 50 字。"),
        (not _valid(PHONE, row.get("phone")), "办公电话", "电话只能写数字、空格、横线和“转”字。"),
        (not _valid(validate_email, row.get("email")), "工作邮箱", "邮箱地址不完整。"),
        (not _valid(_day, row.get("joined_on")), "到岗日期", "到岗日期请写成 2026-10-20 这样。"),
    ]
    return [row.error(column, sentence) for wrong, column, sentence in found if wrong]


def _elsewhere(row: Row, elsewhere: set[str]) -> list[RowError]:
    if row.get("number") not in elsewhere:
        return []
    return [row.error("工号", "这个工号属于您管理范围以外的中心。")]


def _tied(row: Row, placed: StaffRow, person: Staff | None) -> list[RowError]:
    """Who moves to another center or department leaves the old one: posts and open cases are handed over first."""
    if person is None:
        return []
    wanted = placed.values_for(person)
    now = {name: getattr(person, name) for name in ("center_id", "department_id")}
    moved = {name for name, place in now.items() if wanted.get(name, place) != place}
    column = "中心" if "center_id" in moved else "部门"
    return [row.error(column, sentence) for sentence in departure.obstacles(person)] if moved else []


def _day(words: str) -> date:
    """A day as people type it, or as a workbook keeps it (with a time of nought behind). Raises ValidationError."""
    try:
        return date.fromisoformat(words.strip()[:10])
    except ValueError as wrong:
        raise ValidationError("不是日期") from wrong


def _valid(validator: object, value: str) -> bool:
    try:
        if value:
            validator(value)  # type: ignore[operator]
    except ValidationError:
        return False
    return True


def _placed(row: Row, places: Places) -> StaffRow | list[RowError]:
    center = places.center(row.get("center"))
    if isinstance(center, str):
        return [row.error("中心", center)]
    department = places.department(center, row.get("department"))
    window = places.window(center, row.get("window"))
    errors = []
    if row.get("department") and department is None:
        errors.append(row.error("部门", f"{center.name}没有“{row.get('department')}”。"))
    if row.get("window") and window is None:
        errors.append(row.error("窗口", f"{center.name}没有 {row.get('window')} 号窗口。"))
    if errors:
        return errors
    words = {name: row.get(name) for name in ("number", "name", "phone", "email")}
    said = frozenset(name for name in ("department", "window", "phone", "email", "joined_on") if name in row.cells)
    joined = _day(row.get("joined_on")) if _valid(_day, row.get("joined_on")) and row.get("joined_on") else None
    return StaffRow(
        line=row.line, center=center, department=department, window=window, joined_on=joined, said=said, **words
    )
