"""A round with a telephone in the hand, and a complaint about staff from its first word to its answer."""

import pytest

from hall.conduct.models import Finding
from tests.hall.conduct.builders import png

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def take_photo(visitor):
    picture = {"name": "desk.png", "mimeType": "image/png", "buffer": png()}
    visitor.page.locator("[name=photo]").set_input_files(picture)


def walk(supervisor, hall):
    """One window, one line of its list that is not as it should be, and the end of the round."""
    supervisor.go("/supervision/patrols/")
    supervisor.sees("巡查")
    supervisor.go("/supervision/patrols/new/")
    supervisor.page.locator("[name=drawn]").fill("0")
    supervisor.page.get_by_label(hall.window.name).check()
    supervisor.no_violations()
    supervisor.send("开始")
    supervisor.sees("进行中", hall.window.name)
    supervisor.enter(supervisor.page.get_by_role("link", name=hall.window.name))
    supervisor.sees("点一下就保存")
    supervisor.enter(supervisor.page.get_by_role("button", name="正常", exact=True).first)
    supervisor.sees("正常")
    assert supervisor.width() <= 375
    supervisor.enter(supervisor.page.get_by_role("link", name="有问题", exact=True).first)
    supervisor.page.get_by_label("看到的情况").fill("离岗，没有放去向牌")
    supervisor.tick("一般")
    take_photo(supervisor)
    supervisor.no_violations()
    supervisor.send("记下问题")
    supervisor.sees("离岗，没有放去向牌", "照片")
    supervisor.enter(supervisor.page.get_by_role("link", name="这次巡查"))
    supervisor.sees("问题 1", "结束巡查后发出")
    supervisor.send("结束巡查，把问题发给责任部门")
    supervisor.sees("已结束", "待整改")
    assert supervisor.width() <= 375


def test_a_patrol_on_a_telephone_is_put_right_and_looked_at_again(hall, enter):
    supervisor, chief = enter("supervisor", phone=True), enter("chief")
    supervisor.log_in(hall.supervisor)
    walk(supervisor, hall)
    assert Finding.objects.get(outcome="problem").photo_id

    chief.log_in(hall.chief)
    chief.go("/supervision/rectifications/")
    chief.page.keyboard.press("ArrowDown")
    chief.press("Enter")
    chief.sees("离岗，没有放去向牌", "答复整改", "期限")
    assert chief.page.get_by_alt_text("巡查时拍的照片").evaluate("one => (one.loading = 'eager', one.decode(), true)")
    chief.type("整改情况", "三个窗口都配了去向牌。")
    take_photo(chief)
    chief.send("提交整改情况")
    chief.sees("三个窗口都配了去向牌。", "等答复人以外的巡查人员复查")
    here = chief.path

    supervisor.go(here)
    supervisor.tick("整改到位")
    supervisor.page.get_by_label("复查情况").fill("去向牌都在。")
    supervisor.no_violations()
    supervisor.send("登记复查结果")
    supervisor.sees("已整改", "复查通过", "去向牌都在。")
    assert supervisor.width() <= 375


def complain(citizen, hall):
    """Without a name and without scripts; number and code as they are shown this once."""
    citizen.go("/complaints/new/")
    citizen.type("哪个中心", hall.center.name)
    citizen.page.locator("[name=about]").fill("3 号窗口")
    citizen.page.locator("[name=text]").fill("工作人员当众训斥我。")
    citizen.no_violations()
    citizen.send("提交投诉")
    citizen.sees("投诉已收到", "查询码只显示这一次")
    assert citizen.width() <= 375
    return citizen.page.locator(".code-once").all_inner_texts()


def look_up(citizen, number, code):
    citizen.go("/complaints/")
    citizen.type("投诉编号", number)
    citizen.type("查询码", code)
    citizen.send("查询")
    assert citizen.width() <= 375


def test_a_complaint_is_looked_into_and_its_answer_read_with_number_and_code(hall, enter):
    citizen = enter("citizen", phone=True, script=False)
    supervisor, chief = enter("supervisor"), enter("chief")
    number, code = complain(citizen, hall)
    look_up(citizen, number, code)
    citizen.sees("正在决定是否受理")

    supervisor.log_in(hall.supervisor)
    supervisor.go("/supervision/complaints/")
    supervisor.sees(number)
    supervisor.page.keyboard.press("ArrowDown")
    supervisor.press("Enter")
    supervisor.sees("工作人员当众训斥我。", "受理并分派")
    here = supervisor.path
    supervisor.page.locator("[name=department]").first.select_option(str(hall.department.pk))
    supervisor.page.locator("[name=staff]").first.select_option(str(hall.clerk.staff_id))
    supervisor.page.locator("[name=investigator]").first.select_option(str(hall.chief.staff_id))
    supervisor.send("受理")
    supervisor.sees("已受理，并通知了调查人。", hall.clerk.display_name)
    look_up(citizen, number, code)
    citizen.sees("正在调查", "答复期限")

    chief.log_in(hall.chief)
    chief.go(here)
    chief.sees("工作人员当众训斥我。", "不向调查人显示")
    chief.type("调查报告", "调取了录像，情况属实。")
    chief.send("提交")
    chief.sees("报告已提交。")

    supervisor.go(here)
    supervisor.tick("属实")
    supervisor.type("裁定理由", "有录像为证。")
    supervisor.type("给投诉人的答复", "情况属实，已批评教育，向您道歉。")
    supervisor.no_violations()
    supervisor.send("裁定")
    supervisor.sees("已裁定，投诉人可以查到答复。")
    look_up(citizen, number, code)
    citizen.sees("投诉已裁定", "情况属实，已批评教育，向您道歉。")
    assert hall.chief.display_name not in citizen.text
