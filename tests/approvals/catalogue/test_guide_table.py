"""A guide element by element: what 行政许可法 art. 30 and 优化营商环境条例 art. 35 want public, and where it stands."""

import io
import re
from typing import Any

import pytest
import segno
import time_machine
from django.test import Client

from approvals.catalogue import actions
from approvals.catalogue.enums import BasisRank, LimitUnit, MaterialNeed, VisitCount
from approvals.catalogue.files import check_file
from approvals.catalogue.models import Condition, FeeItem, ItemVersion, LegalBasis, Material, StepLimit
from tests import builders
from tests.approvals.catalogue.builders import PDF, make_draft

pytestmark = pytest.mark.django_db
AT = builders.moment("2026-04-10 10:00")
TODAY = builders.moment("2026-04-13 09:00")


def full() -> ItemVersion:
    """A version that says everything there is to say."""
    draft = make_draft(
        summary="开饭店前先办它。", statute_note="", promise_note="遇专家评审另计", extends_promise=False,
        promise_supplement=True, supplement_count=5, supplement_unit=LimitUnit.WORKDAY, supplement_rule="某条例",
        visits=VisitCount.ONCE, by_online=True, by_post=True, is_free=False, result_validity="五年",
        hours="周一至周五 9:00–17:00", remedies="六十日内申请行政复议。", change_note="减时限",
    )  # fmt: skip
    draft.legal_bases.all().delete()
    LegalBasis.objects.create(
        version=draft, title="中华人民共和国食品安全法", article="第三十五条", document_no="主席令第21号",
        text="从事食品销售，应当依法取得许可。", position=1,
    )  # fmt: skip
    Condition.objects.create(version=draft, text="有专职管理人员", position=2)
    StepLimit.objects.filter(version=draft, name="审查").update(
        handler="食品科", standard="材料齐全、符合法定形式", outcome="审查意见"
    )
    blank = actions.keep_file(check_file("申请书.pdf", PDF))
    sample = actions.keep_file(check_file("样例.pdf", PDF + b"sample"))
    Material.objects.filter(version=draft, name="食品经营许可申请书").update(
        blank_form=blank, sample=sample, copies=2, hint="用黑色签字笔填写", basis="某办法第十条"
    )
    Material.objects.create(version=draft, name="验资报告", need=MaterialNeed.DEFERRABLE, position=3)
    Material.objects.create(
        version=draft, name="授权委托书", need=MaterialNeed.CONDITIONAL, condition="委托他人办理的", position=4
    )
    FeeItem.objects.create(
        version=draft, name="工本费", amount="5.00", standard="每证 5 元", basis="某法第一条", basis_rank=BasisRank.LAW,
        reduction="小微企业免收",
    )  # fmt: skip
    return actions.publish(draft, by=None, at=AT)


ELEMENTS: dict[str, str] = {
    # 行政许可法 art. 30: 事项、依据、条件、数量、程序、期限、全部材料目录、示范文本
    "事项": "食品经营许可（新办）",
    "依据": "中华人民共和国食品安全法",
    "依据的条款": "第三十五条",
    "依据的文号": "主席令第21号",
    "条件": "有专职管理人员",
    "数量": "无数量限制",
    "程序": "审查",
    "程序的时限": "8 个工作日",
    "承诺期限": "10 个工作日",
    "法定期限": "20 个工作日",
    "期限的说明": "遇专家评审另计",
    "材料": "营业执照复印件",
    "材料的份数": "2 份",
    "材料的须知": "用黑色签字笔填写",
    "容缺的材料": "验资报告",
    "容缺的期限": "5 个工作日",
    "特定情形的材料": "委托他人办理的",
    "空白表格": "空白表格",
    "示范文本": "填写样例",
    # 优化营商环境条例 art. 35 and 国办发〔2015〕86号: 收费、办理地点和时间、联系方式、结果、救济
    "收费": "工本费",
    "收费的标准": "每证 5 元",
    "收费的依据": "某法第一条",
    "减免": "小微企业免收",
    "地点": "二楼 12 号窗口",
    "时间": "周一至周五 9:00–17:00",
    "电话": "0335-3000012",
    "投诉": "拨打 12345",
    "结果": "食品经营许可证",
    "有效期": "五年",
    "救济": "六十日内申请行政复议",
    "办理形式": "网上办理",
    "到现场": "最多到现场一次",
    "服务对象": "自然人、法人和其他组织",
    "办件类型": "承诺件",
    "说明": "开饭店前先办它。",
    "编码": "DEMO-0001",
    "版本": "第 1 版",
    "发布日期": "2026年4月10日",
    "停表": "专家评审",
    "今天的承诺": "今天申请，承诺 4月27日（周一）下班前办结",
}


