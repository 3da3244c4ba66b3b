"""What the demonstration says: every limit stands in the law it names, and nobody in it exists."""

import csv
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from approvals.catalogue.enums import BasisRank, CaseKind, ItemKind, LimitUnit, MaterialForm, MaterialNeed, VisitCount
from approvals.demonstration import content, items
from approvals.demonstration.stories import STORIES
from hall.access.enums import Role

ITEMS = list(content.items())
ORGANISATION = content.organisation()
REAL = os.environ.get("HALL_REAL_DATA")
UNITS = {"日": "day", "工作日": "workday", "月": "month"}
# Read in the text of the regulation itself; the list of limits does not have it.
READ_ELSEWHERE = {("市场主体登记管理条例", "第十九条")}


def by_code(pair: tuple[str, dict[str, Any]]) -> str:
    return str(pair[1]["code"])


@pytest.fixture(scope="module")
def limits() -> list[dict[str, str]]:
    if not REAL:
        pytest.skip("HALL_REAL_DATA names no folder with the limits of law texts")
    path = Path(REAL) / "catalog" / "statutory_time_limits_from_law_texts.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_about_sixty_items_with_codes_of_their_own() -> None:
    codes = [item["code"] for _, item in ITEMS]
    assert 55 <= len(codes) <= 70
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"YS130302-\d{2}-\d{6}", code) for code in codes)


def test_names_are_unique() -> None:
    assert len({item["name"] for _, item in ITEMS}) == len(ITEMS)


@pytest.mark.real_data
@pytest.mark.parametrize("pair", ITEMS, ids=by_code)
def test_every_statutory_limit_stands_in_the_law_it_names(
    pair: tuple[str, dict[str, Any]], limits: list[dict[str, str]]
) -> None:
    _, item = pair
    basis = item["bases"][-1]
    law = basis["title"].removeprefix("中华人民共和国")
    if (law, basis["article"]) in READ_ELSEWHERE:
        return
    found = [
        row
        for row in limits
        if (row["law"], row["article"]) == (law, basis["article"]) and row["sentence"].endswith(basis["text"])
    ]
    assert [int(row["limit"]) for row in found] == [item["statute"]["count"]]
    unit = "workday" if law == "行政许可法" else UNITS[found[0]["unit"]]
    assert unit == item["statute"]["unit"]


@pytest.mark.parametrize("pair", ITEMS, ids=by_code)
def test_items_use_the_words_of_the_catalogue(pair: tuple[str, dict[str, Any]]) -> None:
    _, item = pair
    assert item["kind"] in ItemKind.values
    assert item["case_kind"] in CaseKind.values
    assert item.get("visits", "once") in VisitCount.values
    assert {basis["rank"] for basis in item["bases"]} <= set(BasisRank.values)
    for material in item["materials"]:
        assert material.get("need", "required") in MaterialNeed.values
        assert material.get("form", "original") in MaterialForm.values


@pytest.mark.parametrize("pair", ITEMS, ids=by_code)
def test_statute_note_names_the_article_of_the_limit(pair: tuple[str, dict[str, Any]]) -> None:
    _, item = pair
    basis = item["bases"][-1]
    assert item["statute_note"].startswith(
        f"《{basis['title'].removeprefix('中华人民共和国')}》{basis['article']}"
    ) or item["statute_note"].startswith(f"《{basis['title']}》{basis['article']}")


@pytest.mark.parametrize("pair", ITEMS, ids=by_code)
def test_acceptance_is_no_step_of_its_own(pair: tuple[str, dict[str, Any]]) -> None:
    assert all(step["name"] != "受理" for step in pair[1]["steps"])


@pytest.mark.parametrize("pair", ITEMS, ids=by_code)
def test_the_first_material_is_what_the_general_form_is_for(pair: tuple[str, dict[str, Any]]) -> None:
    assert re.search("申请|登记|报告|表|书", pair[1]["materials"][0]["name"])


def test_items_are_varied() -> None:
    kinds = Counter(item["kind"] for _, item in ITEMS)
    units = Counter(item["promise"]["unit"] for _, item in ITEMS if "promise" in item)
    assert set(kinds) >= {ItemKind.PERMIT, ItemKind.PAYMENT, ItemKind.CONFIRMATION, ItemKind.PUBLIC_SERVICE}
    assert set(units) == set(LimitUnit.values)
    assert sum(item["case_kind"] == CaseKind.INSTANT for _, item in ITEMS) >= 4
    assert sum("supplement" in item for _, item in ITEMS) >= 15
    assert sum("fees" in item for _, item in ITEMS) >= 2


def test_every_item_belongs_to_a_department_of_the_center() -> None:
    assert {name for name, _ in ITEMS} <= {row["name"] for row in ORGANISATION["department"]}


def test_regimes_named_by_items_are_known() -> None:
    own = {regime["code"] for regime in content.regimes()}
    assert {item["regime"] for _, item in ITEMS} <= own | {"licensing-law", "general-service"}


def test_every_role_has_its_log_in() -> None:
    accounts = {row["account"]["username"]: row["account"]["role"] for row in ORGANISATION["staff"] if "account" in row}
    assert {name: accounts[name] for name in Role.values} == {name: name for name in Role.values}


def test_staff_numbers_and_names_are_unique() -> None:
    staff = ORGANISATION["staff"]
    assert len({row["number"] for row in staff}) == len({row["name"] for row in staff}) == len(staff)


def test_p14_telephones_are_invented_ones() -> None:
    numbers = re.findall(r'phone = "([^"]+)"', (content.FOLDER / "organisation.toml").read_text())
    assert numbers
    assert all(re.fullmatch(r"0335-30\d{5}", number) for number in numbers)


def test_invented_rules_say_so() -> None:
    assert "为演示编写" in items.SUPPLEMENT_RULE


def test_the_stories_file_about_two_hundred_and_forty_cases() -> None:
    assert 230 <= sum(story.count for story in STORIES) <= 250
    assert len({story.title for story in STORIES}) == len(STORIES)
