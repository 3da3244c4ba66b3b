"""Sources over querysets, on staff who left: count, list and standing agree; a place nobody mapped finds nothing."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from hall.facts import indicators, sources
from hall.facts.indicators import DASH, Figure, Indicator, UnknownIndicator
from hall.facts.periods import midnight, parse
from hall.facts.slices import Slice
from hall.facts.sources import EVERYTHING, Fact, QuerySource, UnknownSource
from hall.organisation.models import Absence, Staff
from tests.builders import Hall, make_staff, moment

pytestmark = pytest.mark.django_db
OCTOBER = Slice(parse("2026-10"), None)


def _fact(row: Absence) -> Fact:
    return Fact(key=SOURCE.key_of(row), occurred_at=row.from_at, text=row.reason, staff=row.staff_id)


SOURCE = QuerySource(
    code="test.absences",
    label="不在岗",
    definition="登记的不在岗。",
    rows=lambda _: Absence.objects.all(),
    fact=_fact,
    when="from_at",
    recorded="until_at",
    where={"center": "staff__center", "department": "staff__department", "staff": "staff"},
    still=lambda rows: rows.filter(until_at__isnull=True),
)


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test announces is forgotten after it."""
    monkeypatch.setattr(sources, "_sources", dict(sources._sources))
    monkeypatch.setattr(indicators, "_indicators", dict(indicators._indicators))
    sources.register(SOURCE)


def absent(staff: Staff, at: str, back: str | None = None) -> Absence:
    facts: dict[str, Any] = {"staff": staff, "reason": "开会", "from_at": moment(at)}
    return Absence.objects.create(**facts, until_at=moment(back) if back else None)


def test_the_first_moment_counts_and_the_moment_after_the_last_does_not() -> None:
    people = [make_staff(Hall().department) for _ in range(4)]
    moments = ("2026-09-30 23:59", "2026-10-01 00:00", "2026-10-31 23:59", "2026-11-01 00:00")
    for person, at in zip(people, moments, strict=True):
        absent(person, at)
    assert SOURCE.count(OCTOBER) == 2
    assert [fact.staff for fact in SOURCE.find(OCTOBER)] == [people[2].pk, people[1].pk], "newest first"


def test_counts_and_lists_agree_page_by_page() -> None:
    hall = Hall()
    for day in range(1, 8):
        absent(make_staff(hall.department), f"2026-10-0{day} 09:00")
    listed = [fact.key for offset in range(0, 9, 3) for fact in SOURCE.find(OCTOBER, offset=offset, limit=3)]
    assert len(listed) == len(set(listed)) == SOURCE.count(OCTOBER) == 7


def test_a_slice_narrows_by_what_is_mapped() -> None:
    here, there = Hall(), Hall()
    for hall in (here, there):
        absent(hall.clerk.staff, "2026-10-08 09:00")
    assert SOURCE.count(OCTOBER.but(centers=frozenset({here.center.pk}))) == 1
    assert SOURCE.count(OCTOBER.but(department=there.department.pk)) == 1
    assert SOURCE.count(OCTOBER.but(staff=here.clerk.staff_id)) == 1
    assert SOURCE.count(OCTOBER.but(staff=here.chief.staff_id)) == 0


@pytest.mark.parametrize("place", [{"window": 1}, {"item": "X"}])
def test_a_place_nobody_mapped_finds_nothing_instead_of_everything(place: dict[str, Any]) -> None:
    absent(Hall().clerk.staff, "2026-10-08 09:00")
    assert SOURCE.count(OCTOBER.but(**place)) == 0


def test_a_forgotten_scope_shows_nothing() -> None:
    absent(Hall().clerk.staff, "2026-10-08 09:00")
    assert SOURCE.count(Slice(parse("2026-10"))) == 0


def test_the_watch_asks_by_the_moment_of_recording() -> None:
    absent(Hall().clerk.staff, "2026-09-08 09:00", "2026-10-09 09:00")
    assert SOURCE.count(OCTOBER) == 0
    assert SOURCE.count(OCTOBER.but(by_record=True)) == 1


def test_a_fact_stands_while_its_row_still_counts() -> None:
    hall = Hall()
    row, over = (
        absent(hall.clerk.staff, "2026-10-08 09:00"),
        absent(hall.chief.staff, "2026-10-08 09:00", "2026-10-09 09:00"),
    )
    keys = [SOURCE.key_of(row), SOURCE.key_of(over), "test.absences:999999999"]
    assert SOURCE.standing(keys) == {keys[0]}
    row.delete()
    assert SOURCE.standing(keys) == set()
    assert SOURCE.standing([]) == set()


@pytest.mark.parametrize(
    "said",
    [
        "",
        "x",
        "-",
        "1.5",
        "²",
        "\x00",
        "999999999999999999999999",
        "9" * 5000,
        "0x1",
        "01976d3a-0000-7000-8000-000000000000",
    ],
)
def test_what_is_no_key_does_not_stand_and_hurts_nobody(said: str) -> None:
    good = SOURCE.key_of(absent(Hall().clerk.staff, "2026-10-08 09:00"))
    assert SOURCE.standing([f"test.absences:{said}", said, good]) == {good}


