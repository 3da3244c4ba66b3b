"""Files of lists that rooms above give: the rows of the page, typed, and no more than the page shows."""

import pytest
from django.urls import reverse
from django.utils import timezone

from approvals.cases.models import Case
from hall.access.models import User
from hall.supervision.models import SuperviseRule
from tests.builders import Hall, accepted_case, make_case, make_department, make_item_version
from tests.hall.appraisal.builders import draft as scheme
from tests.hall.appraisal.builders import manual_line, run, sheet_of
from tests.hall.evaluation.builders import box_of, opened
from tests.hall.exports.taking import at_desk, printed, taken, trail
from tests.hall.reports.test_writing import written
from tests.hall.supervision.builders import hand_card
from tests.hall.supervision.test_accountability import open_one, record_in

pytestmark = pytest.mark.django_db


def cases(preset: str = "all", query: str = "") -> str:
    return reverse("cases:list-export", args=[preset]) + (f"?{query}" if query else "")


def test_cases_leave_as_they_are_listed_with_masked_names(hall: Hall) -> None:
    case = make_case(hall)
    file = taken(hall.chief, cases())
    assert file.column("办件编号") == [case.docket]
    assert (file.types("收件"), file.types("到期"), file.types("办件编号")) == ({"d"}, {"d"}, {"s"})
    assert "*" in file.column("申请人")[0]
    assert "含个人信息" in file.mark


def test_cases_are_narrowed_by_state_and_lamp_as_on_the_page(hall: Hall) -> None:
    version = make_item_version(hall.department)
    accepted = accepted_case(hall, version)
    make_case(hall, version)
    file = taken(hall.chief, cases(query=f"state={accepted.state}"))
    assert file.column("办件编号") == [accepted.docket]
    assert file.filters == f"筛选：环节 {accepted.get_state_display()}。"
    assert taken(hall.chief, cases(query="lamp=paused")).rows == []


@pytest.mark.parametrize("preset", ["worklist", "all", "notices", "deliveries"])
def test_every_list_of_cases_leaves_with_the_rows_of_its_page(hall: Hall, preset: str) -> None:
    make_case(hall)
    accepted_case(hall)
    page = at_desk(hall.chief).get(reverse(f"cases:{preset}"))
    dockets = [row.docket for row in page.context["rows"]]
    assert [row[0] for row in taken(hall.chief, cases(preset)).rows] == dockets


def test_a_list_of_cases_nobody_knows_is_no_page(hall: Hall) -> None:
    assert at_desk(hall.chief).get(cases("nonsense")).status_code == 404


def test_who_may_not_export_cases_is_not_offered_it_and_gets_none(hall: Hall) -> None:
    assert cases("worklist") not in at_desk(hall.clerk).get(reverse("cases:worklist")).content.decode()
    assert at_desk(hall.clerk).get(cases()).status_code == 403


def test_cases_of_others_do_not_leave(hall: Hall) -> None:
    accepted_case(Hall(make_department(name="别的局").center))
    assert taken(hall.chief, cases()).rows == []
    assert Case.objects.count() == 1


def test_cases_leave_on_paper_too(hall: Hall) -> None:
    make_case(hall)
    assert printed(hall.chief, cases()).startswith(b"%PDF")


def test_items_leave_as_they_are_listed(hall: Hall) -> None:
    version = make_item_version(hall.department)
    make_item_version(hall.department, publish=False)
    file = taken(hall.chief, reverse("catalogue:items_export") + "?status=published")
    assert file.column("编码") == [version.item.code]
    assert (file.types("现行版本"), file.filters) == ({"n"}, "筛选：状态 现行。")


def test_ones_own_cards_leave_and_nobody_elses(hall: Hall) -> None:
    card = hand_card(hall)
    assert taken(hall.clerk, reverse("supervision:my-cards-export")).column("编号") == [card.number]
    assert taken(hall.other_clerk, reverse("supervision:my-cards-export")).rows == []


@pytest.mark.parametrize(("query", "words"), [("", "未了结"), ("?all=1", "全部")])
def test_the_file_of_ones_own_cards_says_which(hall: Hall, query: str, words: str) -> None:
    file = taken(hall.clerk, reverse("supervision:my-cards-export") + query)
    assert file.filters == f"筛选：当事人 本人和本人所代表的部门；状态 {words}。"


def test_rules_leave_one_a_line(hall: Hall) -> None:
    file = taken(hall.auditor, reverse("supervision:rules-export"))
    assert len(file.rows) == SuperviseRule.objects.count()
    assert file.types("有效的牌") == {"n"}


def test_accountability_leaves_without_findings_and_with_a_trail(hall: Hall) -> None:
    record = open_one(hall)
    file = taken(hall.supervisor, reverse("supervision:records-export"))
    assert file.column("编号") == [record.number]
    assert "值班时间脱岗" not in str(file.lines)
    assert "含个人信息" in file.mark
    assert (trail()["title"], trail()["rows"]) == ("责任追究", 1)


