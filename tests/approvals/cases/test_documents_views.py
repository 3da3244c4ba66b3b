"""Official documents, receipts with their code, and the arithmetic of deadlines, as the browser gets them."""

import io
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from approvals.cases import actions, codes, papers, receipts
from approvals.cases.enums import DocumentKind
from approvals.cases.models import Case, OfficialDocument
from hall.access.models import User
from hall.facts.errors import NotPermitted
from hall.ledger.models import Event
from tests.builders import Hall, accepted_case, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(hall: Hall) -> Case:
    return accepted_case(hall, at=timezone.now() - timedelta(minutes=3))


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def paper(case: Case, kind: str = DocumentKind.ACCEPTANCE) -> OfficialDocument:
    return case.documents.get(kind=kind)


def url(document: OfficialDocument) -> str:
    return f"/work/documents/{document.pk}/"


def text_of(pdf: bytes) -> str:
    """The text without white space and the invisible places where a long number may break."""
    return re.sub(r"[\s\u200b]", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages))


def test_the_stored_bytes_are_served(hall, case):
    answer = as_user(hall.clerk).get(url(paper(case)))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content == papers.content_of(paper(case))


def test_it_opens_in_the_browser_under_its_number_and_is_not_kept(hall, case):
    answer = as_user(hall.clerk).get(url(paper(case)))
    assert answer["Content-Disposition"].startswith('inline; filename="130302--')
    assert "filename*=UTF-8''130302-%E5%8F%97-" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("who", ["clerk", "approver", "chief", "supervisor", "auditor"])
def test_who_may_see_the_case_may_see_its_papers(hall, case, who):
    assert as_user(getattr(hall, who)).get(url(paper(case))).status_code == 200


def test_others_do_not(hall, case):
    assert as_user(Hall().clerk).get(url(paper(case))).status_code == 404
    assert as_user(hall.admin).get(url(paper(case))).status_code == 403
    assert Client().get(url(paper(case))).status_code == 302


@pytest.mark.parametrize("key", ["0190aaaa-0000-7000-8000-000000000000", "x", "00000000"])
def test_an_unknown_document_is_not_found(hall, key):
    assert as_user(hall.clerk).get(f"/work/documents/{key}/").status_code == 404


def test_looking_writes_nothing_printing_again_does(hall, case):
    before = Event.objects.count()
    as_user(hall.clerk).get(url(paper(case)))
    assert Event.objects.count() == before
    answer = as_user(hall.clerk).post(url(paper(case)))
    event = Event.objects.get(kind="case.document_reprinted")
    assert (answer.status_code, event.data["document"], event.actor) == (302, paper(case).number, hall.clerk)


def test_a_void_document_can_still_be_read(hall, case):
    actions.void(case, by=hall.chief, at=timezone.now(), reason="重复录入")
    assert as_user(hall.clerk).get(url(paper(case))).status_code == 200


# --- the receipt ------------------------------------------------------------------------------------------------------


def test_the_receipt_carries_the_code_until_it_is_printed(hall, case):
    code = codes.pending(case, at=timezone.now())
    answer = as_user(hall.clerk).get(url(paper(case, DocumentKind.RECEIPT)))
    assert code in text_of(answer.content)


def test_afterwards_it_is_the_stored_one(hall, case):
    code = codes.pending(case, at=timezone.now())
    actions.confirm_printed(case, by=hall.clerk, at=timezone.now())
    content = as_user(hall.clerk).get(url(paper(case, DocumentKind.RECEIPT))).content
    assert content == papers.content_of(paper(case, DocumentKind.RECEIPT))
    assert code not in text_of(content)


@pytest.mark.parametrize("who", ["approver", "supervisor", "auditor"])
def test_only_the_filing_window_gets_the_code(hall, case, who):
    content = as_user(getattr(hall, who)).get(url(paper(case, DocumentKind.RECEIPT))).content
    assert codes.pending(case, at=timezone.now()) not in text_of(content)


def test_the_code_is_stored_nowhere_in_the_document(hall, case):
    receipts.receipt_bytes(case, timezone.now())
    row = paper(case, DocumentKind.RECEIPT)
    assert codes.pending(case, at=timezone.now()) not in text_of(papers.content_of(row))


def test_a_code_that_has_expired_is_not_printed(hall, case):
    later = timezone.now() + timedelta(hours=25)
    assert receipts.receipt_bytes(case, later) == papers.content_of(paper(case, DocumentKind.RECEIPT))


def test_a_case_without_a_receipt_says_so(hall, case):
    papers.void(paper(case, DocumentKind.RECEIPT), at=timezone.now(), reason="更正")
    with pytest.raises(OfficialDocument.DoesNotExist):
        receipts.receipt_bytes(case, timezone.now())


def test_a_new_code_is_on_the_next_receipt(hall, case):
    old = codes.pending(case, at=timezone.now())
    actions.renew_code(case, by=hall.clerk, at=timezone.now(), reason="凭证遗失")
    printed = text_of(receipts.receipt_bytes(case, timezone.now()))
    assert old not in printed
    assert codes.pending(case, at=timezone.now()) in printed


def test_an_approver_cannot_renew_the_code(hall, case):
    with pytest.raises(NotPermitted):
        actions.renew_code(case, by=hall.approver, at=timezone.now(), reason="想看进度")


# --- 打印算式 ---------------------------------------------------------------------------------------------------------


def test_the_arithmetic_is_printed_with_its_articles(hall, case):
    answer = as_user(hall.approver).get(f"/work/cases/{case.docket}/clocks/decision/")
    printed = text_of(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "受理当日不计" in printed
    assert "行政许可法" in printed
    assert hall.approver.display_name.replace(" ", "") in printed


def test_a_step_is_printed_by_its_key(hall, case):
    step = case.steps.get().step_id
    base = f"/work/cases/{case.docket}/clocks/step/"
    assert as_user(hall.clerk).get(f"{base}?step={step}").status_code == 200
    assert as_user(hall.clerk).get(base).status_code == 404


@pytest.mark.parametrize("kind", ["delivery", "nonsense", "supplement"])
def test_a_clock_the_case_has_not_is_not_found(hall, case, kind):
    assert as_user(hall.clerk).get(f"/work/cases/{case.docket}/clocks/{kind}/").status_code == 404


def test_the_notice_clock_of_a_fresh_case_is_printed(hall):
    fresh = make_case(hall, at=timezone.now())
    answer = as_user(hall.clerk).get(f"/work/cases/{fresh.docket}/clocks/notice/")
    assert "逾期不告知" in text_of(answer.content)


def test_arithmetic_of_a_foreign_case_is_not_found(case):
    assert as_user(Hall().clerk).get(f"/work/cases/{case.docket}/clocks/decision/").status_code == 404
