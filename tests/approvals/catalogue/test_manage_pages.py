"""Pages of those who write the catalogue: who may, what is refused, what is kept."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from approvals.catalogue import actions
from approvals.catalogue.enums import VersionStatus
from approvals.catalogue.files import check_file
from approvals.catalogue.forms import SECTIONS
from approvals.catalogue.models import FeeItem, ImportBatch, ItemVersion, Material, ServiceItem, StepLimit
from approvals.catalogue.publishing import Section
from hall.access.enums import Role
from tests import builders
from tests.approvals.catalogue.builders import PDF, csv_of, line, make_draft, table_of, xlsx_of

pytestmark = pytest.mark.django_db
AT = builders.moment("2026-04-10 10:00")


@pytest.fixture
def chief(client: Client, hall: builders.Hall) -> Client:
    client.force_login(hall.chief)
    return client


@pytest.fixture
def draft(hall: builders.Hall) -> ItemVersion:
    return make_draft(hall.department)


def url(name: str, *args: Any) -> str:
    return reverse(f"catalogue:{name}", args=args)


def body(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def rows(*filled: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """A posted formset."""
    data: dict[str, Any] = {"rows-TOTAL_FORMS": len(filled), "rows-INITIAL_FORMS": initial}
    for number, row in enumerate(filled):
        data |= {f"rows-{number}-{name}": value for name, value in row.items()}
    return data


MATERIAL = {"name": "健康证", "need": "required", "form": "original", "copies": "1", "source": "applicant"}

# Who may open what: the roles in order clerk, approver, chief, supervisor, admin, auditor.
EVERYBODY, EDITORS, PUBLISHERS, IMPORTERS = "111111", "001010", "001000", "000010"
GATES: list[tuple[str, tuple[Any, ...], str, str]] = [
    ("items", (), "get", EVERYBODY),
    ("regimes", (), "get", EVERYBODY),
    ("item", (0,), "get", EVERYBODY),
    ("version", (0, 1), "get", EVERYBODY),
    ("item_new", (), "get", EDITORS),
    ("edit", (0, "basic"), "get", EDITORS),
    ("draft_new", (0,), "post", EDITORS),
    ("draft_discard", (0,), "post", EDITORS),
    ("publish", (0,), "post", PUBLISHERS),
    ("abolish", (0,), "post", PUBLISHERS),
    ("import", (), "get", IMPORTERS),
]


@pytest.mark.parametrize(("name", "args", "method", "allowed"), GATES, ids=[gate[0] for gate in GATES])
def test_each_role_opens_only_its_pages(
    client: Client, hall: builders.Hall, draft: ItemVersion, name: str, args: tuple[Any, ...], method: str, allowed: str
) -> None:
    address = url(name, *(draft.item_id if arg == 0 else arg for arg in args))
    opened = ""
    for user in hall.everybody():
        client.force_login(user)
        opened += "0" if getattr(client, method)(address).status_code == 403 else "1"
    assert opened == allowed


@pytest.mark.parametrize("name", ["items", "import", "regimes", "item_new"])
def test_strangers_are_sent_to_log_in(client: Client, name: str) -> None:
    assert client.get(url(name)).status_code == 302


def test_items_of_another_department_are_not_there(chief: Client, hall: builders.Hall) -> None:
    other = make_draft(builders.make_department(hall.center, "区民政局"), code="DEMO-9")
    body(chief, url("item", other.item_id), status=404)
    body(chief, url("edit", other.item_id, "basic"), status=404)
    assert chief.post(url("publish", other.item_id)).status_code == 404
    assert "DEMO-9" not in body(chief, url("items"))


def test_an_administrator_sees_the_centers_below_and_imported_stubs(client: Client, hall: builders.Hall) -> None:
    draft = make_draft(hall.department)
    actions.import_items(table_of(line()), by=None)
    client.force_login(hall.admin)
    listed = body(client, url("items"))
    assert draft.item.code in listed
    assert "511Z0001-0001" in listed
    client.force_login(hall.supervisor)
    assert "511Z0001-0001" not in body(client, url("items"))


@pytest.mark.parametrize("number", ["999999999", "0"])
def test_items_that_are_not_there_are_not_found(chief: Client, number: str) -> None:
    body(chief, url("item", int(number)), status=404)


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 300, "status=nonsense", "department=x", "department=" + "9" * 30, "page=x"]
)
def test_nonsense_in_the_address_of_the_list_is_ignored(chief: Client, draft: ItemVersion, query: str) -> None:
    assert draft.item.code in body(chief, f"{url('items')}?{query}")


@pytest.mark.parametrize(
    ("status", "found"), [("draft", {"A", "C"}), ("published", {"B", "C"}), ("abolished", {"D"}), ("", set("ABCD"))]
)
def test_the_list_filters_by_state(chief: Client, hall: builders.Hall, status: str, found: set[str]) -> None:
    versions = {code: make_draft(hall.department, code=f"CODE-{code}") for code in "ABCD"}
    for code in "BCD":
        actions.publish(versions[code], by=None, at=AT)
    actions.new_draft(versions["C"].item, by=None)
    actions.abolish(versions["D"].item, reason="国发〔2026〕1号", by=None, at=AT)
    listed = body(chief, f"{url('items')}?status={status}")
    assert {code for code in "ABCD" if f"CODE-{code}" in listed} == found


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_number_of_queries(
    chief: Client, hall: builders.Hall, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        actions.new_draft(
            actions.publish(make_draft(hall.department, code=f"D-{number}"), by=None, at=AT).item, by=None
        )
    body(chief, url("items"))
    with django_assert_num_queries(10):
        body(chief, url("items"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_item_asks_the_same_number_of_queries(
    chief: Client, draft: ItemVersion, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        Material.objects.create(version=draft, name=f"证明{number}", position=9)
    body(chief, url("item", draft.item_id))
    with django_assert_num_queries(16):
        body(chief, url("item", draft.item_id))


def test_a_new_item_opens_its_draft(chief: Client, hall: builders.Hall) -> None:
    data = {"code": "NEW-1", "department": hall.department.pk, "name": "新事项", "kind": "permit"}
    response = chief.post(url("item_new"), data)
    item = ServiceItem.objects.get(code="NEW-1")
    assert response.headers["Location"] == url("item", item.pk)
    assert "没有写设定依据" in body(chief, url("item", item.pk))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"code": ""}, "请填写事项编码"),
        ({"code": "a b"}, "只能用字母"),
        ({"code": "DEMO-0001"}, "已经登记过"),
        ({"name": ""}, "请填写事项名称"),
        ({"name": "长" * 201}, "最多 200 个字"),
        ({"kind": "x"}, "请从列出的事项类型里选一个"),
        ({"department": "999999"}, "请从列出的"),
    ],
)
def test_a_bad_new_item_is_told_at_its_field(
    chief: Client, hall: builders.Hall, draft: ItemVersion, changes: dict[str, str], words: str
) -> None:
    data = {"code": "NEW-1", "department": hall.department.pk, "name": "新事项", "kind": "permit", **changes}
    response = chief.post(url("item_new"), data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert ServiceItem.objects.count() == 1


@pytest.mark.parametrize("section", [section.value for section in SECTIONS])
def test_every_section_opens(chief: Client, draft: ItemVersion, section: str) -> None:
    assert SECTIONS[Section(section)].title in body(chief, url("edit", draft.item_id, section))


@pytest.mark.parametrize("section", ["nonsense", "discard-", "BASIC"])
def test_sections_that_are_not_there_are_not_found(chief: Client, draft: ItemVersion, section: str) -> None:
    body(chief, url("edit", draft.item_id, section), status=404)


def test_there_is_no_section_without_a_draft(chief: Client, draft: ItemVersion) -> None:
    actions.publish(draft, by=None, at=AT)
    body(chief, url("edit", draft.item_id, "basic"), status=404)


LIMITS = {
    "revision": "1", "statute_count": "20", "statute_unit": "workday", "promise_count": "5", "promise_unit": "workday",
    "extends_promise": "unknown",
}  # fmt: skip


def test_limits_are_saved(chief: Client, draft: ItemVersion) -> None:
    response = chief.post(url("edit", draft.item_id, "limits"), LIMITS)
    assert response.status_code == 302
    draft.refresh_from_db()
    assert (draft.promise_count, draft.revision) == (5, 2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"promise_unit": ""}, "请选择承诺时限的单位"),
        ({"promise_count": ""}, "请填写承诺时限"),
        ({"promise_count": "x"}, "要填数字"),
        ({"promise_count": "-1"}, "不能小于"),
        ({"promise_count": "9999"}, "最多 3650"),
        ({"statute_unit": "opening_hour"}, "请从列出的"),
        ({"supplement_count": "5"}, "请选择容缺补齐期限的单位"),
        ({"supplement_rule": "长" * 301}, "最多 300 个字"),
    ],
)
def test_bad_limits_are_told_and_not_saved(
    chief: Client, draft: ItemVersion, changes: dict[str, str], words: str
) -> None:
    response = chief.post(url("edit", draft.item_id, "limits"), {**LIMITS, **changes})
    assert response.status_code == 422
    assert words in response.content.decode()
    draft.refresh_from_db()
    assert (draft.promise_count, draft.revision) == (10, 1)


@pytest.mark.parametrize("revision", ["0", "2", "", "x"])
def test_a_draft_somebody_else_changed_is_not_overwritten(chief: Client, draft: ItemVersion, revision: str) -> None:
    response = chief.post(url("edit", draft.item_id, "limits"), {**LIMITS, "revision": revision})
    assert response.status_code == 422
    assert "被别人改过" in response.content.decode()
    draft.refresh_from_db()
    assert draft.promise_count == 10


def test_a_material_with_its_forms_is_added(chief: Client, draft: ItemVersion) -> None:
    row = {**MATERIAL, "blank_upload": SimpleUploadedFile("申请书.pdf", PDF)}
    response = chief.post(url("edit", draft.item_id, "materials"), {"revision": "1", **rows(row)})
    assert response.status_code == 302
    material = Material.objects.get(name="健康证")
    assert (material.position, material.sample) == (3, None)
    assert material.blank_form is not None
    assert material.blank_form.name == "申请书.pdf"


def test_a_material_is_changed_removed_and_its_form_taken_off(chief: Client, draft: ItemVersion) -> None:
    first, second = draft.materials.all()
    kept = actions.keep_file(check_file("表.pdf", PDF))
    Material.objects.filter(pk=first.pk).update(blank_form=kept)
    data = rows(
        {**MATERIAL, "id": first.pk, "name": "改名的申请书", "position": "1", "blank_clear": "on"},
        {**MATERIAL, "id": second.pk, "name": second.name, "DELETE": "on"},
        initial=2,
    )
    chief.post(url("edit", draft.item_id, "materials"), {"revision": "1", **data})
    material = draft.materials.get()
    assert (material.name, material.blank_form) == ("改名的申请书", None)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"name": "", "hint": "近三个月的"}, "第 1 行：请填写材料名称"),
        ({"copies": "0"}, "不能小于"),
        ({"need": "x"}, "请从列出的必要性里选一个"),
        ({"blank_upload": SimpleUploadedFile("a.pdf", b"MZ program")}, "不是其中一种"),
        ({"sample_upload": SimpleUploadedFile("a.pdf", b"<html>")}, "不是其中一种"),
        ({"position": "0"}, "不能小于"),
    ],
)
def test_a_bad_material_is_told_with_its_row(
    chief: Client, draft: ItemVersion, row: dict[str, Any], words: str
) -> None:
    data = {"revision": "1", **rows({**MATERIAL, **row})}
    response = chief.post(url("edit", draft.item_id, "materials"), data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert draft.materials.count() == 2


def test_rows_nobody_filled_are_no_rows(chief: Client, draft: ItemVersion) -> None:
    offered = {"need": "required", "form": "original", "copies": "1", "source": "applicant"}
    data = {"revision": "1", **rows(offered, {"name": "", "copies": ""}, {})}
    assert chief.post(url("edit", draft.item_id, "materials"), data).status_code == 302
    assert draft.materials.count() == 2


def test_a_form_without_its_management_rows_is_refused_not_broken(chief: Client, draft: ItemVersion) -> None:
    assert chief.post(url("edit", draft.item_id, "materials"), {"revision": "1"}).status_code == 422


def test_too_many_rows_are_refused(chief: Client, draft: ItemVersion) -> None:
    data = {"revision": "1", **rows(*({"text": f"条件{n}"} for n in range(61)))}
    assert chief.post(url("edit", draft.item_id, "conditions"), data).status_code == 422
    assert draft.conditions.count() == 1


def test_a_step_keeps_count_and_unit_together(chief: Client, draft: ItemVersion) -> None:
    data = {"revision": "1", **rows({"name": "踏勘", "limit_count": "3"})}
    response = chief.post(url("edit", draft.item_id, "steps"), data)
    assert "请选择环节时限的单位" in response.content.decode()
    data = {"revision": "1", **rows({"name": "踏勘", "limit_count": "3", "limit_unit": "workday"})}
    assert chief.post(url("edit", draft.item_id, "steps"), data).status_code == 302
    assert StepLimit.objects.get(name="踏勘").limit_count == 3


def test_a_fee_and_its_switch_are_saved_together(chief: Client, draft: ItemVersion) -> None:
    row = {"name": "工本费", "amount": "5.00", "basis": "某法第一条", "basis_rank": "law"}
    assert chief.post(url("edit", draft.item_id, "fees"), {"revision": "1", **rows(row)}).status_code == 302
    draft.refresh_from_db()
    assert (draft.is_free, FeeItem.objects.get().version) == (False, draft)


@pytest.mark.parametrize("amount", ["-1", "x", "99999999999999"])
def test_a_bad_amount_is_refused(chief: Client, draft: ItemVersion, amount: str) -> None:
    row = {"name": "工本费", "amount": amount, "basis": "某法第一条", "basis_rank": "law"}
    assert chief.post(url("edit", draft.item_id, "fees"), {"revision": "1", **rows(row)}).status_code == 422


def test_a_zero_byte_in_a_form_is_refused(chief: Client, draft: ItemVersion) -> None:
    data = {"revision": "1", **rows({"text": "有\x00场所"})}
    assert chief.post(url("edit", draft.item_id, "conditions"), data).status_code == 422


def test_the_page_names_every_finding_and_offers_no_publication(chief: Client, hall: builders.Hall) -> None:
    draft = make_draft(hall.department, is_free=False, promise_count=30)
    page = body(chief, url("item", draft.item_id))
    assert "没有写收费" in page
    assert "会晚于法定 20 个工作日" in page
    assert "还不能发布" in page


def test_publishing_from_the_page(chief: Client, draft: ItemVersion) -> None:
    chief.post(url("publish", draft.item_id), {"revision": "1"})
    assert ServiceItem.objects.get().takes_cases
    assert "现行，可以收件" in body(chief, url("item", draft.item_id))


@pytest.mark.parametrize("revision", ["0", "", "x", "99999999999999999999", "²"])
def test_publishing_what_one_has_not_seen_is_refused(chief: Client, draft: ItemVersion, revision: str) -> None:
    response = chief.post(url("publish", draft.item_id), {"revision": revision}, follow=True)
    assert "被别人改过" in response.content.decode()
    assert not ServiceItem.objects.get().takes_cases


def test_publishing_an_incomplete_draft_is_refused_in_words(chief: Client, hall: builders.Hall) -> None:
    draft = make_draft(hall.department, is_free=False)
    response = chief.post(url("publish", draft.item_id), {"revision": "1"}, follow=True)
    assert "暂不能发布" in response.content.decode()


def test_versions_and_what_they_changed_are_shown(chief: Client, draft: ItemVersion) -> None:
    actions.publish(draft, by=None, at=AT)
    second = actions.new_draft(draft.item, by=None)
    actions.edit_draft(
        second, revision=1, changes={"promise_count": 5}, removed=[second.steps.get(name="审查")], by=None
    )
    page = body(chief, url("item", draft.item_id))
    for words in ("减承诺时限", "10 个工作日 → 5 个工作日", "减环节", "去掉 审查"):
        assert words in page


def test_new_draft_discard_and_abolish_from_the_page(chief: Client, draft: ItemVersion) -> None:
    item = draft.item
    actions.publish(draft, by=None, at=AT)
    chief.post(url("draft_new", item.pk))
    assert item.versions.filter(status=VersionStatus.DRAFT).count() == 1
    chief.post(url("draft_discard", item.pk))
    assert item.versions.count() == 1
    chief.post(url("abolish", item.pk), {"reason": "国发〔2026〕1号"})
    assert item.versions.get().status == VersionStatus.ABOLISHED
    assert "国发〔2026〕1号" in body(chief, url("item", item.pk))


@pytest.mark.parametrize("data", [{}, {"reason": ""}, {"reason": "长" * 301}])
def test_abolishing_without_a_basis_is_refused(chief: Client, draft: ItemVersion, data: dict[str, str]) -> None:
    actions.publish(draft, by=None, at=AT)
    response = chief.post(url("abolish", draft.item_id), data, follow=True)
    assert "请写明取消的依据" in response.content.decode()
    assert ServiceItem.objects.get().takes_cases


def test_any_version_can_be_read_whole(chief: Client, draft: ItemVersion) -> None:
    page = body(chief, url("version", draft.item_id, 1))
    assert "食品经营许可申请书" in page
    body(chief, url("version", draft.item_id, 2), status=404)


@pytest.mark.parametrize("name", ["publish", "abolish", "draft_new", "draft_discard"])
def test_reading_changes_nothing(chief: Client, draft: ItemVersion, name: str) -> None:
    assert chief.get(url(name, draft.item_id)).status_code == 405


@pytest.mark.parametrize("name", ["items", "regimes", "item", "version"])
def test_pages_that_only_read_refuse_posts(chief: Client, draft: ItemVersion, name: str) -> None:
    args = {"item": (draft.item_id,), "version": (draft.item_id, 1)}.get(name, ())
    assert chief.post(url(name, *args)).status_code == 405


def test_a_post_without_its_token_is_refused(draft: ItemVersion, hall: builders.Hall) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(hall.chief)
    assert strict.post(url("publish", draft.item_id), {"revision": "1"}).status_code == 403


def test_the_regimes_are_shown_with_articles(chief: Client) -> None:
    page = body(chief, url("regimes"))
    for words in ("第三十二条第一款第（四）项", "本行政机关负责人", "听证、招标", "没有规定期限"):
        assert words in page


def hand_in(client: Client, data: bytes, name: str = "清单.csv") -> Any:
    return client.post(url("import"), {"file": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize("data", [csv_of(line()), xlsx_of(line())])
def test_a_list_is_tried_then_imported(client: Client, hall: builders.Hall, data: bytes) -> None:
    client.force_login(hall.admin)
    address = hand_in(client, data).headers["Location"]
    page = body(client, address)
    assert "导入 1 项，都作为草稿" in page
    assert "区行政审批局" in page
    assert ServiceItem.objects.count() == 0
    assert client.post(address).headers["Location"] == url("items")
    assert ServiceItem.objects.get().code == "511Z0001-0001"
    assert client.get(address).status_code == 302
    assert client.post(address).status_code == 302
    assert ServiceItem.objects.count() == 1


def test_bad_lines_are_shown_and_nothing_can_be_imported(client: Client, hall: builders.Hall) -> None:
    client.force_login(hall.admin)
    address = hand_in(client, csv_of(line(), line(item_code="2", task_type="三"))).headers["Location"]
    page = body(client, address, status=422)
    assert "不认识" in page
    assert "三" in page
    assert "导入 1 项" not in page
    assert client.post(address).status_code == 422
    assert ServiceItem.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "空"), (b"\x00\x01\x02", "文件不是文本表格"), (b"PK\x03\x04broken", "打不开"), (b'a,b\n"x', "引号")],
)
def test_what_is_no_list_is_told_at_the_field(client: Client, hall: builders.Hall, data: bytes, words: str) -> None:
    client.force_login(hall.admin)
    response = hand_in(client, data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert ImportBatch.objects.count() == 0


def test_a_list_without_a_needed_column_is_told(client: Client, hall: builders.Hall) -> None:
    client.force_login(hall.admin)
    response = client.get(hand_in(client, b"a,b\n1,2\n").headers["Location"], follow=True)
    assert "缺少列" in response.content.decode()


def test_a_list_is_seen_only_by_who_handed_it_in(client: Client, hall: builders.Hall) -> None:
    client.force_login(hall.admin)
    address = hand_in(client, csv_of(line())).headers["Location"]
    client.force_login(builders.make_user(Role.ADMIN, builders.make_staff(center=hall.center)))
    body(client, address, status=404)


def test_an_empty_upload_is_told(client: Client, hall: builders.Hall) -> None:
    client.force_login(hall.admin)
    response = client.post(url("import"), {})
    assert response.status_code == 422
    assert "请选择事项清单" in response.content.decode()
