"""What was charged: recorded as it was, also where it is too much; refused where it cannot be."""

from decimal import Decimal

import pytest

from approvals.cases import actions
from approvals.cases.models import Case, FeeCharged
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.models import FeeItem
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from tests.approvals.cases.acting import as_user, now, post, reviewing, url
from tests.approvals.cases.ways import FRIDAY
from tests.builders import MONDAY, Hall, identity_number, make_case, make_item_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(hall) -> Case:
    """A case of an item that costs ten yuan, and something by a formula."""
    version = make_item_version(hall.department, publish=False)
    FeeItem.objects.create(version=version, position=0, name="工本费", amount=Decimal(10), basis="某规定")
    FeeItem.objects.create(version=version, position=1, name="检测费", standard="按面积计算", basis="某规定")
    version.is_free, version.status, version.published_at = False, VersionStatus.PUBLISHED, MONDAY
    version.save()
    return make_case(hall, version, at=now())


def fee(case: Case, name: str = "工本费") -> FeeItem:
    return case.version_filed.fees.get(name=name)


def charge(hall: Hall, case: Case, amount: str, **facts) -> FeeCharged:
    defaults = {"fee_item": fee(case), "receipt_number": "冀0001", "by": hall.clerk, "at": now()}
    return actions.charge_fee(case, amount=Decimal(amount), **{**defaults, **facts})


def test_it_is_written_down_with_its_event(hall, case):
    row = charge(hall, case, "10")
    assert (row.amount, row.fee_item, row.receipt_number, row.by) == (10, fee(case), "冀0001", hall.clerk)
    data = Event.objects.get(docket=case.docket, kind="case.charge_fee").data
    assert (data["amount"], data["fee"]) == ("10", "工本费")
    after = Case.objects.get(pk=case.pk)
    assert (after.state, after.version) == (case.state, case.version + 1)


def test_more_than_listed_is_written_down_too(hall, case):
    assert charge(hall, case, "99.99").amount == Decimal("99.99")


def test_less_than_listed_needs_a_reason(hall, case):
    with pytest.raises(Refused, match=r"低于标准 10\.00 元") as refusal:
        charge(hall, case, "5")
    assert refusal.value.field == "reduction"
    assert charge(hall, case, "5", reduction="小微企业减半").reduction == "小微企业减半"


def test_a_formula_has_no_least(hall, case):
    assert charge(hall, case, "0", fee_item=fee(case, "检测费")).amount == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"receipt_number": " "}, "receipt_number"), ({"amount": Decimal(-1)}, "amount")],
)
def test_what_cannot_be(hall, case, facts, field):
    with pytest.raises(Refused) as refusal:
        actions.charge_fee(
            case, **{"amount": Decimal(10), "receipt_number": "冀1", "fee_item": fee(case), **facts}, by=hall.clerk,
            at=now(),
        )  # fmt: skip
    assert refusal.value.field == field


def test_a_receipt_is_used_once(hall, case):
    charge(hall, case, "10")
    with pytest.raises(Refused, match="登记过"):
        charge(hall, case, "12")
    assert case.fees.count() == 1


def test_a_fee_of_another_item_is_refused(hall, case):
    other = make_case(hall, at=now())
    with pytest.raises(Refused, match="收费项目"):
        actions.charge_fee(other, amount=Decimal(10), receipt_number="冀9", fee_item=fee(case), by=hall.clerk, at=now())


@pytest.mark.parametrize("who", ["approver", "supervisor", "admin", "auditor"])
def test_only_the_window_charges(hall, case, who):
    with pytest.raises(NotPermitted):
        charge(hall, case, "10", by=getattr(hall, who))


def test_nothing_is_charged_for_a_case_that_is_over(hall, case):
    case = actions.withdraw(case, by=hall.clerk, at=now(), reason="不办了")
    with pytest.raises(Refused, match="登记收费"):
        charge(hall, case, "10")


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_offers_the_fees_of_the_item_and_says_what_follows(hall, case):
    text = as_user(hall.clerk).get(url(case, "charge_fee")).content.decode()
    assert "工本费　10.00 元" in text
    assert "检测费　按面积计算" in text
    assert "高于标准的会列入督查" in text


def test_a_free_item_says_so(hall):
    text = as_user(hall.clerk).get(url(reviewing(hall), "charge_fee")).content.decode()
    assert "这个事项不收费" in text


def test_it_is_sent_and_shown(hall, case):
    sent = {"fee_item": str(fee(case).pk), "amount": "12.50", "receipt_number": "冀0001"}
    assert post(hall.clerk, case, "charge_fee", **sent).status_code == 302
    text = as_user(hall.clerk).get(f"/work/cases/{case.docket}/").content.decode()
    assert "收费 12.50 元（工本费）" in text
    assert "票据号 冀0001" in text


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"amount": "-1"}, "不能小于"),
        ({"amount": "十元"}, "请"),
        ({"amount": "1e99"}, "请"),
        ({"amount": "NaN"}, "请"),
        ({"amount": "1.234"}, "小数"),
        ({"fee_item": "999999"}, "请"),
        ({"fee_item": ""}, "请"),
        ({"receipt_number": ""}, "请"),
        ({"receipt_number": "冀\x00"}, "请"),
        ({"receipt_number": "冀" * 41}, "40"),
        ({"amount": "5"}, "低于标准"),
        ({"amount": "5", "reduction": f"证号 {identity_number(7)}"}, "不要写证件号"),
    ],
)
def test_bad_input_gets_a_sentence(hall, case, sent, sentence):
    whole = {"fee_item": str(fee(case).pk), "amount": "10", "receipt_number": "冀0001", **sent}
    answer = post(hall.clerk, case, "charge_fee", **whole)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not case.fees.exists()


def test_the_demonstration_moment_is_kept(hall):
    """An act at a past moment is written with that moment."""
    case = make_case(hall)
    row = actions.charge_fee(case, amount=Decimal(0), receipt_number="冀1", by=hall.clerk, at=FRIDAY)
    assert row.charged_at == FRIDAY