def test_a_key_of_another_source_does_not_stand() -> None:
    row = absent(Hall().clerk.staff, "2026-10-08 09:00")
    assert SOURCE.standing([str(row.pk), f"test.others:{row.pk}", f"test.absences:0{row.pk}"]) == set()


BY_NAME = replace(SOURCE, key_field="staff__name")
BY_PERSON = replace(SOURCE, key_field="staff")


def test_a_key_may_name_a_column_of_a_relation() -> None:
    staff = Hall().clerk.staff
    absent(staff, "2026-10-08 09:00")
    name, person = f"test.absences:{staff.name}", f"test.absences:{staff.pk}"
    assert BY_NAME.standing([name, "test.absences:" + "长" * 500, "test.absences:\x00"]) == {name}
    assert BY_PERSON.standing([person, "test.absences:x", "test.absences:" + "9" * 30]) == {person}


def test_everything_holds_every_day() -> None:
    absent(Hall().clerk.staff, "1991-10-08 09:00")
    assert SOURCE.count(EVERYTHING) == 1


def test_who_is_not_announced_is_named() -> None:
    assert sources.known("test.absences")
    assert sources.source_of("test.absences") is SOURCE
    assert SOURCE in sources.all_sources()
    with pytest.raises(UnknownSource):
        sources.source_of("test.nothing")
    with pytest.raises(UnknownIndicator):
        indicators.indicator_of("test.nothing")


@pytest.mark.parametrize(
    ("figure", "value", "text", "fraction"),
    [
        (Figure(1, 3), 1 / 3, "33.3%", "1 / 3"),
        (Figure(9999, 10000), 0.9999, "99.9%", "9,999 / 10,000"),
        (Figure(5, 5), 1.0, "100%", "5 / 5"),
        (Figure(0, 7), 0.0, "0%", "0 / 7"),
        (Figure(0, 0), None, DASH, "0 / 0"),
        (Figure(1234), 1234.0, "1,234", ""),
        (Figure(missing="还没有接入"), None, DASH, ""),
    ],
)
def test_a_figure_is_cut_and_never_rounded_up(figure: Figure, value: float | None, text: str, fraction: str) -> None:
    assert (figure.value, figure.text, figure.fraction) == (value, text, fraction)


def test_an_indicator_adds_up_its_sources_as_of_a_moment() -> None:
    absent(Hall().clerk.staff, "2026-10-08 09:00")
    at = midnight(date(2026, 11, 1))
    both = Indicator("test.both", "两倍", "。", numerator=["test.absences"] * 2, denominator=["test.absences"])
    assert both.figure(OCTOBER, at) == Figure(2, 1, as_of=at)
    plain = Indicator("test.plain", "件数", "。", numerator=["test.absences"])
    assert plain.figure(OCTOBER, at) == Figure(1, None, as_of=at)
    none = Indicator("test.none", "无", "。", missing="还没有接入")
    assert none.figure(OCTOBER, at) == Figure(missing="还没有接入", as_of=at)


def test_an_indicator_may_count_in_its_own_way() -> None:
    def compute(_: Slice, at: datetime) -> Figure:
        return Figure(7, as_of=at)

    indicators.register(Indicator("test.own", "自算", "。", compute=compute))
    assert indicators.indicator_of("test.own").figure(OCTOBER, moment("2026-11-01 00:00")).numerator == 7
    assert "test.own" in [one.code for one in indicators.all_indicators()]


class Cut:
    """A source that notes that it was counted alone."""

    def __init__(self, code: str) -> None:
        self.code, self.alone = code, 0

    def count(self, part: Slice) -> int:
        self.alone += 1
        return 7


def test_a_family_is_counted_once_for_each_slice_and_strangers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_families", [])
    one, other, stranger = (Cut(f"test.{name}") for name in ("one", "other", "stranger"))
    asked: list[Slice] = []

    def together(part: Slice) -> dict[str, int]:
        asked.append(part)
        return {"test.one": 1, "test.other": 2}

    family = sources.Family((one, other), together)  # type: ignore[arg-type]
    sources.register_family(family)
    sources.register_family(family)
    later = OCTOBER.but(window=5)
    wanted = [(one, OCTOBER), (stranger, OCTOBER), (other, OCTOBER.but()), (one, later)]
    assert sources.counted(wanted) == [1, 7, 2, 1]  # type: ignore[arg-type]
    assert asked == [OCTOBER, later]
    assert (one.alone, other.alone, stranger.alone) == (0, 0, 1)


def test_what_replaced_a_member_under_its_code_is_counted_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_families", [])
    member, fake = Cut("test.one"), Cut("test.one")
    sources.register_family(sources.Family((member,), lambda _: {"test.one": 1}))  # type: ignore[arg-type]
    assert sources.counted([(fake, OCTOBER)]) == [7]  # type: ignore[list-item]
