"""From a table of items to drafts: reading and checking. Saving is `actions.import_items`.

The columns are those of the provincial catalogues; a person may also write the Chinese headings.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from approvals.catalogue.enums import TASK_TYPES, ItemKind
from approvals.catalogue.models.item import ITEM_CODE, is_item_code
from hall.organisation.tables import Row, RowError, Table

REQUIRED: Final = ("department", "item_name", "item_code", "task_type", "area_code")
HEADINGS: Final = {
    "部门": "department", "实施部门": "department", "部门名称": "department",
    "主项名称": "main_item", "主项": "main_item",
    "事项名称": "item_name", "事项编码": "item_code", "实施编码": "item_code",
    "事项类型": "task_type", "部门编码": "dept_code", "部门代码": "dept_code",
    "区划代码": "area_code", "地区代码": "area_code", "来源链接": "source_link",
}  # fmt: skip
LONGEST: Final = {
    "department": ("部门名称", 100), "item_name": ("事项名称", 200),
    "dept_code": ("部门编码", 40), "main_item": ("主项名称", 200), "source_link": ("来源链接", 600),
}  # fmt: skip
KINDS: Final[dict[str, ItemKind]] = {
    **TASK_TYPES,
    **{f"{int(code):02d}": kind for code, kind in TASK_TYPES.items()},
    **{str(kind.label): kind for kind in ItemKind},
    **{str(kind.label).removeprefix("行政"): kind for kind in ItemKind},
}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One checked line. `area` is the 12-digit division code; `department_code` is kept exactly as given."""

    line: int
    code: str
    name: str
    kind: ItemKind
    department: str
    department_code: str
    area: str
    main_item: str = ""
    source_link: str = ""

    @property
    def home(self) -> tuple[str, str]:
        """Departments are matched by area and name: one name carries several codes."""
        return self.area, self.department


@dataclass(frozen=True, slots=True)
class ItemImport:
    """What an import did or would do; `errors` is only filled by a dry run."""

    new: list[ItemRow] = field(default_factory=list)
    known: list[ItemRow] = field(default_factory=list)
    departments: int = 0
    new_departments: tuple[str, ...] = ()
    new_areas: tuple[str, ...] = ()
    errors: tuple[RowError, ...] = ()

    @property
    def total(self) -> int:
        return len(self.new) + len(self.known)


def read_rows(table: Table) -> tuple[list[ItemRow], list[RowError]]:
    """Check every line by itself and against the others; nothing here touches the database.

    Raises TableError where a column is missing.
    """
    table = table.renamed(HEADINGS)
    table.require(*REQUIRED)
    errors: list[RowError] = []
    rows: list[ItemRow] = []
    first_line: dict[str, int] = {}
    for row in table:
        problems = list(_problems(row))
        code = row.get("item_code")
        if code and code in first_line:
            problems.append(row.error("item_code", f"事项编码“{code}”与第 {first_line[code]} 行重复。"))
        first_line.setdefault(code, row.line)
        errors += problems
        if not problems:
            rows.append(_checked(row))
    if not len(table):
        errors.append(RowError(1, "", "表里只有表头，没有一个事项。"))
    return rows, errors


def _problems(row: Row) -> Iterable[RowError]:
    for column in REQUIRED:
        if not row.get(column):
            yield row.error(column, "没有填写。")
    for column, (label, longest) in LONGEST.items():
        length = len(row.get(column))
        if length > longest:
            yield row.error(column, f"{label}有 {length} 字，最多 {longest} 字。")
    yield from _malformed(row)


def _malformed(row: Row) -> Iterable[RowError]:
    """Cells that say something, but not in the form it must have."""
    code, kind, area, link = (row.get(name) for name in ("item_code", "task_type", "area_code", "source_link"))
    if code and not is_item_code(code):
        yield row.error("item_code", str(ITEM_CODE.message))
    if kind and kind not in KINDS:
        known = "、".join(TASK_TYPES)
        yield row.error("task_type", f"事项类型“{kind[:20]}”不认识，应为 {known} 之一或它的名称。")
    if area and not (len(area) == 12 and area.isascii() and area.isdigit()):
        yield row.error("area_code", f"区划代码应为 12 位数字，这里是“{area[:20]}”。")
    if link and not _is_web_address(link):
        yield row.error("source_link", "来源链接应以 http:// 或 https:// 开头。")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and not any(char.isspace() for char in text)


def _checked(row: Row) -> ItemRow:
    return ItemRow(
        line=row.line,
        code=row.get("item_code"),
        name=row.get("item_name"),
        kind=KINDS[row.get("task_type")],
        department=row.get("department"),
        department_code=row.get("dept_code"),
        area=row.get("area_code"),
        main_item=row.get("main_item"),
        source_link=row.get("source_link"),
    )
