"""The exchange workbook: the five tables, typed cells, and a trail (domain.md §2.2, X04)."""

import io
from datetime import date

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from approvals.cases import actions, exchange
from approvals.cases.enums import DeliveryMethod
from approvals.cases.models import Case
from hall.ledger.models import Event
from tests.builders import Hall, accepted_case, make_case, moment, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivered(hall):
    case = accepted_case(hall, applicant=person("=张三", identity="130302199003070012"))
    case = actions.pause(
        case, by=hall.approver, at=moment("2026-04-17 15:30"), ground=hall.ground(), notified_days=3, reason="复杂"
    )
    case = actions.resume(case, by=hall.approver, at=moment("2026-04-22 11:05"), ground=hall.ground())
    case = actions.grant(case, by=hall.approver, at=moment("2026-04-23 09:00"))
    return actions.deliver(
        case, by=hall.clerk, at=moment("2026-04-24 09:00"), method=DeliveryMethod.POSTED, tracking="EMS1"
    )


def workbook(client, hall, **facts):
    client.force_login(hall.supervisor)
    data = {"since": "2026-04-01", "until": "2026-04-30", "purpose": "汇聚", **facts}
    return client.post("/work/export/", data)


def sheet(response, name):
    """The rows of one table by its column names; the response closes its file."""
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    response.close()
    header = [cell.value for cell in book[name][2]]
    return [dict(zip(header, [c.value for c in row], strict=True)) for row in book[name].iter_rows(min_row=4)]


def test_acceptance_row(client, hall, delivered):
    [row] = sheet(workbook(client, hall), "up_pro_accept")
    assert row["PROJECT_NO"] == delivered.docket
    assert row["APPLYER_PAGE_CODE"] == "130302199003070012"
    assert row["PROMISE_DATE"].date() == date(2026, 5, 18)


def test_leading_equals_sign_stays_text(client, hall, delivered):
    [row] = sheet(workbook(client, hall), "up_pro_accept")
    assert row["APPLYER_NAME"] == "=张三"


def test_process_rows_follow_the_moves(client, hall, delivered):
    rows = sheet(workbook(client, hall), "up_pro_process")
    assert [row["PROCESS_NAME"] for row in rows] == ["受理", "停表", "恢复计时", "准予", "送达"]


def test_special_procedure_has_ground_and_law(client, hall, delivered):
    [row] = sheet(workbook(client, hall), "up_pro_special_procedure")
    assert row["SPECIAL_NAME"] == "专家评审"
    assert "第四十五条" in row["SPECIAL_REASON"]


def test_result_row_only_for_closed_cases(client, hall, delivered):
    make_case(hall)
    [row] = sheet(workbook(client, hall), "up_pro_result")
    assert (row["RESULT_TYPE"], row["IS_DELIVERY"]) == ("0", "是")


def test_materials_are_listed(client, hall, delivered):
    assert len(sheet(workbook(client, hall), "up_pro_material")) == 2


def test_days_are_days_of_receipt(client, hall, delivered):
    assert sheet(workbook(client, hall, since="2026-04-14"), "up_pro_accept") == []


def test_trail_names_purpose_and_count(client, hall, delivered):
    sheet(workbook(client, hall), "up_pro_accept")  # to its end, so that the file is closed
    event = Event.objects.get(kind="case.exported")
    assert (event.actor, event.data["rows"], event.data["reason"]) == (hall.supervisor, 1, "汇聚")


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"purpose": ""}, "请填写用途"),
        ({"since": "2026-05-01"}, "截止日期不能早于开始日期"),
        ({"since": "30 February"}, "2026-05-18"),
    ],
)
def test_what_is_wrong_is_said(client, hall, facts, sentence):
    response = workbook(client, hall, **facts)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_other_roles_may_not(client, hall):
    client.force_login(hall.clerk)
    assert client.get("/work/export/").status_code == 403


def test_other_centers_are_left_out(client, hall, delivered):
    assert sheet(workbook(client, Hall()), "up_pro_accept") == []


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_cases(hall, number, django_assert_max_num_queries):
    for _ in range(number):
        accepted_case(hall)
    with django_assert_max_num_queries(12):
        assert list(exchange.rows(Case.objects.all(), limit=100))


def test_command_writes_the_file(tmp_path, hall, delivered):
    path = tmp_path / "out.xlsx"
    call_command("export_cases", str(path), "--since=2026-04-01", "--until=2026-04-30", "--purpose=汇聚")
    assert load_workbook(path).sheetnames == [sheet.name for sheet in exchange.SHEETS]
