"""What goes wrong at a window: a finger that presses twice, two people on one case, who sits down after you."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from approvals.cases.models import Case
from hall.workdays.trial_actions import count_waiting
from tests.builders import accepted_case, identity_number, make_case, make_item_version

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
TWICE = "for (const _ of [1, 2]) HTMLFormElement.prototype.submit.call(document.querySelector('form.register'))"


@pytest.fixture
def clerk(hall, enter):
    visitor = enter("clerk")
    visitor.log_in(hall.clerk)
    return visitor


def fill(clerk, version):
    clerk.go(f"/work/register/?item={version.item.code}")
    clerk.type("证件号码", identity_number())
    clerk.type("姓名或名称", "张小明")
    clerk.type("联系电话", "13800000000")


def test_a_double_click_files_once(hall, clerk):
    fill(clerk, make_item_version(hall.department))
    with clerk.page.expect_navigation(url="**/filed/"):
        clerk.page.get_by_role("button", name="收件 S").dblclick()
    assert Case.objects.count() == 1


def test_a_form_sent_twice_without_our_script_files_once(hall, clerk):
    fill(clerk, make_item_version(hall.department))
    with clerk.page.expect_navigation(url="**/filed/"):
        clerk.page.evaluate(TWICE)
    clerk.page.wait_for_load_state("networkidle")
    assert Case.objects.count() == 1


def test_back_to_the_form_and_again_files_nothing_new(hall, clerk):
    fill(clerk, make_item_version(hall.department))
    clerk.send("收件 S")
    first = clerk.path
    clerk.page.go_back()
    assert Case.objects.count() == 1
    assert first.endswith("/filed/")


def test_the_second_of_two_people_reads_what_the_first_did(hall, enter, clerk, clock):
    case = make_case(hall)
    other = enter("other clerk")
    other.log_in(hall.other_clerk)
    page = f"/work/cases/{case.docket}/accept/"
    clerk.go(page)
    other.go(page)
    clerk.send("受理")
    other.send("受理")
    other.sees("这件办件刚才有了变化", "没有保存", hall.clerk.display_name, "受理")


def test_after_log_out_the_back_button_shows_nothing(hall, clerk):
    case = make_case(hall)
    clerk.go(f"/work/cases/{case.docket}/")
    clerk.page.locator("details.menu summary").click()
    with clerk.page.expect_navigation():
        clerk.page.get_by_role("button", name="退出").click()
    clerk.page.go_back()
    assert clerk.path == "/login/"
    assert case.version_filed.name not in clerk.page.content()


def test_an_idle_session_is_over_and_says_so(hall, enter, clock):
    clock("2026-04-13 09:00")
    clerk = enter("clerk")
    clerk.log_in(hall.clerk)
    clock("2026-04-13 11:00")
    clerk.go("/work/")
    assert clerk.path == "/login/"
    clerk.sees("一段时间没有操作，已自动退出。请重新登录。")


def test_supervisor_reads_and_has_nothing_to_press(hall, enter, clock):
    clock("2026-04-20 09:00")
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    supervisor = enter("supervisor")
    supervisor.log_in(hall.supervisor)
    supervisor.go("/work/cases/")
    supervisor.sees(case.version_filed.name, "5月13日")
    assert supervisor.page.get_by_role("link", name="窗口收件").count() == 0
    supervisor.page.keyboard.press("ArrowDown")
    supervisor.press("Enter")
    supervisor.sees("经过")
    assert supervisor.page.locator(".page-actions a").count() == 0
    assert supervisor.go(f"/work/cases/{case.docket}/decide/") == 403


def test_a_new_holiday_moves_the_day_after_a_dry_run(hall, enter, clock):
    clock("2026-04-20 09:00")
    case = accepted_case(hall, make_item_version(hall.department, steps=()))
    admin = enter("admin")
    admin.log_in(hall.admin)
    admin.go("/manage/calendar/")
    text = "date,kind,name,document_no\n2026-05-06,off,临时放假,国办发明电〔2026〕99号\n"
    notice = {"name": "notice.csv", "mimeType": "text/csv", "buffer": text.encode()}
    admin.page.get_by_label("放假通知文件").set_input_files(notice)
    admin.send("试算")
    admin.sees("正在试算会变动的期限")
    count_waiting(at=timezone.now())  # what the worker does within seconds
    admin.go(admin.path)
    admin.sees("2026-05-13", "2026-05-14")
    assert case.clocks.get(clock="decision").due.day == 13
    admin.send("导入并重新计算")
    admin.sees("放假通知已导入", "正在分批重算")
    call_command("recalculate")  # what the worker does within seconds
    clerk = enter("clerk")
    clerk.log_in(hall.clerk)
    clerk.sees("5月14日")
