"""Taking cases out of the house, with a trail: who, when, for what, how many."""

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from approvals.cases import exchange, workbooks
from approvals.cases.models import Case
from hall.access.models import User
from hall.access.rules import has_right
from hall.exports import clearing_actions as clearing
from hall.exports.clearing_actions import Wanted
from hall.exports.enums import Format
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger

MOST_CASES = 50_000


@transaction.atomic
def export_cases(
    path: Path, *, by: User | None, at: datetime, since: date, until: date, purpose: str, address: str = ""
) -> int:
    """Write the exchange workbook of the cases received in the days given; returns the number of cases.

    `by` None is the machine's own administrator at the command line. Raises NotPermitted, or Refused for no purpose,
    reversed days or too many cases, or SecondNeeded: then `address` is where the file is asked for again.
    """
    if by is not None and not has_right(by, "cases.export"):
        raise NotPermitted("您的角色不能导出办件。")
    if not purpose.strip():
        raise Refused("请写明导出用途。", field="purpose")
    if until < since:
        raise Refused("截止日期不能早于开始日期。", field="until")
    cases = Case.objects.all() if by is None else Case.objects.visible_to(by)
    cases = cases.filter(received_at__date__gte=since, received_at__date__lte=until)
    count = cases.count()
    if count > MOST_CASES:
        raise Refused(f"这段时间有 {count} 件，一次最多导出 {MOST_CASES} 件，请缩短时间。", field="until")
    wanted = Wanted(
        "办件（省级平台数据表）", address, purpose, Format.XLSX.value, count, {"收件": f"{since} 至 {until}"}
    )
    clearance = clearing.admit(wanted, personal=True, by=by, at=at) if by else None
    who = by.display_name if by else "系统管理员（命令行）"
    who += f"（{clearance.decided_by.display_name}批准）" if clearance and clearance.decided_by else ""
    workbooks.write(path, exchange.rows(cases, limit=MOST_CASES), who=who, purpose=purpose, at=at)
    ledger.append(
        docket="",
        kind="case.exported",
        center_code=by.staff.center.code if by and by.staff else "",
        actor=by,
        occurred_at=at,
        data={
            "title": wanted.title,
            "filters": wanted.filters,
            "rows": count,
            "format": wanted.form,
            "reason": purpose,
            **clearing.named_in(clearance),
        },
    )
    return count
