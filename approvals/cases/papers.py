"""Issuing official documents: number, snapshot, bytes and hash, fixed at the moment of issue (law 16)."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from approvals.cases import grounds, typesetting
from approvals.cases.enums import DocumentKind, PartyRole
from approvals.cases.models import Case, OfficialDocument
from hall.access.models import User
from hall.facts.errors import Refused
from hall.ledger import actions as ledger
from hall.ledger import numbers
from hall.organisation.queries import installation
from hall.privacy import cipher


def letter(case: Case, *, on: date) -> dict[str, Any]:
    """What every document of a case says: organ, addressee, docket, item and its legal ground.

    Raises Refused for a case of another system, which comes without its applicant.
    """
    applicant = case.parties.filter(role=PartyRole.APPLICANT).first()
    if applicant is None:
        raise Refused("这个办件是从原系统导入的，没有申请人，出不了文书。请在原系统出文书，或者作废后重新收件。")
    version = case.version_filed
    return {
        "issued_on": on,
        "organ": case.department.name,
        "center": case.center.name,
        "addressee": applicant.name,
        "docket": numbers.grouped(case.docket),
        "item": version.name,
        "item_code": version.item.code,
        "basis": [str(basis) for basis in version.legal_bases.all()],
        "received_on": timezone.localdate(case.received_at),
        "accepted_on": timezone.localdate(case.accepted_at) if case.accepted_at else None,
        "contact": {"place": case.center.name, "address": case.center.address, "phone": case.center.phone},
        "demonstration": installation().demonstration,
    }


def remedies(case: Case) -> dict[str, Any] | None:
    """The ways to object, in the words the item or its regime gives; refusals carry them (行政许可法 art. 38)."""
    text = case.version_filed.remedies or (case.version_filed.regime.remedies if case.version_filed.regime else "")
    return {"text": text} if text else None


def issue(case: Case, kind: DocumentKind, *, by: User | None, at: datetime, **data: Any) -> OfficialDocument:
    """Number, set and keep one document. Runs in the caller's transaction, so a number is burnt only with its act."""
    on = timezone.localdate(at)
    number = ledger.next_document_no(center=case.center.region6, mark=kind.mark, year=on.year)
    written = letter(case, on=on)
    ground = grounds.of_document(kind, case.version_filed.regime, data)
    written["basis"] = list(dict.fromkeys(one for one in (ground, *written["basis"]) if one))
    facts = typesetting.snapshot({**written, "number": number, **data})
    content = typesetting.render(kind.value, typesetting.CURRENT_VERSION, facts)
    document = OfficialDocument(
        case=case,
        kind=kind,
        number=number,
        template_version=typesetting.CURRENT_VERSION,
        sha256=hashlib.sha256(content).hexdigest(),
        issued_at=at,
        issued_by=by,
    )
    place = f"cases_officialdocument.content.{document.pk}"
    document.snapshot = cipher.encrypt(json.dumps(facts, ensure_ascii=False), context=place)
    document.content = cipher.encrypt_bytes(content, context=place)
    document.save(force_insert=True)
    return document


def content_of(document: OfficialDocument) -> bytes:
    """The bytes as they were issued. Raises ValueError where they no longer match the recorded hash."""
    place = f"cases_officialdocument.content.{document.pk}"
    content = cipher.decrypt_bytes(document.content, context=place)
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise ValueError(f"document {document.number} does not match its hash")
    return content


def void(document: OfficialDocument, *, at: datetime, reason: str, replaced_by: OfficialDocument | None = None) -> None:
    """Mark a document void; it stays readable, and a correction names what replaced it."""
    document.voided_at, document.voided_reason, document.replaced_by = at, reason, replaced_by
    document.save(update_fields=["voided_at", "voided_reason", "replaced_by"])


def lookup_url() -> str:
    """Where the receipt's QR leads: the form, without number or code (law 13)."""
    return f"{settings.PUBLIC_ORIGIN}/lookup/"
