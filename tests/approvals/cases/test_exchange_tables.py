"""The five tables of the provincial platform for a case in every situation (domain.md §2.2)."""

from datetime import date, datetime

import pytest

from approvals.cases import actions, exchange
from approvals.cases.enums import CaseState, DeliveryMethod
from approvals.cases.models import Case
from tests.approvals.cases.ways import FRIDAY, WAYS, granted, noticed, paused, with_promise
from tests.builders import MONDAY, Hall, accepted_case, make_case, moment, person

pytestmark = pytest.mark.django_db
S = CaseState


def wall(text: str) -> datetime:
    """What the clock on the wall shows: spreadsheets know no zone."""
    return moment(text).replace(tzinfo=None)


@pytest.fixture(scope="module")
def made(house: Hall) -> dict[CaseState, Case]:
    return {state: way(house) for state, way in WAYS.items()}


def table(case: Case, name: str) -> list[dict[str, object]]:
    """The rows of one table for one case, by column code."""
    found = exchange.rows(Case.objects.filter(pk=case.pk), limit=10)
    return [
        dict(zip((code for code, _ in sheet.columns), cells, strict=True))
        for sheet, cells in found
        if sheet.name == name
    ]


def test_every_table_names_its_columns_once():
    for sheet in exchange.SHEETS:
        codes = [code for code, _ in sheet.columns]
        assert len(set(codes)) == len(codes)
        assert codes[0] == "PROJECT_NO"


@pytest.mark.parametrize("state", CaseState)
def test_every_case_is_one_row_of_receipt(made, state):
    [row] = table(made[state], "up_pro_accept")
    assert (row["PROJECT_NO"], row["TASK_NAME"]) == (made[state].docket, made[state].version_filed.name)
    assert row["APPLY_DATE"] == wall("2026-04-13 10:08")


@pytest.mark.parametrize(
    ("state", "accepted"),
    [(S.RECEIVED, None), (S.SUPPLEMENTING, None), (S.REFUSED, None), (S.REVIEWING, wall("2026-04-13 10:08"))],
)
def test_only_who_was_accepted_has_a_day_of_acceptance(made, state, accepted):
    [row] = table(made[state], "up_pro_accept")
    assert row["ACCEPT_DATE"] == accepted
    assert bool(row["ACCEPT_NUM"]) is bool(accepted)
    assert bool(row["HANDLE_USER_NAME"]) is bool(accepted)


RESULTS = {
    S.DELIVERED: ("0", "出证办结"),
    S.NOT_REQUIRED: ("6", "其他办结"),
    S.REFUSED: ("6", "其他办结"),
    S.WITHDRAWN: ("1", "退回办结"),
    S.LAPSED: ("5", "补正不来"),
    S.RETURNED: ("1", "退回办结"),
    S.VOIDED: ("2", "作废办结"),
    S.ARCHIVED: ("0", "出证办结"),
}


@pytest.mark.parametrize("state", RESULTS)
def test_every_end_has_its_code(made, state):
    [row] = table(made[state], "up_pro_result")
    assert (row["RESULT_TYPE"], row["RESULT_NAME"]) == RESULTS[state]


@pytest.mark.parametrize("state", [s for s in CaseState if s not in RESULTS])
def test_an_open_case_has_no_result(made, state):
    assert table(made[state], "up_pro_result") == []


def test_a_denial_delivered_is_another_end_without_a_licence(house):
    case = actions.deny(accepted_case(house), by=house.approver, at=FRIDAY, reason="面积不符合规定")
    case = actions.deliver(case, by=house.clerk, at=FRIDAY, method=DeliveryMethod.COLLECTED)
    [row] = table(case, "up_pro_result")
    assert (row["RESULT_TYPE"], row["RESULT_CE_NAME"]) == ("6", "")
    assert row["RESULT_EXPLAIN"] == "面积不符合规定"
    assert row["RESULT_CE_CODE"].startswith("130302-不准-2026-")


@pytest.mark.parametrize(("method", "posted"), [(DeliveryMethod.POSTED, True), (DeliveryMethod.BROUGHT, False)])
def test_the_way_of_delivery(house, method, posted):
    case = actions.deliver(granted(house), by=house.clerk, at=FRIDAY, method=method, tracking="EMS1")
    [row] = table(case, "up_pro_result")
    assert (row["IS_DELIVERY"], row["DELIVERY_DATE"]) == (posted, wall("2026-04-17 15:30"))


