"""Issued documents: gapless series, sealed at rest, never changed, void with a reason (laws 13 and 16)."""

import hashlib
import json
import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from approvals.cases import actions, papers, receipts
from approvals.cases.enums import DocumentKind
from approvals.cases.models import Case, OfficialDocument
from hall.facts.errors import Refused
from hall.ledger import numbers
from hall.ledger.models import Event
from hall.privacy import cipher
from hall.privacy.cipher import DecryptionFailed
from tests.approvals.cases.ways import FRIDAY, WAYS, voided
from tests.builders import MONDAY, Hall, accepted_case, make_case, moment, person

pytestmark = pytest.mark.django_db
NAME, IDENTITY, PHONE = "欧阳测试", "130302199003070012", "13812345678"


@pytest.fixture(scope="module")
def case(house: Hall) -> Case:
    return accepted_case(house, applicant=person(NAME, identity=IDENTITY, phone=PHONE))


@pytest.fixture
def paper(case: Case) -> OfficialDocument:
    return case.documents.get(kind=DocumentKind.ACCEPTANCE)


def termination(case: Case, at=FRIDAY) -> OfficialDocument:
    return papers.issue(
        case, DocumentKind.TERMINATION, by=None, at=at, ground="withdrawn", ended_on=at.date(), reason="试"
    )


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_a_number_names_region_kind_year_and_serial(paper):
    assert re.fullmatch(r"130302-受-2026-\d{5}", paper.number)


def test_every_kind_has_its_own_mark():
    marks = [kind.mark for kind in DocumentKind]
    assert len(set(marks)) == len(marks)
    assert all(re.fullmatch(r"[\u4e00-\u9fff]{1,3}", mark) for mark in marks)


def test_a_series_has_no_gap(case):
    serials = [int(termination(case).number[-5:]) for _ in range(5)]
    assert serials == list(range(serials[0], serials[0] + 5))


def test_each_kind_counts_for_itself(house, case):
    ended = termination(case)
    receipt = make_case(house).documents.get(kind=DocumentKind.RECEIPT)
    assert (ended.number[:9], receipt.number[:9]) == ("130302-终-", "130302-收-")
    assert ended.number[-5:] == "00001"


@pytest.mark.parametrize(
    ("at", "year"),
    [("2026-12-31 23:59:59", "2026"), ("2027-01-01 00:00:00", "2027"), ("2027-01-01 07:59:59", "2027")],
)
def test_the_year_is_the_beijing_year(case, at, year):
    assert f"-{year}-" in termination(case, moment(at)).number


def test_a_new_year_begins_with_one(case):
    termination(case)
    assert termination(case, moment("2027-01-04 09:00")).number == "130302-终-2027-00001"


def test_an_act_that_fails_burns_no_number(house, case):
    before = int(termination(case).number[-5:])
    savepoint = transaction.savepoint()
    termination(case)
    transaction.savepoint_rollback(savepoint)
    assert int(termination(case).number[-5:]) == before + 1


def test_a_refused_move_issues_nothing(house, case):
    with pytest.raises(Refused):
        actions.deny(case, by=house.approver, at=FRIDAY, reason="")
    assert not case.documents.filter(kind=DocumentKind.DECISION_DENY).exists()


# --- at rest ---------------------------------------------------------------------------------------------------------


