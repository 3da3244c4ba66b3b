"""The receipt on paper: the stored document plus the query code, which nothing but the paper keeps (law 13)."""

from datetime import datetime

from approvals.cases import codes, papers
from approvals.cases.enums import DocumentKind
from approvals.cases.models import Case, OfficialDocument


def receipt_of(case: Case) -> OfficialDocument | None:
    """The receipt in force, or None for a case that came from another system."""
    return case.documents.filter(kind=DocumentKind.RECEIPT, voided_at__isnull=True).first()


def receipt_bytes(case: Case, at: datetime) -> bytes:
    """The receipt as PDF: with the code while it waits to be printed, afterwards as it was issued.

    Raises OfficialDocument.DoesNotExist for a case without a receipt.
    """
    document = receipt_of(case)
    if document is None:
        raise OfficialDocument.DoesNotExist(f"no receipt for {case.docket}")
    code = codes.pending(case, at=at)
    return papers.content_of(document, query_code=codes.spoken(code)) if code else papers.content_of(document)
