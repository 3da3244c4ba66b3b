"""The copy of all that is known of a person (个人信息保护法第四十五条), and how long each of it stays (第四十七条)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from hall.exports.tables import Column, Table
from hall.facts import parameters
from hall.facts.models import Setting
from hall.retention.clock import anniversary
from hall.retention.kinds import kind_of
from hall.retention.models import OPEN, Hold
from hall.retention.persons import Entry, Part, Person, parts

TITLE: Final = "个人信息副本"
COLUMNS: Final = (
    Column("part", "类别"),
    Column("reference", "编号"),
    Column("label", "项目"),
    Column("value", "内容"),
)
# What the person is told on the copy and on the page. The law is the 个人信息保护法.
RIGHTS: Final = (
    "依据个人信息保护法第四十五条提供，含本中心和下级中心记着的、按证件号码找得到的全部个人信息。",
    "匿名评价认不出是谁的，不在内；没有留电话的投诉也认不出，可凭投诉编号和查询码查询。",
    "有错的，可以到窗口申请更正（第四十六条），须经两人核对，改动记入办件记录。",
    "保存期限没有满的，依法不能删除，只存不作他用（第四十七条第二款）；满了的，第二天凌晨自动清除。",
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A record with the rule it is kept by. `until` is its last day; None while it has not ended."""

    part: Part
    entry: Entry
    setting: Setting
    until: date | None
    held: bool
    on: date

    @property
    def filled(self) -> int:
        """How many lines the copy has of it."""
        return sum(1 for _, value in self.entry.lines if value)

    @property
    def says(self) -> str:
        """How long it stays and why it cannot be erased before, in one sentence."""
        years = f"{self.setting.value} 年"
        if self.held:
            return f"因诉讼、复议或调查暂停清除；保存期限 {years}"
        if self.until is None:
            return f"还没有办结，办结后保存 {years}，期满自动清除"
        if self.until < self.on:
            return f"已于 {self.until} 期满（{years}），今晚清除"
        return f"保存到 {self.until}（{years}），此前依法不能删除，期满自动清除"


def collect(person: Person, on: date) -> list[Kept]:
    """Every record of every part, each with how long it stays."""
    found = [(part, entry) for part in parts() for entry in part.entries(person)]
    references = {entry.reference for _, entry in found}
    held = set(Hold.objects.filter(OPEN, reference__in=references).values_list("reference", flat=True))
    rules: dict[tuple[str, int], Setting] = {}
    for _, entry in found:
        if (entry.kind, entry.center_id) not in rules:
            name = kind_of(entry.kind).setting
            rules[entry.kind, entry.center_id] = parameters.in_force(name, center=entry.center_id, on=on)
    return [
        _kept(part, entry, rules[entry.kind, entry.center_id], held=entry.reference in held, on=on)
        for part, entry in found
    ]


def _kept(part: Part, entry: Entry, setting: Setting, *, held: bool, on: date) -> Kept:
    until = anniversary(timezone.localdate(entry.ended), setting.value) if entry.ended else None
    return Kept(part, entry, setting, until, held, on)


def table(records: list[Kept], *, at: datetime) -> Table:
    """The copy as a typed table, a line for every fact."""
    notes = (f"截至 {timezone.localtime(at):%Y-%m-%d %H:%M}，共 {len(records)} 项记录。", *RIGHTS)
    return Table(TITLE, COLUMNS, _rows(records), notes, personal=True, filters=None)


def _rows(records: list[Kept]) -> Iterator[tuple[str, str, str, str]]:
    for one in records:
        head = (one.part.label, one.entry.reference)
        yield from ((*head, label, value) for label, value in one.entry.lines if value)
        yield (*head, "保存期限", f"{one.says}。依据：{one.setting.source}")
