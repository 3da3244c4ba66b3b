"""Issuing official documents: number, snapshot, bytes and hash, fixed at the moment of issue (law 16)."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from approvals.cases import grounds, typesetting
from approvals.cases.enums import DocumentKind, PartyRole
from approvals.cases.models import Case, OfficialDocument, Party
from hall.access.models import User
from hall.facts.errors import Refused
from hall.ledger import actions as ledger
from hall.ledger import numbers
from hall.organisation.queries import installation
from hall.privacy import cipher

# The paper of a receipt carries the query code, which nothing keeps: its bytes are never those printed.
_SET_WHEN_ASKED: Final = frozenset({DocumentKind.RECEIPT})


def letter(
    case: Case, *, on: date, applicant: Party | None = None, demonstration: bool | None = None
) -> dict[str, Any]:
    """What every document of a case says: organ, addressee, item and its legal ground. Numbers come with its issue.

    Who has the applicant and the kind of installation at hand gives them. Raises Refused for a case of another system,
    which comes without its applicant.
    """
    applicant = applicant or case.parties.filter(role=PartyRole.APPLICANT).first()
    if applicant is None:
        raise Refused("这个办件是从原系统导入的，没有申请人，出不了文书。请在原系统出文书，或者作废后重新收件。")
    version = case.version_filed
    return {
        "issued_on": on,
        "organ": case.department.name,
        "center": case.center.name,
        "addressee": applicant.name,
        "item": version.name,
        "item_code": version.item.code,
        "basis": [str(basis) for basis in version.legal_bases.all()],
        "received_on": timezone.localdate(case.received_at),
        "accepted_on": timezone.localdate(case.accepted_at) if case.accepted_at else None,
        "contact": {"place": case.center.name, "address": case.center.address, "phone": case.center.phone},
        "demonstration": installation().demonstration if demonstration is None else demonstration,
    }


def remedies(case: Case) -> dict[str, Any] | None:
    """The ways to object, in the words the item or its regime gives; refusals carry them (行政许可法 art. 38)."""
    text = case.version_filed.remedies or (case.version_filed.regime.remedies if case.version_filed.regime else "")
    return {"text": text} if text else None


def issue(case: Case, kind: DocumentKind, *, by: User | None, at: datetime, **data: Any) -> OfficialDocument:
    """Number, set and keep one document. Runs in the caller's transaction, so a number is burnt only with its act."""
    return issue_letter(letter(case, on=timezone.localdate(at)), case, kind, data, by=by, at=at)


def issue_letter(
    written: dict[str, Any], case: Case, kind: DocumentKind, data: Mapping[str, Any], *, by: User | None, at: datetime
) -> OfficialDocument:
    """The same for a caller who has asked for the `letter` already."""
    on = timezone.localdate(at)
    number = ledger.next_document_no(center=case.center.region6, mark=kind.mark, year=on.year)
    ground = grounds.of_document(kind, case.version_filed.regime, data)
    written["basis"] = list(dict.fromkeys(one for one in (ground, *written["basis"]) if one))
    docket = numbers.grouped(case.docket)
    facts = typesetting.snapshot({**written, "docket": docket, "number": number, **data})
    document = OfficialDocument(
        case=case,
        kind=kind,
        number=number,
        template_version=typesetting.CURRENT_VERSION,
        issued_at=at,
        issued_by=by,
    )
    _keep(document, facts)
    document.save(force_insert=True)
    return document


def _keep(document: OfficialDocument, facts: Mapping[str, Any]) -> None:
    """Snapshot, bytes and hash; a document that is set when asked for is checked now, and hashed by its snapshot."""
    text = json.dumps(facts, ensure_ascii=False)
    document.snapshot = cipher.encrypt(text, context=_place(document))
    if document.kind in _SET_WHEN_ASKED:
        typesetting.require_complete(document.kind, facts)
        document.sha256 = _digest(text.encode())
        return
    content = typesetting.render(document.kind, document.template_version, facts)
    document.content, document.sha256 = cipher.encrypt_bytes(content, context=_place(document)), _digest(content)


def content_of(document: OfficialDocument, **added: str) -> bytes:
    """The bytes as they were issued. Raises ValueError where they no longer match the recorded hash.

    `added` goes on the paper of a document that is set when asked for, and is kept nowhere.
    """
    if document.content is None:
        text = cipher.decrypt_text(document.snapshot, context=_place(document))
        _require_match(document, text.encode())
        return typesetting.render(document.kind, document.template_version, {**json.loads(text), **added})
    content = cipher.decrypt_bytes(document.content, context=_place(document))
    _require_match(document, content)
    return content


def _require_match(document: OfficialDocument, kept: bytes) -> None:
    if _digest(kept) != document.sha256:
        raise ValueError(f"document {document.number} does not match its hash")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _place(document: OfficialDocument) -> str:
    return f"cases_officialdocument.content.{document.pk}"


def void(document: OfficialDocument, *, at: datetime, reason: str, replaced_by: OfficialDocument | None = None) -> None:
    """Mark a document void; it stays readable, and a correction names what replaced it."""
    document.voided_at, document.voided_reason, document.replaced_by = at, reason, replaced_by
    document.save(update_fields=["voided_at", "voided_reason", "replaced_by"])


def lookup_url() -> str:
    """Where the receipt's QR leads: the form, without number or code (law 13)."""
    return f"{settings.PUBLIC_ORIGIN}/lookup/"
