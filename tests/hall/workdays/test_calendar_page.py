"""/manage/calendar/: what is published, a dry run, an import; by those who may."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hall.access.enums import Role
from hall.workdays.models import CalendarNotice, CalendarTrial
from tests.builders import make_user
from tests.hall.workdays.builders import HEAD, amending, take_in, whole_year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded_calendar")]
PAGE, PREVIEW, IMPORT = (reverse(f"access:{name}") for name in ("calendar", "calendar_preview", "calendar_import"))


@pytest.fixture
def admin(client):
    client.force_login(make_user(Role.ADMIN))
    return client


def upload(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("notice.csv", text.encode(), "text/csv")


@pytest.mark.parametrize("role", Role.values)
def test_every_role_may_look(client, role):
    client.force_login(make_user(role))
    assert client.get(PAGE).status_code == 200


def test_a_stranger_is_sent_to_log_in(client):
    assert client.get(PAGE).status_code == 302


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
@pytest.mark.parametrize("address", [PREVIEW, IMPORT])
def test_only_the_administrator_imports(client, role, address):
    client.force_login(make_user(role))
    assert client.post(address, {"text": whole_year(2027)}).status_code == 403


def test_the_form_is_shown_only_to_who_may_import(client):
    client.force_login(make_user(Role.CLERK))
    assert "导入放假通知" not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("address", [PREVIEW, IMPORT])
def test_importing_is_never_a_get(admin, address):
    assert admin.get(address).status_code == 405


def test_a_preview_leads_to_a_trial_and_takes_nothing_in(admin):
    page = admin.post(PREVIEW, {"file": upload(whole_year(2027))}, follow=True)
    assert page.redirect_chain == [(reverse("access:calendar_trial", args=[CalendarTrial.objects.get().pk]), 302)]
    assert "新增 2027 年安排" in page.content.decode()
    assert not CalendarNotice.objects.filter(year=2027).exists()


def test_importing_twice_is_harmless(admin):
    admin.post(IMPORT, {"text": whole_year(2027)})
    assert admin.post(IMPORT, {"text": whole_year(2027)}).status_code == 422
    assert CalendarNotice.objects.filter(year=2027).count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "请选择放假通知文件"),
        ({"text": HEAD + "2027-01-04,work,元旦,\n"}, "第 2 行：2027-01-04 是周一"),
        ({"text": "nonsense"}, "第 1 行：表头"),
        ({"text": whole_year(2027), "region": "1303"}, "地区代码是 12 位数字"),
        ({"text": amending("2026-08-12,off,颁金节"), "region": "130321000000"}, "请填写地区名称"),
        ({"text": whole_year(2027), "url": "javascript:alert(1)"}, "网址"),
        ({"text": "a\x00b"}, "不能保存的字符"),
    ],
)
def test_a_bad_notice_is_told_and_not_imported(admin, given, sentence):
    page = admin.post(IMPORT, given)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert not CalendarNotice.objects.filter(year=2027).exists()


def test_a_file_that_is_no_text_is_refused(admin):
    page = admin.post(PREVIEW, {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00\x81")})
    assert page.status_code == 422


def test_what_a_file_says_is_escaped(admin):
    page = admin.post(IMPORT, {"text": HEAD + "<script>x</script>,off,元旦,\n"})
    assert "<script>x" not in page.content.decode()


def test_a_year_shows_its_days_and_what_was_replaced(admin):
    text = admin.get(reverse("access:calendar_year", args=[2020])).content.decode()
    assert "国办发明电〔2020〕1号" in text
    assert "已改" in text


@pytest.mark.parametrize("year", [1890, 2050, 99999999999999999999])
def test_a_year_without_notice_says_so(admin, year):
    page = admin.get(reverse("access:calendar_year", args=[year]))
    assert page.status_code == 404
    assert "没有放假通知" in page.content.decode()


def test_the_list_takes_the_same_queries_however_long(admin, django_assert_max_num_queries):
    def queries() -> int:
        with django_assert_max_num_queries(40) as counted:
            admin.get(PAGE)
        return len(counted)

    before = queries()
    take_in(whole_year(2027))
    take_in(whole_year(2028))
    assert queries() <= before


def test_the_missing_year_is_announced_in_december(client):
    with time_machine.travel("2026-12-01T01:00:00Z", tick=False):
        client.force_login(make_user(Role.ADMIN))
        text = client.get(PAGE).content.decode()
    assert "2027年的放假通知还没有导入" in text
