"""One application from the window to the citizen's hand: three people, three browsers, the days it takes.

The clerk uses no mouse. The citizen looks it up on a telephone without script after every step.
"""

import io
import re

import pytest
from pypdf import PdfReader

from tests.builders import identity_number, make_item_version

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def read_receipt(clerk):
    """The paper the clerk hands over: number and query code as they are printed."""
    address = clerk.page.get_by_role("link", name="打印收件凭证").get_attribute("href")
    text = PdfReader(io.BytesIO(clerk.page.request.get(address).body())).pages[0].extract_text()
    docket = re.search(r"\d{6}-\d{4}-\d{8}-\d{5}-[\dX]", text)
    code = re.search(r"查 ?询 ?码\s*([0-9A-Z]{3}\s[0-9A-Z]{3}\s[0-9A-Z]{3})", text)
    assert docket, text
    assert code, text
    return docket[0], code[1]


def look_up(citizen, paper):
    docket, code = paper
    citizen.go("/lookup/")
    citizen.type("办件编号", docket)
    citizen.type("查询码", code)
    citizen.send("查询")
    assert citizen.path == "/lookup/"
    assert code not in citizen.page.content()
    assert citizen.width() <= 375


def file_application(clerk, version):
    """From the worklist to the receipt: N, the item's code, the form, Enter."""
    clerk.press("n")
    clerk.page.keyboard.type(version.item.code)
    clerk.page.get_by_role("option").first.wait_for()
    clerk.press("Enter")
    clerk.sees("申请人", "材料")
    clerk.type("证件号码", identity_number())
    clerk.type("姓名或名称", "张小明")
    clerk.type("联系电话", "13800000000")
    clerk.page.get_by_role("group", name="申请书").get_by_label("已收").focus()
    clerk.page.keyboard.press("Space")
    clerk.send("收件 S")
    clerk.sees("已收件，请打印收件凭证交给申请人。", "还缺：营业执照复印件")


def give_notice(clerk):
    clerk.press("o")
    clerk.sees("一次性告知")
    clerk.press("b")
    clerk.page.get_by_label("存在的问题").first.focus()
    clerk.page.keyboard.insert_text("没有带来")
    clerk.page.get_by_label("怎么补").first.focus()
    clerk.page.keyboard.press("Control+A")
    clerk.page.keyboard.insert_text("交营业执照复印件一份")
    clerk.no_violations()
    clerk.send("一次性告知")
    clerk.sees("一次性告知书已出具。", "补正")


def open_case(person, user, docket):
    """Log in and find the case by its number, as one does."""
    person.log_in(user)
    person.page.keyboard.press("/")
    person.page.keyboard.insert_text(docket)
    person.press("Enter")
    person.sees(docket)


def take_supplement(clerk):
    clerk.press("g")
    clerk.page.get_by_label(re.compile("营业执照复印件")).focus()
    clerk.page.keyboard.press("Space")
    clerk.tick("补齐了，今天受理")
    clerk.no_violations()
    clerk.send("收到补正")
    clerk.sees("补正情况已登记。", "受理通知书", "5月13日")


def pause(approver):
    approver.press("p")
    approver.page.get_by_label(re.compile("专家评审")).check()
    approver.type("需要几个工作日", "3")
    approver.type("理由", "委托专家评审经营场所布局。")
    approver.no_violations()
    approver.send("停表")
    approver.sees("已停表，特别程序告知书已出具。", "停表")


def resume(approver):
    approver.press("r")
    approver.no_violations()
    approver.send("恢复计时")
    approver.sees("已恢复计时。", "5月18日")


def decide(approver):
    approver.press("d")
    approver.tick("准予")
    approver.no_violations()
    approver.send("作出决定")
    approver.sees("决定书已出具。")


def deliver(clerk):
    clerk.press("s")
    clerk.page.get_by_role("radio").first.focus()
    clerk.page.keyboard.press("Space")
    clerk.no_violations()
    clerk.send("送达")
    clerk.sees("已送达，办件办结。")


def test_from_the_window_to_the_hand(hall, enter, clock):
    version = make_item_version(hall.department)
    clock("2026-04-10 10:08")
    clerk, approver = enter("clerk"), enter("approver")
    citizen = enter("citizen", phone=True, script=False)

    clerk.log_in(hall.clerk)
    clerk.sees("我的办件")
    file_application(clerk, version)
    paper = read_receipt(clerk)
    clerk.press("y")
    clerk.sees("已确认交付收件凭证")
    look_up(citizen, paper)
    citizen.sees("已经收件", "现在轮到中心")

    clerk.go(f"/work/cases/{paper[0].replace('-', '')}/filed/")
    give_notice(clerk)
    look_up(citizen, paper)
    citizen.sees("还缺材料，请您在", "现在轮到您", "交营业执照复印件一份")

    clock("2026-04-13 09:30")
    open_case(clerk, hall.clerk, paper[0])
    take_supplement(clerk)
    look_up(citizen, paper)
    citizen.sees("正在审查，5月13日（周三）下班前给您结果", "为什么是 5月13日")

    clock("2026-04-17 15:30")
    open_case(approver, hall.approver, paper[0])
    pause(approver)
    look_up(citizen, paper)
    citizen.sees("正在进行专家评审，这段时间不计入期限")

    clock("2026-04-22 11:05")
    open_case(approver, hall.approver, paper[0])
    resume(approver)
    look_up(citizen, paper)
    citizen.sees("正在审查，5月18日（周一）下班前给您结果", "为什么是 5月18日")

    clock("2026-05-13 16:40")
    open_case(approver, hall.approver, paper[0])
    decide(approver)
    look_up(citizen, paper)
    citizen.sees("已经准予", "请您领取结果")

    clock("2026-05-14 09:12")
    open_case(clerk, hall.clerk, paper[0])
    deliver(clerk)
    look_up(citizen, paper)
    citizen.sees("已经办结，结果已送达。", "这件办完了")