MOVES = {
    S.RECEIVED: [],
    S.REVIEWING: ["accept"],
    S.SUPPLEMENTING: ["notify_supplement"],
    S.PAUSED: ["accept", "pause"],
    S.RETURNED: ["accept", "propose_return", "confirm_return"],
    S.ARCHIVED: ["accept", "grant", "deliver", "archive"],
}


@pytest.mark.parametrize("state", MOVES)
def test_the_process_is_every_move_in_order(made, state):
    assert [row["PROCESS_CODE"] for row in table(made[state], "up_pro_process")] == MOVES[state]


def test_a_move_ends_when_the_next_begins(made):
    rows = table(made[S.ARCHIVED], "up_pro_process")
    assert [r["EVENT_END_TIME"] for r in rows[:-1]] == [r["EVENT_START_TIME"] for r in rows[1:]]
    assert rows[-1]["EVENT_END_TIME"] == rows[-1]["EVENT_START_TIME"]


def test_a_move_gives_its_reason_or_its_word(made):
    opinions = {row["PROCESS_CODE"]: row["HANDLE_EXPLAIN"] for row in table(made[S.RETURNED], "up_pro_process")}
    assert (opinions["propose_return"], opinions["accept"]) == ("材料不真实", "受理")


def test_a_running_procedure_has_no_end(house):
    [row] = table(paused(house), "up_pro_special_procedure")
    assert (row["SPECIAL_NAME"], row["START_DATE"], row["END_DATE"]) == ("专家评审", date(2026, 4, 17), None)
    assert (row["NOTICE_DAYS"], row["HANDLE_USER_NAME"]) == (3, house.approver.staff.name)


def test_each_procedure_is_a_row(house):
    case = actions.resume(paused(house), by=house.approver, at=moment("2026-04-22 11:00"), ground=house.ground())
    case = actions.pause(
        case,
        by=house.approver,
        at=moment("2026-04-23 11:00"),
        ground=house.ground("testing"),
        notified_days=2,
        reason="送检",
    )
    rows = table(case, "up_pro_special_procedure")
    assert [(row["SPECIAL_CODE"], row["END_DATE"]) for row in rows] == [
        ("expert_review", date(2026, 4, 22)), ("testing", None),
    ]  # fmt: skip


def test_materials_say_how_they_came(house):
    states = {row["MATERIAL_NAME"]: row["MATERIAL_STATE"] for row in table(with_promise(house), "up_pro_material")}
    assert states == {"申请书": "已收", "营业执照复印件": "已收", "场地证明": "容缺后补"}


def test_what_was_missing_has_no_day(house):
    assert {row["RECEIVE_DATE"] for row in table(noticed(house), "up_pro_material")} == {None}


def test_a_proxy_stands_in_the_columns_of_contact(house):
    proxy = person("李四", identity="130302199003070012", phone="13987654321", mandate="代为申请")
    [row] = table(make_case(house, proxy=proxy), "up_pro_accept")
    assert (row["CONTACT_NAME"], row["CONTACT_CODE"], row["CONTACT_MOBILE"]) == (
        "李四", "130302199003070012", "13987654321",
    )  # fmt: skip


def test_without_a_proxy_the_columns_are_empty(house):
    [row] = table(make_case(house), "up_pro_accept")
    assert (row["CONTACT_NAME"], row["CONTACT_CODE"], row["CONTACT_MOBILE"]) == ("", "", "")


def test_deemed_acceptance_names_nobody(house):
    case = actions.deem_accepted(make_case(house), at=moment("2026-04-21 00:00:05"))
    [row] = table(case, "up_pro_accept")
    assert (row["HANDLE_USER_NAME"], row["ACCEPT_DATE"]) == ("", wall("2026-04-13 10:08"))


def test_a_void_paper_is_not_handed_on(house):
    case = accepted_case(house)
    case.documents.update(voided_at=MONDAY, voided_reason="写错")
    [row] = table(case, "up_pro_accept")
    assert row["ACCEPT_NUM"] == ""


def test_the_limit_holds_and_keeps_the_oldest(house, made):
    found = exchange.rows(Case.objects.filter(pk__in=[c.pk for c in made.values()]), limit=3)
    assert len({cells[0] for sheet, cells in found if sheet.name == "up_pro_accept"}) == 3