def test_every_element_stands_in_the_guide(client: Client) -> None:
    full()
    with time_machine.travel(TODAY, tick=False):
        page = client.get("/guides/DEMO-0001/").content.decode()
    assert {name for name, words in ELEMENTS.items() if words not in page} == set()


def test_the_answer_stands_before_the_details(client: Client) -> None:
    full()
    with time_machine.travel(TODAY, tick=False):
        page = client.get("/guides/DEMO-0001/").content.decode()
    places = [page.index(words) for words in ("<h1>", "今天申请", "在哪办、找谁办", "多久办好", "带走这份指南")]
    assert places == sorted(places)


def test_every_link_of_a_guide_leads_somewhere(client: Client) -> None:
    full()
    page = client.get("/guides/DEMO-0001/").content.decode()
    links = {link for link in re.findall(r'(?:href|src)="(/[^"#]*)"', page) if not link.startswith("/static/")}
    answers = {}
    for link in links:
        response = client.get(link.replace("&amp;", "&"))
        if response.streaming:
            b"".join(response.streaming_content)  # type: ignore[arg-type]  # read to the end, it is closed
        answers[link] = response.status_code
    assert len(links) > 5
    assert set(answers.values()) <= {200, 302}, answers


def test_both_downloads_come_as_they_were_given(client: Client) -> None:
    full()
    page = client.get("/guides/DEMO-0001/").content.decode()
    bodies = set()
    for link in set(re.findall(r'"(/guides/files/[^"]+)"', page)):
        response = client.get(link)
        bodies.add(b"".join(response.streaming_content))  # type: ignore[arg-type]
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Type"] == "application/pdf"
    assert bodies == {PDF, PDF + b"sample"}