def test_accountability_is_narrowed_by_state(hall: Hall) -> None:
    record_in(hall, "cancelled")
    served = record_in(hall, "served")
    file = taken(hall.supervisor, reverse("supervision:records-export") + "?state=served")
    assert (file.column("编号"), file.filters) == ([served.number], f"筛选：状态 {served.get_state_display()}。")


@pytest.mark.parametrize("role", ["clerk", "approver", "chief", "admin"])
def test_accountability_leaves_with_nobody_else(hall: Hall, role: str) -> None:
    assert at_desk(getattr(hall, role)).get(reverse("supervision:records-export")).status_code == 403


def test_schemes_leave_with_their_versions(hall: Hall) -> None:
    mine = scheme(hall)
    file = taken(hall.supervisor, reverse("appraisal:schemes_export"))
    assert mine.name in file.column("名称")
    assert file.types("版本") == {"n"}


def test_candidates_leave_with_their_conditions(hall: Hall) -> None:
    run(hall, manual_line(100))
    page = at_desk(hall.supervisor).get(reverse("appraisal:candidates") + "?period=2026-10")
    file = taken(hall.supervisor, reverse("appraisal:candidates_export") + "?period=2026-10")
    assert file.column("对象") == [one.score.label for one, _ in page.context["rows"]]
    assert set(file.column("条件")) <= {"符合", "不符合"}
    assert "评选期 2026 年 10 月" in file.filters


def test_a_score_of_halves_is_not_shown_rounded(hall: Hall) -> None:
    sheet = sheet_of(run(hall, manual_line(100)), hall.clerk)
    file = taken(hall.supervisor, reverse("appraisal:overview_export"))
    at = file.heads.index("总分") + 1
    assert file.sheet.cell(file.top + 1, at).number_format == "0.0"
    assert float(sheet.total) in file.column("总分")


def test_what_waits_for_a_second_person_leaves(hall: Hall) -> None:
    file = taken(hall.supervisor, reverse("appraisal:worklist_export"))
    assert (file.rows, file.filters) == ([], "筛选：状态 等第二人裁定或审核。")


def test_reports_leave_as_a_list(hall: Hall) -> None:
    report = written(hall)
    file = taken(hall.supervisor, reverse("reports:list_export") + f"?kind={report.kind}")
    assert (file.column("报告"), file.types("写成时间")) == ([report.title], {"d"})
    assert taken(hall.supervisor, reverse("reports:list_export")).filters == "筛选：没有，是全部。"


def test_boxes_leave_with_how_often_they_were_opened(hall: Hall) -> None:
    opened(hall, box_of(hall))
    file = taken(hall.supervisor, reverse("evaluation:boxes_export"))
    assert (file.column("开箱次数"), file.types("启用")) == ([1], {"d"})


def test_the_board_of_pledges_leaves_with_numbers_that_can_be_added(hall: Hall) -> None:
    file = taken(hall.supervisor, reverse("pledges:board_export"))
    assert "n" in file.types("件数")
    assert file.filters.startswith("筛选：期间 ")


@pytest.mark.parametrize(
    ("name", "label"),
    [("bulletins", "已发布"), ("complaints", "已逾期"), ("patrols", "已结束"), ("checks", "查完了"),
     ("rectifications", "已逾期")],
)  # fmt: skip
def test_every_file_of_conduct_names_center_and_state(hall: Hall, name: str, label: str) -> None:
    states = {"已发布": "published", "已逾期": "late", "已结束": "finished", "查完了": "finished"}
    query = f"?center={hall.center.name}&state={states[label]}"
    file = taken(hall.supervisor, reverse(f"conduct:{name}_export") + query)
    assert file.filters == f"筛选：中心 {hall.center.name}；状态 {label}。"


def test_a_center_nobody_knows_is_named_on_the_file_and_not_in_the_ledger(hall: Hall) -> None:
    file = taken(hall.supervisor, reverse("conduct:complaints_export") + "?center=张小明")
    assert file.filters == "筛选：中心 张小明。"
    assert "张小明" not in str(trail())


@pytest.mark.parametrize(
    ("name", "who"),
    [("supervision:cards-export", "supervisor"), ("rectification:evaluations_export", "chief"),
     ("rectification:figures_export", "chief"), ("pledges:board_export", "clerk")],
)  # fmt: skip
def test_a_period_is_named_as_people_say_it(hall: Hall, name: str, who: str) -> None:
    user: User = getattr(hall, who)
    assert "2026 年 10 月" in taken(user, reverse(name) + "?period=2026-10").filters


def test_the_day_of_the_file_is_in_its_mark(hall: Hall) -> None:
    assert f"{timezone.localdate():%Y-%m-%d}" in taken(hall.auditor, reverse("supervision:rules-export")).mark
