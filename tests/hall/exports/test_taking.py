"""Taking a list out: who, what for, how many rows; what the trail and the mark say, and what they do not."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from hall.access.models import User
from hall.exports import actions
from hall.exports.chosen import Chosen, named, typed
from hall.exports.enums import Format
from hall.exports.tables import Column, Table
from hall.facts.errors import Refused
from hall.ledger import kinds
from hall.ledger.models import Event
from tests.builders import Hall, make_center, moment

pytestmark = pytest.mark.django_db
AT: datetime = moment("2026-05-13 09:15")


def names(count: int, seen: list[int] | None = None) -> Iterator[tuple[str]]:
    for n in range(count):
        if seen is not None:
            seen.append(n)
        yield (f"行{n}",)


def take(
    by: User, path: Path, *, form: Format = Format.XLSX, purpose: str = "例会", count: int = 3, **facts: Any
) -> int:
    facts = {"filters": ()} | facts
    table = Table("名单", [Column("a", "甲")], facts.pop("rows", None) or names(count), **facts)
    return actions.take(path / "f.xlsx", table, form=form, purpose=purpose, by=by, at=AT)


def test_it_says_how_many_rows_left(hall: Hall, tmp_path: Path) -> None:
    assert take(hall.supervisor, tmp_path, count=7) == 7
    assert Event.objects.get(kind="exports.taken").data["rows"] == 7


def test_f07_the_mark_names_the_person_the_minute_and_the_purpose(hall: Hall, tmp_path: Path) -> None:
    take(hall.supervisor, tmp_path)
    mark = load_workbook(tmp_path / "f.xlsx").active.cell(1, 1).value  # type: ignore[union-attr]
    assert mark == f"{hall.supervisor.display_name} 2026-05-13 09:15 导出，用途：例会。"


@pytest.mark.parametrize("personal", [True, False])
def test_what_holds_persons_says_so(hall: Hall, tmp_path: Path, personal: bool) -> None:
    take(hall.supervisor, tmp_path, personal=personal)
    mark = load_workbook(tmp_path / "f.xlsx").active.cell(1, 1).value  # type: ignore[union-attr]
    assert ("含个人信息" in mark) is personal


@pytest.mark.parametrize("purpose", ["", " ", "\n\t", "\u3000"])
def test_no_purpose_no_file_and_no_trail(hall: Hall, tmp_path: Path, purpose: str) -> None:
    with pytest.raises(Refused) as refusal:
        take(hall.supervisor, tmp_path, purpose=purpose)
    assert refusal.value.field == "purpose"
    assert not (tmp_path / "f.xlsx").exists()
    assert not Event.objects.filter(kind="exports.taken").exists()


@pytest.mark.parametrize(("count", "taken"), [(5, True), (6, False)])
def test_f07_what_fits_leaves_and_one_more_does_not(hall: Hall, tmp_path: Path, count: int, taken: bool) -> None:
    if taken:
        assert take(hall.supervisor, tmp_path, count=count, most=5) == count
        return
    with pytest.raises(Refused, match="超过 5 行") as refusal:
        take(hall.supervisor, tmp_path, count=count, most=5)
    assert refusal.value.field == "form"


def test_f07_a_list_too_long_is_not_read_to_its_end(hall: Hall, tmp_path: Path) -> None:
    seen: list[int] = []
    with pytest.raises(Refused):
        take(hall.supervisor, tmp_path, rows=names(1000, seen), most=5)
    assert len(seen) == 6


def test_paper_bears_less_than_a_workbook(hall: Hall, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"超过 {actions.MOST_PRINTED} 行"):
        take(hall.supervisor, tmp_path, form=Format.PDF, count=actions.MOST_PRINTED + 1)


def test_the_filters_stand_in_the_trail_without_what_may_name_a_person(hall: Hall, tmp_path: Path) -> None:
    person = hall.clerk.staff
    assert person is not None
    asked = [Chosen("期间", "2026年5月"), *named("当事人", person), *typed("姓名", "张小明")]
    take(hall.supervisor, tmp_path, filters=asked)
    assert Event.objects.get(kind="exports.taken").data == {
        "reason": "例会", "rows": 3, "title": "名单", "format": "xlsx",
        "filters": {"期间": "2026年5月", "当事人": f"人员 {person.pk}", "姓名": "（输入的词不入账）"},
    }  # fmt: skip


def test_the_file_names_what_the_list_was_narrowed_by(hall: Hall, tmp_path: Path) -> None:
    asked = [Chosen("期间", "2026年5月"), *typed("姓名", "张小明")]
    take(hall.supervisor, tmp_path, filters=asked, notes=["定义"])
    page: Any = load_workbook(tmp_path / "f.xlsx").active
    assert [page.cell(n, 1).value for n in (3, 4)] == ["筛选：期间 2026年5月；姓名 张小明。", "定义"]


@pytest.mark.parametrize(("filters", "line"), [((), "筛选：没有，是全部。"), (None, "甲")])
def test_a_whole_list_says_that_it_is_whole_and_what_is_no_list_says_nothing(
    hall: Hall, tmp_path: Path, filters: Any, line: str
) -> None:
    take(hall.supervisor, tmp_path, filters=filters)
    assert load_workbook(tmp_path / "f.xlsx").active.cell(3, 1).value == line  # type: ignore[union-attr]


def test_the_trail_stands_with_the_center_of_the_list_or_else_of_the_person(hall: Hall, tmp_path: Path) -> None:
    other = make_center("邻区中心")
    take(hall.supervisor, tmp_path)
    take(hall.supervisor, tmp_path, center_code=other.code)
    codes = Event.objects.filter(kind="exports.taken").order_by("pk").values_list("center_code", flat=True)
    assert list(codes) == [hall.center.code, other.code]


def test_an_account_of_no_person_leaves_a_trail_too(hall: Hall, tmp_path: Path) -> None:
    hall.auditor.staff = None
    hall.auditor.save()
    take(hall.auditor, tmp_path)
    event = Event.objects.get(kind="exports.taken")
    assert (event.actor_id, event.center_code) == (hall.auditor.pk, "")


def test_the_rows_themselves_are_in_no_trail(hall: Hall, tmp_path: Path) -> None:
    take(hall.supervisor, tmp_path, rows=[("张小明",)])
    assert "张小明" not in str(Event.objects.get(kind="exports.taken").data)


def test_the_trail_reads_as_a_sentence(hall: Hall, tmp_path: Path) -> None:
    take(hall.supervisor, tmp_path)
    event = Event.objects.get(kind="exports.taken")
    assert kinds.kind_of(event.kind).render(event.data) == "名单，3 行，用途：例会"


@pytest.mark.parametrize(("form", "media"), [(Format.PDF, "application/pdf"), (Format.XLSX, "spreadsheetml.sheet")])
def test_every_form_has_its_media_type(form: Format, media: str) -> None:
    assert form.content_type.endswith(media)


def test_the_moment_of_the_trail_is_the_moment_of_the_mark(hall: Hall, tmp_path: Path) -> None:
    take(hall.supervisor, tmp_path)
    assert timezone.localtime(Event.objects.get(kind="exports.taken").occurred_at) == AT
