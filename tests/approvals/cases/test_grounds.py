"""The article an official document rests on."""

import json

import pytest

from approvals.cases import actions, grounds
from approvals.cases.enums import DocumentKind
from approvals.cases.models import OfficialDocument
from approvals.catalogue.models import Regime
from hall.privacy import cipher
from tests.builders import Hall, accepted_case, make_item_version, moment

pytestmark = pytest.mark.django_db
LICENSING = "《中华人民共和国行政许可法》"


def regime(code):
    return Regime.objects.get(code=code)


@pytest.mark.parametrize(
    ("kind", "article"),
    [
        (DocumentKind.ACCEPTANCE, "第三十二条第一款第（五）项"),
        (DocumentKind.SUPPLEMENT_NOTICE, "第三十二条第一款第（四）项"),
        (DocumentKind.NOT_REQUIRED, "第三十二条第一款第（一）项"),
        (DocumentKind.REFUSAL, "第三十二条第一款第（二）项"),
        (DocumentKind.EXTENSION_NOTICE, "第四十二条第一款"),
        (DocumentKind.HEARING_NOTICE, "第四十六条、第四十七条"),
        (DocumentKind.DECISION_GRANT, "第三十八条第一款"),
        (DocumentKind.DECISION_DENY, "第三十八条第二款"),
    ],
)
def test_a_licence_rests_on_the_article_of_its_move(kind, article):
    assert grounds.of_document(kind, regime("licensing-law"), {}) == f"{LICENSING}{article}"


def test_a_deemed_acceptance_rests_on_the_silence():
    said = grounds.of_document(DocumentKind.ACCEPTANCE, regime("licensing-law"), {"deemed": True})
    assert said == f"{LICENSING}第三十二条第一款第（四）项"


@pytest.mark.parametrize("kind", [DocumentKind.RECEIPT, DocumentKind.DELIVERY_RECEIPT, DocumentKind.TERMINATION])
def test_other_documents_name_only_what_the_item_names(kind):
    assert grounds.of_document(kind, regime("licensing-law"), {}) == ""


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_without_a_regime_no_article_is_claimed(kind):
    assert grounds.of_document(kind, None, {}) == ""


@pytest.mark.parametrize("kind", [DocumentKind.ACCEPTANCE, DocumentKind.REFUSAL, DocumentKind.DECISION_DENY])
def test_no_licence_does_not_cite_the_licensing_law(kind):
    assert grounds.of_document(kind, Regime(statute="《工伤保险条例》"), {}) == ""


def test_another_statute_has_its_own_article():
    own = Regime(statute="《中华人民共和国市场主体登记管理条例》", extension_article="第十九条")
    said = grounds.of_document(DocumentKind.EXTENSION_NOTICE, own, {})
    assert said == "《中华人民共和国市场主体登记管理条例》第十九条"


def test_an_article_that_names_its_statute_is_not_given_another():
    own = Regime(statute="《核准和备案管理条例》", notice_article="《行政许可法》第三十二条第一款第（四）项")
    said = grounds.of_document(DocumentKind.SUPPLEMENT_NOTICE, own, {})
    assert said == "《行政许可法》第三十二条第一款第（四）项"


def printed_basis(document: OfficialDocument) -> list[str]:
    place = f"cases_officialdocument.content.{document.pk}"
    return json.loads(cipher.decrypt_text(document.snapshot, context=place))["basis"]


def test_a_pause_is_notified_on_its_own_ground():
    hall = Hall()
    case = accepted_case(hall, make_item_version(hall.department))
    at = moment("2026-04-17 15:30")
    actions.pause(case, by=hall.approver, at=at, ground=hall.ground(), notified_days=3, reason="评审")
    paper = case.documents.get(kind=DocumentKind.SPECIAL_PROCEDURE)
    assert printed_basis(paper)[0] == f"{LICENSING}第四十五条"


def test_a_ground_is_printed_before_the_items_statute_and_once():
    hall = Hall()
    paper = accepted_case(hall).documents.get(kind=DocumentKind.ACCEPTANCE)
    assert printed_basis(paper) == [f"{LICENSING}第三十二条第一款第（五）项", f"{LICENSING}第四十二条"]
