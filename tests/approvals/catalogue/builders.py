"""Rows of the catalogue for its own tests: a draft that passes the gate, and lists to import."""

import io
from typing import Any

from openpyxl import Workbook

from approvals.catalogue.enums import CaseKind, ItemKind, LimitUnit, ServiceTarget
from approvals.catalogue.models import Condition, ItemVersion, LegalBasis, Material, Regime, ServiceItem, StepLimit
from hall.organisation.models import Department
from hall.organisation.tables import Table, read_table
from tests import builders

COLUMNS = ("department", "main_item", "item_name", "item_code", "task_type", "dept_code", "area_code", "source_link")
AREA = "511602000000"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PDF = b"%PDF-1.7\n%%EOF\n"


def make_draft(department: Department | None = None, *, code: str = "DEMO-0001", **facts: Any) -> ItemVersion:
    """A draft with everything the publish gate asks for."""
    name = facts.pop("name", "食品经营许可（新办）")
    item = ServiceItem.objects.create(code=code, name=name, department=department or builders.make_department())
    defaults: dict[str, Any] = {
        "kind": ItemKind.PERMIT,
        "case_kind": CaseKind.PROMISE,
        "target": ServiceTarget.BOTH,
        "regime": Regime.objects.get(code="licensing-law"),
        "statute_count": 20,
        "statute_unit": LimitUnit.WORKDAY,
        "promise_count": 10,
        "promise_unit": LimitUnit.WORKDAY,
        "quantity_limit": "无数量限制",
        "is_free": True,
        "result_name": "食品经营许可证",
        "place": "二楼 12 号窗口",
        "phone": "0335-3000012",
        "complaint": "拨打 12345",
    }
    version = ItemVersion.objects.create(item=item, name=name, **{**defaults, **facts})
    LegalBasis.objects.create(version=version, title="中华人民共和国食品安全法", article="第三十五条", position=1)
    Condition.objects.create(version=version, text="有与经营的食品相适应的场所", position=1)
    for position, (step, days) in enumerate((("审查", 8), ("决定", 2)), start=1):
        StepLimit.objects.create(
            version=version, position=position, name=step, limit_count=days, limit_unit=LimitUnit.WORKDAY
        )
    for position, material in enumerate(("食品经营许可申请书", "营业执照复印件"), start=1):
        Material.objects.create(version=version, position=position, name=material)
    return version


def line(**cells: str) -> dict[str, str]:
    """One line of a list, with an override per column."""
    return {
        "department": "区行政审批局",
        "main_item": "未分类",
        "item_name": "小餐饮登记",
        "item_code": "511Z0001-0001",
        "task_type": "1",
        "dept_code": "68236467-9",
        "area_code": AREA,
        "source_link": "http://example.test/item?code=1",
        **cells,
    }


def csv_of(*lines: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    rows = [",".join(columns), *(",".join(cells.get(column, "") for column in columns) for cells in lines)]
    return "\r\n".join(rows).encode("utf-8-sig")


def xlsx_of(*lines: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(columns)
    for cells in lines:
        sheet.append([cells.get(column, "") for column in columns])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def table_of(*lines: dict[str, str]) -> Table:
    return read_table(io.BytesIO(csv_of(*lines)))
