"""Taking a list out of the house: a purpose, a mark on the file, an event in the ledger."""

import itertools
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.exports import clearing_actions as clearing
from hall.exports import paper, trail, workbook
from hall.exports.chosen import kept
from hall.exports.clearing_actions import Wanted
from hall.exports.enums import Format
from hall.exports.tables import Table
from hall.facts.errors import Refused
from hall.ledger import actions as ledger

# A printed list longer than this is no list any more, and setting it takes seconds.
MOST_PRINTED: Final = 5_000


@transaction.atomic
def take(
    path: Path, table: Table, *, form: Format, purpose: str, by: User, at: datetime, address: str = ""
) -> int:  # fmt: skip
    """Write the file and the event; returns how many rows. Raises Refused for no purpose or too many rows, and
    SecondNeeded where one person alone may not take so many people out.

    The view has checked the right and built the table from what the person may see; `address` is where it was asked.
    """
    if not purpose.strip():
        raise Refused("请写明导出用途。", field="purpose")
    most = min(table.most, MOST_PRINTED) if form == Format.PDF else table.most
    rows = list(itertools.islice(table.rows, most + 1))
    if len(rows) > most:
        raise Refused(f"超过 {most} 行，{form.label}一次放不下，请缩小范围。", field="form")
    narrowed = kept(table.filters or ())
    wanted = Wanted(table.title, address, purpose, form.value, len(rows), narrowed)
    clearance = clearing.admit(wanted, personal=table.personal, by=by, at=at)
    stamp = f"{by.display_name} {timezone.localtime(at):%Y-%m-%d %H:%M}"
    mark = f"{stamp} 导出，用途：{purpose}。"
    mark += "含个人信息，按规定保管。" if table.personal else ""
    mark += f"{clearance.decided_by.display_name}批准。" if clearance and clearance.decided_by else ""
    center = by.staff.center if by.staff else None
    if form == Format.PDF:
        path.write_bytes(paper.render(table, rows, mark=mark, stamp=stamp, center=center.name if center else ""))
    else:
        workbook.write(path, table, rows, mark=mark)
    data = {"title": table.title, "rows": len(rows), "format": form.value, "reason": purpose, "filters": narrowed}
    ledger.append(
        docket="",
        kind=trail.TAKEN,
        center_code=table.center_code or (center.code if center else ""),
        actor=by,
        occurred_at=at,
        data={**data, **clearing.named_in(clearance)},
    )
    return len(rows)
