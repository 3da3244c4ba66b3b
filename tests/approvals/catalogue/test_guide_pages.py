"""What citizens see: guides, their search, downloads and QR, and the counter's search box."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from approvals.catalogue import actions
from approvals.catalogue.enums import CaseKind, MaterialNeed, ServiceTarget
from approvals.catalogue.files import check_file
from approvals.catalogue.models import FeeItem, GuideFile, ItemVersion, LegalBasis, Material, ServiceItem
from hall.access.enums import Role
from hall.organisation.models import Department, OpeningHours
from tests import builders
from tests.approvals.catalogue.builders import PDF, make_draft

pytestmark = pytest.mark.django_db
AT = builders.moment("2026-04-10 10:00")
MONDAY = builders.moment("2026-04-13 09:00")


def publish(code: str = "DEMO-0001", department: Department | None = None, **facts: Any) -> ItemVersion:
    return actions.publish(make_draft(department, code=code, **facts), by=None, at=AT)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_the_list_shows_only_what_is_published(client: Client) -> None:
    publish()
    make_draft(ServiceItem.objects.get().department, code="DEMO-0002", name="还是草稿")
    body = page(client, "/guides/")
    assert "食品经营许可（新办）" in body
    assert "还是草稿" not in body


@pytest.mark.parametrize(
    "typed", ["食品", "经营许可", "spjy", "SPJYXK", "shipinjing", "DEMO-0001", "demo-00", "  食品  "]
)
def test_guides_are_found_by_name_pinyin_or_code(client: Client, typed: str) -> None:
    publish()
    assert "/guides/DEMO-0001/" in page(client, f"/guides/?q={typed}")


@pytest.mark.parametrize(
    "typed", ["不动产", "zzz", "%", "_", "'; drop table", "<script>alert(1)</script>", "%00", "长" * 61]
)
def test_what_is_not_there_gives_an_empty_list_never_an_error(client: Client, typed: str) -> None:
    publish()
    body = page(client, f"/guides/?q={typed}")
    assert "<script>alert" not in body
    assert "没有找到" in body or len(typed) > 60 or typed == "%00"


@pytest.mark.parametrize(
    ("target", "asked", "found"),
    [
        (ServiceTarget.PERSON, "person", True),
        (ServiceTarget.PERSON, "organisation", False),
        (ServiceTarget.BOTH, "organisation", True),
        (ServiceTarget.ORGANISATION, "nonsense", True),
    ],
)
def test_guides_are_filtered_by_who_applies(client: Client, target: str, asked: str, found: bool) -> None:
    publish(target=target)
    assert ("/guides/DEMO-0001/" in page(client, f"/guides/?target={asked}")) is found


@pytest.mark.parametrize("asked", ["0", "x", "99999999999999999999999", "%00"])
def test_nonsense_departments_are_ignored(client: Client, asked: str) -> None:
    publish()
    assert "/guides/DEMO-0001/" in page(client, f"/guides/?department={asked}")


def test_guides_are_filtered_by_department(client: Client) -> None:
    version = publish()
    other = builders.make_department(version.item.department.center, "区民政局")
    publish("DEMO-0002", other, name="社会团体登记")
    body = page(client, f"/guides/?department={other.pk}")
    assert "/guides/DEMO-0002/" in body
    assert "/guides/DEMO-0001/" not in body


def test_a_department_is_named_with_its_center_only_where_there_are_several(client: Client) -> None:
    publish()
    assert "海港区政务服务中心 行政审批局" not in page(client, "/guides/")
    publish("DEMO-0002", builders.make_department(builders.make_center("邻区政务服务中心")))
    body = page(client, "/guides/")
    assert "邻区政务服务中心 行政审批局" in body
    assert "行政审批局（邻区政务服务中心）" in body


@pytest.mark.parametrize("number", ["2", "999", "x", "-1"])
def test_pages_of_the_list_never_fail(client: Client, number: str) -> None:
    publish()
    page(client, f"/guides/?page={number}")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    department = builders.make_department()
    for number in range(count):
        publish(f"DEMO-{number:04d}", department)
    with django_assert_num_queries(6):
        page(client, "/guides/")


@time_machine.travel(MONDAY, tick=False)
def test_a_guide_answers_first_with_todays_promise(client: Client) -> None:
    publish(promise_count=20)
    body = page(client, "/guides/DEMO-0001/")
    assert "今天申请，承诺 5月13日（周三）下班前办结。" in body
    assert "/calculator/?start=2026-04-13&amp;count=20&amp;unit=workday" in body


@time_machine.travel(MONDAY, tick=False)
def test_the_earlier_of_promise_and_statute_is_told(client: Client) -> None:
    version = builders.make_item_version(promise=(10, "workday"), statute=(10, "day"))
    assert "4月23日（周四）" in page(client, f"/guides/{version.item.code}/")


def test_an_instant_item_says_so(client: Client) -> None:
    draft = make_draft(case_kind=CaseKind.INSTANT, instant_deadline="on_the_spot")
    draft.steps.update(limit_count=None, limit_unit="")
    actions.publish(draft, by=None, at=AT)
    assert "当场办结" in page(client, "/guides/DEMO-0001/")


@pytest.mark.parametrize(
    "words",
    [
        "食品经营许可（新办）",  # 事项
        "《中华人民共和国食品安全法》第三十五条",  # 依据
        "有与经营的食品相适应的场所",  # 条件
        "无数量限制",  # 数量
        "审查",  # 程序
        "自受理之日起 20 个工作日",  # 法定期限
        "自受理之日起 10 个工作日",  # 承诺期限
        "食品经营许可申请书",  # 材料
        "不收费",  # 收费
        "二楼 12 号窗口",
        "0335-3000012",
        "六十日内申请行政复议",
        "听证、招标、拍卖、检验、检测、检疫、鉴定、专家评审",
        "拨打 12345",
        "食品经营许可证",
        "DEMO-0001",
        "/guides/DEMO-0001/qr.svg",
    ],
)
def test_a_guide_says_everything_article_30_asks_for(client: Client, words: str) -> None:
    publish()
    assert words in page(client, "/guides/DEMO-0001/")


def test_a_guide_falls_back_to_the_center(client: Client) -> None:
    center = builders.make_center()
    OpeningHours.objects.create(center=center, weekday=1, opens="09:00", closes="12:00")
    publish(department=builders.make_department(center), place="", phone="", hours="")
    body = page(client, "/guides/DEMO-0001/")
    for words in ("演示路 1 号", "0335-3000001", "周一 9:00–12:00"):
        assert words in body


def test_text_of_an_item_is_never_markup(client: Client) -> None:
    draft = make_draft(name="<script>alert(1)</script>", summary="<img src=x onerror=alert(1)>")
    LegalBasis.objects.filter(version=draft).update(title="<b>法</b>", text="<script>x</script>")
    actions.publish(draft, by=None, at=AT)
    for address in ("/guides/DEMO-0001/", "/guides/"):
        body = page(client, address)
        assert "<script>alert(1)" not in body
        assert "<img src=x" not in body
        assert "<b>法</b>" not in body


def test_fees_and_conditional_materials_are_told_in_short(client: Client) -> None:
    draft = make_draft(is_free=False)
    FeeItem.objects.create(version=draft, name="工本费", amount="10.50", basis="某法第一条", standard="每证")
    Material.objects.create(version=draft, name="遗嘱", need=MaterialNeed.CONDITIONAL, condition="继承的")
    actions.publish(draft, by=None, at=AT)
    body = page(client, "/guides/DEMO-0001/")
    assert "收费 10.5 元。" in body
    assert "带 2 样材料。另有 1 样只在特定情形才要。" in body


@pytest.mark.parametrize("count", [1, 3])
def test_a_guide_asks_the_same_number_of_queries(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft = make_draft()
    for number in range(count):
        Material.objects.create(version=draft, name=f"证明{number}", position=9)
        LegalBasis.objects.create(version=draft, title=f"某法{number}", article="第一条")
    actions.publish(draft, by=None, at=AT)
    page(client, "/guides/DEMO-0001/")
    with django_assert_num_queries(11):
        page(client, "/guides/DEMO-0001/")


@pytest.mark.parametrize("code", ["NOPE", "DEMO-0002", "a%00b", "x" * 65, "..%2F..", "%3Cscript%3E"])
def test_guides_that_are_not_there_are_not_found(client: Client, code: str) -> None:
    publish()
    page(client, f"/guides/{code}/", status=404)


def test_a_draft_and_an_abolished_item_have_no_guide(client: Client) -> None:
    make_draft()
    page(client, "/guides/DEMO-0001/", status=404)
    version = publish("DEMO-0002", ServiceItem.objects.get().department)
    actions.abolish(version.item, reason="国发〔2026〕1号", by=None, at=AT)
    page(client, "/guides/DEMO-0002/", status=404)


def test_guides_are_read_only(client: Client) -> None:
    publish()
    for address in ("/guides/", "/guides/DEMO-0001/", "/guides/DEMO-0001/qr.svg", "/work/items.json"):
        assert client.post(address).status_code == 405


def test_the_qr_is_an_image_of_the_public_address(client: Client, settings: Any) -> None:
    settings.PUBLIC_ORIGIN = "https://hall.example.test/"
    publish()
    response = client.get("/guides/DEMO-0001/qr.svg", headers={"host": "localhost"})
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<svg" in response.content
    assert "https://hall.example.test/guides/DEMO-0001/" in page(client, "/guides/DEMO-0001/")


def with_file(publish_it: bool) -> GuideFile:
    """A blank form on a draft, or on a published version."""
    draft = make_draft()
    kept = actions.keep_file(check_file("申请书.pdf", PDF))
    draft.materials.update(blank_form=kept, sample=kept)
    if publish_it:
        actions.publish(draft, by=None, at=AT)
    return kept


def test_a_form_is_downloaded_under_its_name_and_never_opened_as_a_page(client: Client) -> None:
    kept = with_file(publish_it=True)
    address = f"/guides/files/{kept.sha256}/"
    assert address in page(client, "/guides/DEMO-0001/")
    response = client.get(address)
    assert b"".join(response) == PDF  # type: ignore[arg-type]
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_a_form_of_a_draft_is_for_staff_only(client: Client) -> None:
    kept = with_file(publish_it=False)
    page(client, f"/guides/files/{kept.sha256}/", status=404)
    client.force_login(builders.make_user(Role.CLERK))
    response = client.get(f"/guides/files/{kept.sha256}/")
    assert response.status_code == 200
    response.close()


@pytest.mark.parametrize("digest", ["0" * 64, "zz", "0" * 63])
def test_files_that_are_not_there_are_not_found(client: Client, digest: str) -> None:
    page(client, f"/guides/files/{digest}/", status=404)


def test_the_counter_searches_its_own_published_items(client: Client) -> None:
    hall = builders.Hall()
    publish(department=hall.department)
    publish("DEMO-0002", builders.make_department(hall.center, "区民政局"))
    make_draft(hall.department, code="DEMO-0003")
    client.force_login(hall.clerk)
    results = client.get("/work/items.json?q=spjy").json()["results"]
    assert [result["value"] for result in results] == ["DEMO-0001"]
    assert results[0]["label"] == "食品经营许可（新办）"
    assert "承诺 10 个工作日" in results[0]["hint"]


def test_a_comprehensive_window_searches_the_whole_center(client: Client) -> None:
    hall = builders.Hall()
    publish(department=hall.department)
    publish("DEMO-0002", builders.make_department(hall.center, "区民政局"))
    client.force_login(builders.make_user(Role.CLERK, builders.make_staff(center=hall.center)))
    assert len(client.get("/work/items.json?q=DEMO").json()["results"]) == 2


def test_an_exact_code_comes_first_and_twenty_are_enough(client: Client) -> None:
    hall = builders.Hall()
    for number in range(22):
        publish(f"DEMO-{number:04d}", hall.department, name=f"许可{number:02d}")
    client.force_login(hall.clerk)
    results = client.get("/work/items.json?q=DEMO-0021").json()["results"]
    assert [result["value"] for result in results] == ["DEMO-0021"]
    assert len(client.get("/work/items.json?q=DEMO").json()["results"]) == 20


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR, Role.SUPERVISOR, Role.APPROVER])
def test_only_those_who_file_search_at_the_counter(client: Client, role: Role) -> None:
    client.force_login(builders.make_user(role))
    assert client.get("/work/items.json?q=x").status_code == 403


def test_a_stranger_at_the_counter_is_sent_to_log_in(client: Client) -> None:
    assert client.get("/work/items.json?q=x").status_code == 302


def test_a_search_with_a_zero_byte_is_no_error(client: Client) -> None:
    client.force_login(builders.make_user(Role.CLERK))
    assert client.get("/work/items.json?q=%00").status_code == 200


@time_machine.travel(builders.moment("2026-12-20 09:00"), tick=False)
def test_a_day_in_an_unpublished_year_is_marked_as_expected(client: Client) -> None:
    publish()
    body = page(client, "/guides/DEMO-0001/")
    assert "这个日期是预计" in body
    assert f"{date(2027, 1, 4).year}年" in body
