"""Lists of the rooms below: what the page says is what leaves, in the same scope and under the same filters."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hall.access.device_actions import register_device
from hall.access.enums import DeviceKind
from hall.facts import parameters
from hall.facts.models import Setting
from hall.organisation import actions as organisation
from hall.organisation.models import Window
from tests.builders import Hall, make_center, make_department, make_staff, make_window
from tests.hall.exports.taking import at_desk, taken, trail

pytestmark = pytest.mark.django_db
NAME = "patrol.rectify_days"


def url(name: str, *args: object, query: str = "") -> str:
    return reverse(f"exports:{name}", args=args) + (f"?{query}" if query else "")


def test_every_number_leaves_with_its_value_and_source(hall: Hall) -> None:
    file = taken(hall.supervisor, url("parameters"))
    assert len(file.rows) == len(parameters.declared())
    assert (file.types("值"), file.types("施行"), file.types("依据")) == ({"n"}, {"d"}, {"s"})
    assert file.filters == "筛选：中心 全部中心。"


def test_the_numbers_of_one_center_say_which_are_its_own(hall: Hall) -> None:
    day = timezone.localdate() - timedelta(days=1)
    Setting.objects.create(key=NAME, center=hall.center, value=9, source="本区规定", effective_from=day)
    label = next(key.label for key in parameters.declared() if key.name == NAME)
    file = taken(hall.supervisor, url("parameters", query=f"center={hall.center.name}&q={label}"))
    assert (file.column("值"), file.column("本中心另有规定"), file.column("依据")) == ([9], ["是"], ["本区规定"])
    assert file.filters == f"筛选：中心 {hall.center.name}；参数名称 {label}。"
    assert trail()["filters"]["参数名称"] == "（输入的词不入账）"


def test_what_is_to_come_is_said_and_does_not_hold_yet(hall: Hall) -> None:
    day = timezone.localdate() + timedelta(days=30)
    Setting.objects.create(key=NAME, center=None, value=77, source="新规定", effective_from=day)
    label = next(key.label for key in parameters.declared() if key.name == NAME)
    file = taken(hall.supervisor, url("parameters", query=f"q={label}"))
    assert file.column("值") != [77]
    assert file.column("以后")[0].startswith(f"{day:%Y-%m-%d} 起 77")


def test_one_number_leaves_with_all_it_ever_was(hall: Hall) -> None:
    day = timezone.localdate() - timedelta(days=1)
    Setting.objects.create(key=NAME, center=hall.center, value=9, source="本区规定", effective_from=day)
    foreign = make_center("邻区中心")
    Setting.objects.create(key=NAME, center=foreign, value=8, source="邻区规定", effective_from=day)
    file = taken(hall.supervisor, url("parameter", NAME))
    assert file.column("值")[0] == 9
    assert "邻区规定" not in file.column("依据")
    assert set(file.column("设定人")) == {"随系统提供"}


def test_a_number_nobody_declared_is_no_page(hall: Hall) -> None:
    assert at_desk(hall.supervisor).get(url("parameter", "no.such")).status_code == 404


def test_people_leave_with_their_accounts_and_nobody_elses(hall: Hall) -> None:
    make_staff(make_department(make_center("邻区中心")), name="外人")
    file = taken(hall.admin, url("staff"))
    assert "外人" not in file.column("姓名")
    assert hall.clerk.username in file.column("用户名")
    assert "含个人信息" in file.mark


def test_people_are_narrowed_as_on_their_page(hall: Hall) -> None:
    person = make_staff(hall.department, name="欧阳夏丹")
    file = taken(hall.admin, url("staff", query="q=欧阳"))
    assert (file.column("姓名"), file.column("状态")) == (["欧阳夏丹"], ["没有账号"])
    assert (file.filters, person.name in str(trail())) == ("筛选：姓名、拼音、工号或用户名 欧阳。", False)


def test_who_left_is_said_to_have_left(hall: Hall) -> None:
    gone = make_staff(hall.department, name="离岗人")
    organisation.leave(staff=gone, on=timezone.localdate(), by=hall.admin, at=timezone.now())
    file = taken(hall.admin, url("staff", query="q=离岗人"))
    assert (file.column("状态"), file.types("离岗")) == (["离岗"], {"d"})


@pytest.mark.parametrize("slug", ["departments", "windows", "posts", "centers"])
def test_places_leave_with_the_columns_of_their_page(hall: Hall, slug: str) -> None:
    page = at_desk(hall.admin).get(reverse("access:place_list", args=[slug]))
    file = taken(hall.admin, url("places", slug))
    assert file.heads == [heading for heading, _ in page.context["kind"].columns]
    shown = [[text for _, text in cells] for _, cells in page.context["lines"]]
    assert [list(row) for row in file.rows] == shown


def test_places_are_narrowed_as_on_their_page(hall: Hall) -> None:
    Window.objects.filter(pk=make_window(hall.center).pk).update(name="企业开办专窗")
    assert taken(hall.admin, url("places", "windows", query="q=企业开办")).column("名称") == ["企业开办专窗"]


@pytest.mark.parametrize("slug", ["nonsense", "x" * 200])
def test_a_kind_of_place_nobody_knows_is_no_page(hall: Hall, slug: str) -> None:
    assert at_desk(hall.admin).get(url("places", slug)).status_code == 404


def test_screens_leave_without_their_codes(hall: Hall) -> None:
    facts = {"kind": DeviceKind.PAD, "center": hall.center, "window": hall.window, "name": "一号评价器"}
    _, code = register_device(**facts, by=hall.supervisor, at=timezone.now())
    file = taken(hall.supervisor, url("devices"))
    assert file.column("名称") == ["一号评价器"]
    assert code not in str(file.lines)


def test_changes_leave_as_the_page_tells_them(hall: Hall) -> None:
    page = at_desk(hall.auditor).get(reverse("access:history") + "?kind=departments")
    file = taken(hall.auditor, url("history", query="kind=departments"))
    assert file.column("对象") == [line.name for line in page.context["lines"]]
    assert (file.types("时间"), file.filters) == ({"d"}, "筛选：种类 部门。")


def test_the_changes_of_one_row_only(hall: Hall) -> None:
    other = make_department(hall.center, name="另一个局")
    file = taken(hall.auditor, url("history", query=f"kind=departments&row={other.pk}"))
    assert set(file.column("对象")) == {str(other)}


def test_changes_are_read_in_pieces_and_none_is_lost(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(5):
        make_department(hall.center, name=f"第{n}局")
    whole = taken(hall.auditor, url("history", query="kind=departments")).column("对象")
    monkeypatch.setattr("hall.exports.house.AT_ONCE", 2)
    assert taken(hall.auditor, url("history", query="kind=departments")).column("对象") == whole


def test_changes_of_what_nobody_knows_are_no_page(hall: Hall) -> None:
    assert at_desk(hall.auditor).get(url("history", query="kind=nonsense")).status_code == 404


@pytest.mark.parametrize("name", ["邻区中心", "没有这个中心", "1303020099"])
def test_the_numbers_of_a_center_out_of_reach_are_no_page(hall: Hall, name: str) -> None:
    make_center("邻区中心", center_no="0099")
    assert at_desk(hall.supervisor).get(url("parameters", query=f"center={name}")).status_code == 404
    assert at_desk(hall.supervisor).get(url("parameters", query=f"center={hall.center.name}")).status_code == 200


def test_changes_of_a_row_out_of_reach_are_no_page(hall: Hall) -> None:
    own, foreign = make_staff(center=hall.center), make_staff(center=make_center("邻区中心"))
    client = at_desk(hall.auditor)
    for row, status in ((own.pk, 200), (foreign.pk, 404), (999_999_999, 404)):
        assert client.get(url("history", query=f"kind=staff&row={row}")).status_code == status


@pytest.mark.parametrize(
    ("name", "who", "line"),
    [
        ("staff", "admin", "access:staff_list"),
        ("taken_export", "auditor", "exports:taken"),
        ("history", "auditor", "access:history"),
        ("parameters", "supervisor", "facts:parameters"),
    ],
)
def test_the_rail_shows_where_the_list_stands(hall: Hall, name: str, who: str, line: str) -> None:
    client = at_desk(getattr(hall, who))
    for page in (client.get(url(name)), client.post(url(name), {})):
        assert [link["url"] for link in page.context["frame"]["nav"] if link["active"]] == [reverse(line)]
