"""What goes from a case when its years of keeping are over, and what stays (P11).

The number, the dates, the clocks and the ledger stay: none of them names a person. A decision says that it had reasons.
"""

from datetime import datetime
from typing import Final

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from approvals.cases import copies
from approvals.cases.enums import CLOSED
from approvals.cases.models import (
    Attachment,
    Case,
    Correction,
    Inspection,
    OfficialDocument,
    Party,
    QueryCode,
    StepRecord,
)
from approvals.catalogue.enums import ItemKind
from hall.retention import kinds
from hall.retention.kinds import Kind

GONE: Final = "（保存期满，已清除）"
_WHAT: Final = "申请人和代理人、材料扫描件、文书正文、查询码、理由和意见"
_ERASES: Final = frozenset(
    {
        "cases_attachment.storage_key",
        "cases_correction.after",
        "cases_correction.before",
        "cases_officialdocument.content",
        "cases_officialdocument.snapshot",
        "cases_party.address",
        "cases_party.contact_name",
        "cases_party.identity",
        "cases_party.legal_representative",
        "cases_party.name",
        "cases_party.phone",
        "cases_querycode.sealed",
    }
)


def announce() -> None:
    """One kind for each kind of item: their years differ. And what a copy for the applicant holds."""
    for kind in ItemKind:
        kinds.register(_kind(kind))
    copies.announce()


def _kind(kind: ItemKind) -> Kind:
    def ended() -> QuerySet[Case]:
        return Case.objects.filter(state__in=CLOSED, version_filed__kind=kind)

    return Kind(f"case_{kind.value}", f"{kind.label}办件", _WHAT, ended, erase, "docket", "closed_at", erases=_ERASES)


def erase(dockets: list[str], at: datetime) -> None:  # noqa: ARG001 - the shape of every eraser
    """Empty everything personal of these cases, in the caller's transaction; files go when it commits."""
    cases = Case.objects.filter(docket__in=dockets)
    of_these = {"case__in": cases}
    Party.objects.filter(**of_these).update(
        name="", name_index="", identity="", identity_index="", legal_representative="", contact_name="", phone="",
        phone_index="", address="",
    )  # fmt: skip
    Correction.objects.filter(**of_these).update(before="", after="")
    OfficialDocument.objects.filter(case__in=cases, content=None).update(snapshot="")
    OfficialDocument.objects.filter(case__in=cases).exclude(content=None).update(snapshot="", content=b"")
    QueryCode.objects.filter(**of_these).delete()
    StepRecord.objects.filter(**of_these).exclude(opinion="").update(opinion=GONE)
    Inspection.objects.filter(**of_these).update(finding=GONE)
    cases.exclude(decision_reason="").update(decision_reason=GONE)
    cases.exclude(closing_reason="").update(closing_reason=GONE)
    cases.exclude(summary="").update(summary="")
    _drop_files(cases)


def _drop_files(cases: QuerySet[Case]) -> None:
    rows = Attachment.objects.filter(case__in=cases)
    names = list(rows.values_list("storage_key", flat=True))
    rows.delete()

    def drop() -> None:
        for name in names:
            default_storage.delete(name)

    transaction.on_commit(drop)
