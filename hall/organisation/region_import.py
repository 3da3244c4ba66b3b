"""From a table of divisions to regions and their centers: reading and checking. Saving is `actions.import_regions`."""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from hall.organisation.enums import Level
from hall.organisation.models import Region
from hall.organisation.tables import Row, RowError, Table

COLUMNS: Final = ("code", "code12", "name", "level", "parent")
LEVELS: Final = {
    "city": Level.CITY, "county": Level.COUNTY, "township": Level.TOWN, "town": Level.TOWN, "village": Level.VILLAGE,
    "市": Level.CITY, "县": Level.COUNTY, "区": Level.COUNTY, "乡": Level.TOWN, "镇": Level.TOWN, "村": Level.VILLAGE,
}  # fmt: skip
# 四级政务服务体系: what the room of each level is called (DB13/T 2091-2014).
CENTER_SUFFIX: Final = {
    Level.CITY: "政务服务中心",
    Level.COUNTY: "政务服务中心",
    Level.TOWN: "便民服务中心",
    Level.VILLAGE: "便民服务室",
}
_COMMITTEE: Final = re.compile(r"(?:(居|家)(?:民委员|委)|(村)(?:民委员|民委|委))会(?:大|（大）)?\Z")


@dataclass(frozen=True, slots=True)
class RegionRow:
    """One checked line."""

    line: int
    code12: str
    name: str
    level: Level
    parent12: str | None


def center_name(region_name: str, level: Level) -> str:
    """圈里村委会 → 圈里村便民服务室; 海港区 → 海港区政务服务中心."""
    if level is not Level.VILLAGE:
        return region_name + CENTER_SUFFIX[level]
    found = _COMMITTEE.search(region_name)
    place = region_name[: found.start()] if found else region_name
    if found and found.group(2) and not place.endswith("村"):
        place += "村"
    return place + CENTER_SUFFIX[level]


def read_rows(table: Table) -> tuple[list[RegionRow], list[RowError]]:
    """Check every line; parents may stand anywhere in the file or already be known. The list is in order of codes."""
    table.require(*COLUMNS)
    errors: list[RowError] = []
    by_code = {row.get("code"): row.get("code12") for row in table}
    doubled = {code for code, count in Counter(row.get("code12") for row in table).items() if count > 1}
    levels = dict(Region.objects.values_list("code12", "level"))
    levels |= {row.get("code12"): LEVELS[row.get("level")] for row in table if row.get("level") in LEVELS}
    rows: list[RegionRow] = []
    for row in table:
        problems = _problems(row, doubled)
        errors += problems
        if not problems:
            level = LEVELS[row.get("level")]
            parent = _parent(row, level, by_code)
            errors += _parent_problems(row, level, parent and levels.get(parent))
            rows.append(RegionRow(row.line, row.get("code12"), row.get("name"), level, parent))
    return sorted(rows, key=lambda r: r.code12), errors


def _problems(row: Row, doubled: set[str]) -> list[RowError]:
    code12, name = row.get("code12"), row.get("name")
    found = [
        (not re.fullmatch(r"[0-9]{12}", code12), "code12", f"区划代码应为 12 位数字，这里是“{code12}”。"),
        (code12 in doubled, "code12", f"区划代码 {code12} 在文件中出现不止一次。"),
        (not name or len(name) > 80, "name", "名称不能为空，也不能超过 80 字。"),
        (
            row.get("level") not in LEVELS,
            "level",
            f"级别“{row.get('level')}”不认识，应为 city、county、township 或 village。",
        ),
    ]
    return [row.error(column, sentence) for wrong, column, sentence in found if wrong]


def _parent(row: Row, level: Level, by_code: dict[str, str]) -> str | None:
    """The 12-digit code of the parent: by the file's own short code, or by filling it up with zeros."""
    short = row.get("parent")
    return None if level is Level.CITY else by_code.get(short) or short.ljust(12, "0")


def _parent_problems(row: Row, level: Level, parent_level: str | None) -> list[RowError]:
    order = list(Level)
    if level is Level.CITY:
        return []
    if parent_level is None:
        return [row.error("parent", f"上级“{row.get('parent')}”既不在文件里，也没有登记过。")]
    if order.index(Level(parent_level)) >= order.index(level):
        return [row.error("parent", f"上级“{row.get('parent')}”的级别不高于本行。")]
    return []
