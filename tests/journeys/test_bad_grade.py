"""A citizen finds fault with a real case, and everybody does their part until the citizen reads the answer."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from approvals.cases import actions, codes
from hall.ledger import numbers
from hall.rectification.models import Rectification
from tests.builders import make_case

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
ANSWER = "查明窗口没有给材料清单。已经补发清单，并在三个窗口换上新的清单。"


@pytest.fixture
def paper(hall):
    """Number and query code of a case closed an hour ago, as the receipt has them."""
    at = timezone.now() - timedelta(hours=3)
    case = make_case(hall, at=at)
    code = codes.spoken(codes.pending(case, at=at))
    case = actions.accept(case, by=hall.clerk, at=at)
    case = actions.grant(case, by=hall.approver, at=at + timedelta(hours=1))
    actions.deliver(case, by=hall.clerk, at=at + timedelta(hours=2), method="collected")
    return numbers.grouped(case.docket), code


def look_up(citizen, paper):
    citizen.go("/lookup/")
    citizen.type("办件编号", paper[0])
    citizen.type("查询码", paper[1])
    citizen.send("查询")
    assert citizen.width() <= 375


def find_fault(citizen):
    """Signed, with a reason and a telephone number."""
    # The address is the one printed on paper, of the hall's own name; the test's server has another.
    address = citizen.page.get_by_role("link", name="评价这次办事").get_attribute("href")
    citizen.go(urlsplit(address).path)
    citizen.sees("非常满意", "非常不满意", "由您自己决定")
    citizen.tick("非常不满意")
    citizen.send("下一步")
    citizen.sees("您的评价：非常不满意")
    citizen.tick("服务态度生硬")
    citizen.page.get_by_label("想说的话").fill("没有给清单，让我跑了三趟")
    citizen.tick("实名：经办部门可以联系我核实和答复")
    citizen.page.locator("[name=phone]").fill("13800000000")
    citizen.send("提交评价")
    citizen.sees("谢谢，已经收到您的评价", "联系您核实", "由另外的人回访您")


def do(visitor, label, **texts):
    """One deed from the page of the grade, with the keyboard."""
    visitor.enter(visitor.page.get_by_role("link", name=label, exact=True))
    for field, text in texts.items():
        visitor.page.locator(f"[name={field}]").focus()
        visitor.page.keyboard.insert_text(text)
    visitor.no_violations()


def test_a_bad_grade_is_put_right_and_the_citizen_reads_how(hall, enter, paper):
    citizen = enter("citizen", phone=True, script=False)
    chief, supervisor = enter("chief"), enter("supervisor")
    look_up(citizen, paper)
    citizen.sees("已经办结", "请评价", "差评也照样收下")
    find_fault(citizen)

    chief.log_in(hall.chief)
    chief.go("/work/evaluations/rectifications/")
    chief.sees("非常不满意", "实名", "待联系")
    chief.page.keyboard.press("ArrowDown")
    chief.press("Enter")
    chief.sees("没有给清单，让我跑了三趟", "联系评价人", "期限")
    do(chief, "已联系核实", note="上午通话，要求给一份清单。")
    chief.send("已联系核实")
    chief.sees("整改中")
    do(chief, "整改完成", measure="补发清单，三个窗口都换了新的。")
    chief.send("整改完成")
    chief.sees("补发清单，三个窗口都换了新的。", "由没有参与联系和整改的督查人员回访")
    here = chief.path

    look_up(citizen, paper)
    citizen.sees("处理进展", "您在", "评价“非常不满意”")
    supervisor.log_in(hall.supervisor)
    supervisor.go(here)
    do(supervisor, "回访", note="评价人说已经拿到清单。")
    supervisor.tick("满意")
    supervisor.send("回访")
    do(supervisor, "公开答复并办结", answer=ANSWER)
    supervisor.send("公开答复并办结")
    supervisor.sees("公开答复", ANSWER)
    assert Rectification.objects.get().state == "closed"

    look_up(citizen, paper)
    citizen.sees("处理进展", "答复", ANSWER)
    citizen.go("/evaluations/")
    citizen.sees(ANSWER)
    assert paper[0] not in citizen.text
    assert citizen.width() <= 375
