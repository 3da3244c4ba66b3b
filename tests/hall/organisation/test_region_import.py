"""Regions and their centers from a table of divisions."""

import io
import os
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from hall.organisation import actions
from hall.organisation.enums import Level
from hall.organisation.errors import ImportRefused
from hall.organisation.models import Center, Region
from hall.organisation.region_import import center_name
from hall.organisation.tables import TableError, read_table

pytestmark = pytest.mark.django_db
HEAD = "code,code12,name,level,parent\n"
CITY = "1303,130300000000,秦皇岛市,city,13\n"
COUNTY = "130302,130302000000,海港区,county,1303\n"
TOWN = "130302001,130302001000,文化路街道,township,130302\n"
COMMUNITY = "130302001002,130302001002,河涧里社区居委会,village,130302001\n"
VILLAGE = "130302001003,130302001003,圈里村委会,village,130302001\n"
ALL = CITY + COUNTY + TOWN + COMMUNITY + VILLAGE


def run(body: str, **options: bool) -> actions.RegionImport:
    return actions.import_regions(read_table(io.BytesIO((HEAD + body).encode())), by=None, **options)


@pytest.mark.parametrize(
    ("region", "level", "name"),
    [
        ("秦皇岛市", Level.CITY, "秦皇岛市政务服务中心"),
        ("海港区", Level.COUNTY, "海港区政务服务中心"),
        ("文化路街道", Level.TOWN, "文化路街道便民服务中心"),
        ("河涧里社区居委会", Level.VILLAGE, "河涧里社区便民服务室"),
        ("森林逸城第一社区居民委员会", Level.VILLAGE, "森林逸城第一社区便民服务室"),
        ("圈里村委会", Level.VILLAGE, "圈里村便民服务室"),
        ("沟口子村村民委会", Level.VILLAGE, "沟口子村便民服务室"),
        ("陈家营村委会（大）", Level.VILLAGE, "陈家营村便民服务室"),
        ("红旗分场生活区", Level.VILLAGE, "红旗分场生活区便民服务室"),
    ],
)
def test_centers_are_called_what_their_level_calls_them(region: str, level: Level, name: str) -> None:
    assert center_name(region, level) == name


def test_every_region_gets_its_center() -> None:
    assert run(ALL) == actions.RegionImport(regions_new=5, centers_new=5)


def test_centers_point_to_the_one_above() -> None:
    run(ALL)
    room = Center.objects.get(name="圈里村便民服务室")
    above = [room.parent, room.parent and room.parent.parent]
    assert [str(place) for place in above] == ["文化路街道便民服务中心", "海港区政务服务中心"]


def test_numbers_run_within_six_digits_in_order_of_codes() -> None:
    run(ALL)
    codes = Center.objects.order_by("region_id").values_list("region6", "center_no")
    assert list(codes) == [
        ("130300", "0001"),
        ("130302", "0001"),
        ("130302", "0002"),
        ("130302", "0003"),
        ("130302", "0004"),
    ]


def test_a_second_run_changes_nothing() -> None:
    run(ALL)
    assert run(ALL) == actions.RegionImport(unchanged=5)


def test_a_later_region_gets_the_next_number() -> None:
    run(CITY + COUNTY + TOWN)
    run(ALL)
    assert Center.objects.get(name="河涧里社区便民服务室").center_no == "0003"


def test_the_order_of_lines_does_not_matter() -> None:
    run("".join(reversed(ALL.splitlines(keepends=True))))
    assert Center.objects.get(name="圈里村便民服务室").center_no == "0004"


def test_a_renamed_region_is_updated_and_remembered() -> None:
    run(CITY)
    done = run(CITY.replace("秦皇岛市", "秦皇岛新市"))
    names = list(Region.history.filter(code12="130300000000").values_list("name", flat=True))
    assert (done.regions_changed, names) == (1, ["秦皇岛新市", "秦皇岛市"])


def test_every_new_row_has_its_history() -> None:
    run(ALL)
    assert (Region.history.count(), Center.history.count()) == (5, 5)


def test_a_dry_run_saves_nothing() -> None:
    assert run(ALL, dry_run=True).centers_new == 5
    assert not Region.objects.exists()


def test_a_known_region_may_be_a_parent() -> None:
    run(CITY + COUNTY)
    assert run(TOWN).centers_new == 1


def test_names_can_be_found_by_initials() -> None:
    run(CITY)
    assert (Region.objects.get().initials, Center.objects.get().pinyin[:11]) == ("qhds", "qinhuangdao")


def test_a_placeholder_becomes_real() -> None:
    actions.ensure_stub_center(code12="130302000000", name="海港", by=None)
    run(CITY + COUNTY)
    center = Center.objects.select_related("parent").get(region_id="130302000000")
    assert (center.stub, str(center.parent), center.region.name) == (False, "秦皇岛市政务服务中心", "海港区")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("1,13030,某市,city,13\n", "应为 12 位数字"),
        (CITY + CITY, "出现不止一次"),
        ("1303,130300000000,,city,13\n", "名称不能为空"),
        ("1303,130300000000,某市,planet,13\n", "级别“planet”不认识"),
        (COUNTY, "上级“1303”既不在文件里，也没有登记过"),
        (CITY + COUNTY + "130303,130303000000,山海关区,county,130302\n", "级别不高于本行"),
        ("130302,130302000000,海港区,county,130302\n", "级别不高于本行"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_saved(body: str, sentence: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        run(body)
    assert sentence in str(refused.value.errors[0])
    assert not Region.objects.exists()


def test_every_bad_row_is_named() -> None:
    with pytest.raises(ImportRefused) as refused:
        run("x,1,,y,\nx,2,,y,\n")
    assert [error.line for error in refused.value.errors] == [2, 2, 2, 3, 3, 3]


def test_a_missing_column_has_a_sentence() -> None:
    with pytest.raises(TableError, match="缺少列：code12"):
        actions.import_regions(read_table(io.BytesIO(b"code,name,level,parent\n1,2,3,4\n")), by=None)


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "regions.csv").write_text(HEAD + ALL)
    call_command("import_regions", str(tmp_path / "regions.csv"))
    assert "已导入：新区划 5，改动 0，不变 0；新中心 5。" in capsys.readouterr().out


def test_the_command_names_bad_rows_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "regions.csv").write_text(HEAD + COUNTY)
    with pytest.raises(CommandError, match="有 1 处错误"):
        call_command("import_regions", str(tmp_path / "regions.csv"))
    assert "第 2 行“parent”" in capsys.readouterr().err


def test_the_command_has_a_sentence_for_a_missing_file() -> None:
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_regions", "nowhere.csv")


@pytest.mark.real_data
@pytest.mark.skipif("HALL_REAL_DATA" not in os.environ, reason="HALL_REAL_DATA names no folder of real data")
def test_qinhuangdao_comes_in_whole_and_quickly() -> None:
    path = Path(os.environ["HALL_REAL_DATA"]) / "divisions" / "qinhuangdao_1303.csv"
    started = time.monotonic()
    call_command("import_regions", str(path), stdout=io.StringIO())
    call_command("import_regions", str(path), stdout=io.StringIO())
    counts = {level: Center.objects.filter(level=level).count() for level in Level}
    assert counts == {Level.CITY: 1, Level.COUNTY: 9, Level.TOWN: 102, Level.VILLAGE: 2500}
    assert time.monotonic() - started < 20