def raw(document: OfficialDocument) -> str:
    """Every column of the row as the database file holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_officialdocument WHERE id = %s", [document.pk])
        [row] = cursor.fetchall()
    return " ".join(bytes(c).decode("latin-1") if isinstance(c, memoryview) else str(c) for c in row)


@pytest.mark.parametrize("secret", [NAME, IDENTITY, PHONE, "%PDF", "addressee", "申请"])
def test_the_row_holds_no_plain_text(paper, secret):
    assert secret not in raw(paper)


def test_the_snapshot_opens_to_what_was_printed(case, paper):
    place = f"cases_officialdocument.content.{paper.pk}"
    facts = json.loads(cipher.decrypt_text(paper.snapshot, context=place))
    assert (facts["addressee"], facts["number"], facts["accepted_on"]) == (NAME, paper.number, "2026-04-13")


def test_the_hash_is_that_of_the_bytes(paper):
    assert hashlib.sha256(papers.content_of(paper)).hexdigest() == paper.sha256


def test_a_reprint_is_equal_to_the_byte(case, paper):
    again = OfficialDocument.objects.get(pk=paper.pk)
    assert papers.content_of(paper) == papers.content_of(again)


def test_the_snapshot_sets_the_same_bytes_again(case, paper):
    """What was kept is enough to print it anew, should the bytes ever be lost."""
    place = f"cases_officialdocument.content.{paper.pk}"
    facts = json.loads(cipher.decrypt_text(paper.snapshot, context=place))
    assert papers.typesetting.render(paper.kind, paper.template_version, facts) == papers.content_of(paper)


def test_a_later_correction_of_the_name_leaves_the_paper(house, case, paper):
    before = papers.content_of(paper)
    case.parties.update(legal_representative="")
    party = case.parties.get()
    party.name = "改过的名字"
    party.save()
    assert papers.content_of(OfficialDocument.objects.get(pk=paper.pk)) == before


def flipped(envelope: bytes) -> bytes:
    return envelope[:-1] + bytes([envelope[-1] ^ 1])


def test_one_changed_byte_is_noticed(paper):
    paper.content = flipped(bytes(paper.content))
    with pytest.raises(DecryptionFailed):
        papers.content_of(paper)


def test_the_bytes_of_another_document_are_noticed(case, paper):
    paper.content = bytes(termination(case).content)
    with pytest.raises(DecryptionFailed):
        papers.content_of(paper)


def test_forged_bytes_under_the_right_key_are_noticed(paper):
    """Whoever holds the key still cannot change a paper unseen: the hash was fixed at issue."""
    paper.content = cipher.encrypt_bytes(b"%PDF forged", context=f"cases_officialdocument.content.{paper.pk}")
    with pytest.raises(ValueError, match=paper.number):
        papers.content_of(paper)


def test_two_papers_of_one_text_are_sealed_differently(case):
    one, other = termination(case), termination(case)
    assert bytes(one.content)[:64] != bytes(other.content)[:64]


# --- never edited, only voided ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", "130302-受-2026-99999"),
        ("kind", "refusal"),
        ("sha256", "0" * 64),
        ("template_version", 2),
        ("issued_at", MONDAY - timedelta(days=1)),
    ],
)
def test_the_database_refuses_an_edit(paper, column, value):
    with pytest.raises(DatabaseError, match="stays as it was issued"), transaction.atomic():
        OfficialDocument.objects.filter(pk=paper.pk).update(**{column: value})


def test_the_database_refuses_to_delete(paper):
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        OfficialDocument.objects.filter(pk=paper.pk).delete()


def test_a_void_paper_stays_readable_with_its_reason(case, paper):
    before = papers.content_of(paper)
    papers.void(paper, at=FRIDAY, reason="日期写错")
    row = OfficialDocument.objects.get(pk=paper.pk)
    assert (row.voided_at, row.voided_reason, papers.content_of(row)) == (FRIDAY, "日期写错", before)


def test_a_correction_names_what_replaced_it(case, paper):
    new = termination(case)
    papers.void(paper, at=FRIDAY, reason="日期写错", replaced_by=new)
    assert new.replaces == paper


def test_a_void_paper_is_not_revived(case, paper):
    papers.void(paper, at=FRIDAY, reason="日期写错")
    with pytest.raises(DatabaseError), transaction.atomic():
        OfficialDocument.objects.filter(pk=paper.pk).update(voided_at=None, voided_reason="")


def test_a_void_case_voids_every_paper_with_the_reason(house):
    case = voided(house)
    reasons = set(case.documents.values_list("voided_reason", flat=True))
    assert reasons == {"办件作废：重复录入"}


# --- what every letter says ------------------------------------------------------------------------------------------


def test_the_letter_names_organ_item_and_basis(house, case):
    letter = papers.letter(case, on=FRIDAY.date())
    assert (letter["organ"], letter["center"]) == ("行政审批局", house.center.name)
    assert letter["basis"] == ["《中华人民共和国行政许可法》第四十二条"]
    assert letter["item_code"] == case.version_filed.item.code


def test_a_document_groups_the_docket(case, paper):
    place = f"cases_officialdocument.content.{paper.pk}"
    facts = json.loads(cipher.decrypt_text(paper.snapshot, context=place))
    assert facts["docket"] == numbers.grouped(case.docket) != case.docket


def test_before_acceptance_there_is_no_acceptance_day(house):
    assert papers.letter(make_case(house), on=FRIDAY.date())["accepted_on"] is None


def test_days_of_the_letter_are_beijing_days(house):
    case = make_case(house, at=moment("2026-04-13 00:30"))
    assert papers.letter(case, on=FRIDAY.date())["received_on"].isoformat() == "2026-04-13"


def test_remedies_are_the_items_own_words(case):
    assert papers.remedies(case) == {"text": case.version_filed.remedies}


def test_without_words_of_its_own_the_regimes_hold(case):
    case.version_filed.remedies = ""
    assert "六个月内向人民法院提起行政诉讼" in papers.remedies(case)["text"]


def test_without_any_there_are_none(case):
    case.version_filed.remedies, case.version_filed.regime = "", None
    assert papers.remedies(case) is None


def test_the_qr_leads_to_the_form_without_number_or_code(settings, case):
    settings.PUBLIC_ORIGIN = "https://hall.example"
    assert papers.lookup_url() == "https://hall.example/lookup/"


def test_every_act_with_a_document_names_it_in_its_event(house):
    """The number in the ledger is the number on the paper."""
    for state in ("granted", "denied", "refused", "not_required", "returned", "withdrawn"):
        case = WAYS[state](house)
        event = Event.objects.filter(docket=case.docket).order_by("id").last()
        assert case.documents.filter(number=event.data["document"]).exists(), state


# --- the receipt and its code ----------------------------------------------------------------------------------------


def test_the_stored_receipt_has_no_code_the_paper_has(house):
    case = make_case(house)
    stored = papers.content_of(receipts.receipt_of(case))
    assert receipts.receipt_bytes(case, MONDAY) != stored


def test_once_printed_the_receipt_is_the_stored_one(house):
    case = make_case(house)
    actions.confirm_printed(case, by=house.clerk, at=MONDAY)
    assert receipts.receipt_bytes(case, MONDAY) == papers.content_of(receipts.receipt_of(case))


def test_a_case_without_receipt_says_so(house):
    case = make_case(house)
    papers.void(receipts.receipt_of(case), at=MONDAY, reason="重开")
    with pytest.raises(OfficialDocument.DoesNotExist):
        receipts.receipt_bytes(case, MONDAY)


# --- a receipt is set when asked for ---------------------------------------------------------------------------------


def test_a_receipt_keeps_its_snapshot_and_no_bytes(house):
    receipt = make_case(house).documents.get(kind=DocumentKind.RECEIPT)
    text = cipher.decrypt_text(receipt.snapshot, context=f"cases_officialdocument.content.{receipt.pk}")
    assert receipt.content is None
    assert receipt.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_receipt_is_the_same_to_the_byte_each_time_it_is_set(house):
    receipt = make_case(house).documents.get(kind=DocumentKind.RECEIPT)
    assert papers.content_of(receipt) == papers.content_of(OfficialDocument.objects.get(pk=receipt.pk))


def test_a_receipts_exchanged_snapshot_is_noticed(house):
    receipt = make_case(house).documents.get(kind=DocumentKind.RECEIPT)
    receipt.snapshot = cipher.encrypt("{}", context=f"cases_officialdocument.content.{receipt.pk}")
    with pytest.raises(ValueError, match="does not match"):
        papers.content_of(receipt)


def test_every_other_document_must_keep_its_bytes(paper):
    with pytest.raises(DatabaseError, match="document_keeps_its_bytes"), transaction.atomic():
        OfficialDocument.objects.filter(pk=paper.pk).update(content=None)
