"""The demonstration items: regimes first, then every item through draft and publish gate, as a person would."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from approvals.cases import typesetting
from approvals.catalogue import actions
from approvals.catalogue.enums import CaseKind, ItemKind, MaterialNeed
from approvals.catalogue.files import check_file
from approvals.catalogue.models import (
    Condition,
    FeeItem,
    GuideFile,
    ItemVersion,
    LegalBasis,
    Material,
    Part,
    Regime,
    ServiceItem,
    StepLimit,
)
from approvals.demonstration import content
from approvals.demonstration.organisation import Hall

SUPPLEMENT_RULE = "《海港区政务服务中心容缺受理办法》（为演示编写）第四条"
NO_QUANTITY = "无数量限制"
# What a filled sample shows; a number that cannot be anybody's.
SAMPLE = {
    "item": "（填写办事指南上的事项名称）",
    "name": "海港区样例餐饮店",
    "identity_kind": "统一社会信用代码",
    "identity": "按营业执照填写18位",
    "representative": "张样例",
    "phone": "0335-3000000",
    "address": "秦皇岛市海港区演示路1号",
    "proxy": "／",
    "proxy_identity": "／",
    "reason": "本店拟在演示路1号从事餐饮服务，场所和设备已按要求准备，申请办理许可。",
}


@dataclass(frozen=True, slots=True)
class Forms:
    """The general application form, empty and as a filled sample; every item offers the same two files."""

    blank: GuideFile
    sample: GuideFile


def _forms(*, at: datetime) -> Forms:
    head = {"number": "通用格式文本（演示）", "issued_on": at, "organ": "海港区政务服务中心", "demonstration": True}
    version = typesetting.CURRENT_VERSION
    blank = typesetting.render("application_form", version, head)
    sample = typesetting.render("application_form", version, {**head, "filled": SAMPLE})
    return Forms(
        blank=actions.keep_file(check_file("申请书.pdf", blank)),
        sample=actions.keep_file(check_file("申请书填写样例.pdf", sample)),
    )


def load(hall: Hall, *, at: datetime) -> dict[str, ItemVersion]:
    """Publish every item; returns the published version of each item code.

    Raises NotPublishableError where the content would not pass the gate.
    """
    _regimes()
    regimes = {regime.code: regime for regime in Regime.objects.all()}
    given = content.organisation()["center"]
    forms = _forms(at=at)
    return {
        row["code"]: _publish(hall, department, row, regimes, given, forms, at=at)
        for department, row in content.items()
    }


def _regimes() -> None:
    known = set(Regime.objects.values_list("code", flat=True))
    remedies = Regime.objects.get(code="general-service").remedies
    for row in content.regimes():
        if row["code"] not in known:
            grounds = row.pop("ground", [])
            actions.add_regime(grounds=grounds, remedies=remedies, **_flat(row))


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """`statute = {count = 20, unit = "workday"}` as the two columns it stands for."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict) and value.keys() == {"count", "unit"}:
            flat |= {f"{key}_count": value["count"], f"{key}_unit": value["unit"]}
        else:
            flat[key] = value
    return flat


def _publish(
    hall: Hall,
    name: str,
    row: dict[str, Any],
    regimes: dict[str, Regime],
    given: dict[str, Any],
    forms: Forms,
    *,
    at: datetime,
) -> ItemVersion:
    department = hall.departments[name]
    author = hall.chief_of(department)
    version = actions.create_item(
        code=row["code"],
        name=row["name"],
        department=department,
        kind=ItemKind(row["kind"]),
        by=author,
        regime=regimes[row["regime"]],
        place=f"{hall.center.name}，{hall.center.address}",
        hours=given["hours"],
        phone=department.phone,
        complaint=given["complaint"],
        remedies=regimes[row["regime"]].remedies,
        **_columns(row),
    )
    version = actions.save_parts(version, revision=version.revision, kept=_parts(row, forms), by=author)
    return actions.publish(version, by=author, at=at)


def _columns(row: dict[str, Any]) -> dict[str, Any]:
    same = ("case_kind", "target", "summary", "statute", "statute_note", "promise", "promise_note", "supplement")
    result = row["result"]
    return {
        **_flat({key: row[key] for key in same if key in row}),
        "promise_supplement": "supplement" in row,
        "supplement_rule": SUPPLEMENT_RULE if "supplement" in row else "",
        "visits": row.get("visits", "once"),
        "by_online": row.get("online", False),
        "by_post": row.get("post", False),
        "quantity_limit": row.get("quantity", NO_QUANTITY if row["kind"] == ItemKind.PERMIT else ""),
        "is_free": "fees" not in row,
        "result_name": result["name"],
        "result_kind": result["kind"],
        "result_validity": result.get("validity", ""),
    }


def _parts(row: dict[str, Any], forms: Forms) -> list[Part]:
    timed = row["case_kind"] == CaseKind.PROMISE
    return [
        *(LegalBasis(position=n, **basis) for n, basis in enumerate(row["bases"], start=1)),
        *(Condition(position=n, text=text) for n, text in enumerate(row["conditions"], start=1)),
        *(_step(n, step, timed=timed) for n, step in enumerate(row["steps"], start=1)),
        *(
            Material(position=n, **{"need": MaterialNeed.REQUIRED, **_form(n, forms), **material})
            for n, material in enumerate(row["materials"], start=1)
        ),
        *(
            FeeItem(position=n, **{**fee, "amount": Decimal(fee["amount"])})
            for n, fee in enumerate(row.get("fees", ()), start=1)
        ),
    ]


def _form(position: int, forms: Forms) -> dict[str, GuideFile]:
    """The first material of every item is its application."""
    return {"blank_form": forms.blank, "sample": forms.sample} if position == 1 else {}


def _step(position: int, step: dict[str, Any], *, timed: bool) -> StepLimit:
    limit = {f"limit_{key}": step[key] for key in ("count", "unit") if timed and key in step}
    return StepLimit(position=position, name=step["name"], handler=step["handler"], **limit)


def published() -> dict[str, ItemVersion]:
    """The versions in force of the demonstration items, by code."""
    rows = ServiceItem.objects.filter(code__startswith="YS").select_related("current")
    return {row.code: row.current for row in rows if row.current is not None}
