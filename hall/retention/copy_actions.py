"""Looking for what is known of a person, and giving them the copy. Both leave a trail that names nobody."""

import re
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.exports import actions as exports
from hall.exports.enums import Format
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.privacy.detector import personal_kinds
from hall.privacy.indexes import blind_index
from hall.retention import copies, persons
from hall.retention.copies import TITLE, Kept
from hall.retention.enums import CopyForm, OnBehalf

_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f"\\/:*?<>|]')
MOST_FILES: Final = 300  # a file each for reading and sealing; whoever has more is given them at the desk


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks for what: the number in canonical form, for whom they speak, and by which application."""

    identity: str
    behalf: str
    reason: str


@transaction.atomic
def look(asked: Asked, *, by: User, at: datetime) -> list[Kept]:
    """What is known of the person, for who may see it. That somebody looked is on record even where nothing is found.

    Raises NotPermitted, or Refused for a reason that is missing or names somebody.
    """
    found = _found(asked, by=by, at=at)
    data = {"reason": asked.reason, "behalf": OnBehalf(asked.behalf).label, "count": len(found)}
    ledger.append(docket="", kind="retention.looked", center_code=_code(by), actor=by, occurred_at=at, data=data)
    return found


@transaction.atomic
def give(path: Path, asked: Asked, *, form: CopyForm, by: User, at: datetime) -> int:
    """Write the copy into `path`, with an event for it and one for each record; returns how many records.

    Raises NotPermitted, or Refused where nothing is known, where the reason is missing or names somebody.
    """
    found = _found(asked, by=by, at=at)
    if not found:
        raise Refused("没有查到这个号码的个人信息，没有副本可做。", field="identity")
    if form == CopyForm.ZIP:
        _pack(path, asked, found, by=by, at=at)
    else:
        _write(path, asked, found, form=Format(form), by=by, at=at)
    data = {"behalf": OnBehalf(asked.behalf).label, "reason": asked.reason.strip()}
    ledger.append_many(
        ledger.NewEvent(
            docket=reference, kind="retention.copied", center_code=_code(by), actor=by, occurred_at=at, data=data
        )
        for reference in sorted({one.entry.reference for one in found if one.entry.public})
    )
    return len(found)


def _found(asked: Asked, *, by: User, at: datetime) -> list[Kept]:
    if not has_right(by, "retention.copy"):
        raise NotPermitted("您的角色不能制作个人信息副本。")
    if len(asked.reason.strip()) < 2:
        raise Refused("请写明依据哪份申请。", field="reason")
    if personal_kinds(asked.reason):
        raise Refused("这里不要写证件号、手机号或卡号，请删去。", field="reason")
    person = persons.find(by, blind_index("identity", asked.identity))
    return copies.collect(person, timezone.localdate(at))


def _write(path: Path, asked: Asked, found: list[Kept], *, form: Format, by: User, at: datetime) -> None:
    purpose = f"{OnBehalf(asked.behalf).label}索取，{asked.reason.strip()}"
    exports.take(path, copies.table(found, at=at), form=form, purpose=purpose, by=by, at=at)


def _pack(path: Path, asked: Asked, found: list[Kept], *, by: User, at: datetime) -> None:
    """The copy on paper with every scan and document beside it, under names that say which record they are of."""
    files = [(one.entry.reference, file) for one in found for file in one.entry.files]
    if len(files) > MOST_FILES:
        raise Refused(f"扫描件和文书有 {len(files)} 份，一次放不下。请先做 PDF，文件在办件里逐件打印。", field="form")
    with tempfile.TemporaryDirectory(prefix="copy-") as folder, zipfile.ZipFile(path, "w") as packed:
        paper = Path(folder) / "copy.pdf"
        _write(paper, asked, found, form=Format.PDF, by=by, at=at)
        packed.write(paper, f"{TITLE}.pdf")
        for number, (reference, file) in enumerate(files, 1):
            packed.writestr(f"{reference}/{number:03d}_{_safe(file.name)}", file.read())


def _safe(name: str) -> str:
    """A name that is one name on every system, whatever a clerk called the scan."""
    return _UNSAFE.sub("_", name).strip(". ") or "file"


def _code(by: User) -> str:
    return by.staff.center.code if by.staff else ""
