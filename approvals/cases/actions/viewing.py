"""What is done beside the state of a case: files added, hidden data shown, documents printed again. All on record."""

from datetime import datetime

from django.db import transaction

from approvals.cases import attachments, rules
from approvals.cases.enums import OPEN
from approvals.cases.models import Attachment, Case, OfficialDocument
from approvals.catalogue.models import Material
from hall.access.models import User
from hall.access.rules import has_right
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.privacy.detector import personal_kinds


def attach(
    case: Case, *, by: User, at: datetime, content: bytes, material: Material | None = None, label: str = ""
) -> Attachment:
    """Keep one scan or upload, encrypted; its name is the material's, or what the clerk calls it.

    Raises NotPermitted, or Refused for a closed case, a file the hall does not keep, or a name with a person's number.
    """
    if not rules.may(by, "receive_material", case):
        raise NotPermitted(rules.who_may("receive_material"))
    if case.state not in OPEN:
        raise Refused("办件已经办结，不能再上传。")
    if personal_kinds(label):
        raise Refused("名称里不要写证件号、手机号。", field="label")
    kind = attachments.check(content)
    row = Attachment(case=case, material=material, content_type=kind.media_type, uploaded_at=at, uploaded_by=by)
    row.label = (label.strip() or (material.name if material else "其他材料"))[:100]
    try:
        with transaction.atomic():
            attachments.store(row, content)
            row.save(force_insert=True)
            _note(case, "attachment_added", by=by, at=at, label=row.label, sha256=row.sha256)
    except BaseException:
        attachments.discard(row)
        raise
    return row


@transaction.atomic
def unmask(case: Case, *, by: User, at: datetime, reason: str) -> None:
    """Record who asked to see the full data of the parties, and why, before they are shown."""
    if not has_right(by, "unmask"):
        raise NotPermitted("您的角色不能查看完整的证件号和电话。")
    if len(reason.strip()) < 2:
        raise Refused("请写明查看的理由。", field="reason")
    if personal_kinds(reason):
        raise Refused("理由里不要写证件号、手机号。", field="reason")
    _note(case, "unmasked", by=by, at=at, reason=reason.strip())


@transaction.atomic
def note_reprint(document: OfficialDocument, *, by: User, at: datetime) -> None:
    """Record that an issued document was printed again; its bytes stay those of the first time (law 16)."""
    _note(document.case, "document_reprinted", by=by, at=at, document=document.number)


def _note(case: Case, kind: str, *, by: User, at: datetime, **data: str) -> None:
    ledger.append(
        docket=case.docket, kind=f"case.{kind}", center_code=case.center.code, actor=by, occurred_at=at, data=dict(data)
    )