@pytest.mark.parametrize("origin", ["https://hall.example.cn", "https://hall.example.cn/", "http://127.0.0.1:8000"])
def test_the_qr_says_the_public_address_and_nothing_else(client: Client, settings: Any, origin: str) -> None:
    settings.PUBLIC_ORIGIN = origin
    full()
    expected = io.BytesIO()
    address = origin.rstrip("/") + "/guides/DEMO-0001/"
    segno.make(address, error="m", micro=False).save(expected, kind="svg", scale=4, border=2)
    response = client.get("/guides/DEMO-0001/qr.svg")
    assert response.content == expected.getvalue()
    assert response["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("host", ["testserver", "127.0.0.1", "localhost"])
def test_the_qr_does_not_depend_on_who_asks(client: Client, settings: Any, host: str) -> None:
    settings.PUBLIC_ORIGIN = "https://hall.example.cn"
    settings.ALLOWED_HOSTS = ["*"]
    full()
    images = {client.get("/guides/DEMO-0001/qr.svg", headers={"host": name}).content for name in (host, "evil.example")}
    assert len(images) == 1


YEAR_END: list[tuple[str, dict[str, Any], str, bool]] = [
    # today, limits, due, expected only
    ("2026-12-28 09:00", {"promise_count": 2, "promise_unit": "workday"}, "12月30日（周三）", False),
    ("2026-12-28 09:00", {"promise_count": 10, "promise_unit": "workday"}, "2027年1月", True),
    ("2026-12-30 09:00", {"promise_count": 3, "promise_unit": "day"}, "2027年1月", True),
    ("2026-12-15 09:00", {"promise_count": 1, "promise_unit": "month"}, "2027年1月", True),
    ("2026-04-13 09:00", {"promise_count": 10, "promise_unit": "workday"}, "4月27日（周一）", False),
    ("2026-04-17 09:00", {"promise_count": 5, "promise_unit": "workday"}, "4月24日（周五）", False),
    ("2026-04-29 09:00", {"promise_count": 2, "promise_unit": "workday"}, "5月6日（周三）", False),
    ("2026-02-13 09:00", {"promise_count": 1, "promise_unit": "workday"}, "2月14日（周六）", False),  # made up for
]


@pytest.mark.parametrize(("today", "limits", "due", "expected"), YEAR_END)
def test_todays_promise_through_the_year(
    client: Client, today: str, limits: dict[str, Any], due: str, expected: bool
) -> None:
    version = builders.make_item_version(statute=(60, "workday"), promise=tuple(limits.values()))  # type: ignore[arg-type]
    with time_machine.travel(builders.moment(today), tick=False):
        page = client.get(f"/guides/{version.item.code}/").content.decode()
    assert due in page
    assert ("这个日期是预计" in page) is expected


SEARCHES = [
    # typed, found
    ("食品经营", {"A"}),
    ("经营", {"A", "B"}),
    ("spjyxk", {"A"}),
    ("SPJYXK", {"A"}),
    ("shipin", {"A"}),
    ("jyxk", {"A", "B"}),  # initials from the middle of the name
    ("s p j y", {"A"}),
    ("　食品　", {"A"}),
    ("CODE-B", {"B"}),
    ("code-b", {"B"}),
    ("code", {"A", "B"}),
    ("许可", {"A", "B"}),
    ("婚姻", set()),
    ("%", set()),
    ("_", set()),
    ("\\", set()),
    ("", {"A", "B"}),
]


@pytest.mark.parametrize(("typed", "found"), SEARCHES)
def test_what_a_search_finds(client: Client, typed: str, found: set[str]) -> None:
    department = builders.make_department()
    for letter, name in (("A", "食品经营许可"), ("B", "危险化学品经营许可")):
        actions.publish(make_draft(department, code=f"CODE-{letter}", name=name), by=None, at=AT)
    page = client.get("/guides/", {"q": typed}).content.decode()
    assert set(re.findall(r"/guides/CODE-([AB])/", page)) == found


PAGES = [("1", 1), ("2", 2), ("3", 3), ("4", 3), ("0", 3), ("-1", 3), ("x", 1), ("", 1), ("1.5", 1), ("9" * 30, 3)]


def test_pages_of_guides_have_edges(client: Client) -> None:
    """Forty-one guides are three pages, the last with one; nonsense shows the first, too far the last."""
    department = builders.make_department()
    for _ in range(41):
        builders.make_item_version(department, materials=(), steps=())
    shown = {}
    for page, expected in PAGES:
        body = client.get("/guides/", {"page": page}).content.decode()
        current = re.search(r'<span aria-current="page">(\d+)</span>', body)
        assert current
        shown[page] = (int(current.group(1)), expected)
    assert all(found == expected for found, expected in shown.values()), shown


@pytest.mark.parametrize("typed", ["许可&x=1", "许可#1", "许可+许可"])
def test_the_next_page_of_a_search_asks_for_the_same_words(client: Client, typed: str) -> None:
    department = builders.make_department()
    for number in range(21):
        version = builders.make_item_version(department, publish=False, materials=(), steps=())
        ItemVersion.objects.filter(pk=version.pk).update(name=f"{typed}{number}")
        version.item.name = f"{typed}{number}"
        version.item.save()
        ItemVersion.objects.filter(pk=version.pk).update(status="published", published_at=AT)
        version.item.current_id = version.pk
        version.item.save()
    page = client.get("/guides/", {"q": typed}).content.decode()
    onward = re.search(r'rel="next" href="([^"]+)"', page)
    assert onward
    following = client.get("/guides/" + onward.group(1).replace("&amp;", "&")).content.decode()
    assert len(set(re.findall(r"/guides/TEST\d+/", following))) == 1
