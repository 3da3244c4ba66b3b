"""Sources of facts: rooms announce what happened in their own rows, others count it, list it, raise cards on it.

A fact is one thing that happened, under a key that never changes. Supervision raises at most one card on it, appraisal
one score entry a line, and every number of a pledge or a dashboard opens the list of the very facts behind it. Rooms
register in `AppConfig.ready`; nobody imports upwards.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from django.core.exceptions import ValidationError
from django.db.models import Count, F, IntegerField, Model, Q, QuerySet, Value
from django.db.models.functions import TruncDate

from hall.facts.periods import BEIJING, FIRST_YEAR, LAST_YEAR, between
from hall.facts.slices import Slice

if TYPE_CHECKING:
    from hall.access.models import User

_PLACES: Final = ("center", "department")
# Every day and every place: for asking after single keys.
EVERYTHING: Final = Slice(between(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)), centers=None)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. `text` is a sentence for staff, without personal data."""

    key: str
    occurred_at: datetime
    text: str
    docket: str = ""
    url: str = ""
    center: int | None = None
    department: int | None = None
    window: int | None = None
    staff: int | None = None
    item: str = ""
    # The clock it speaks of stands still at the moment of asking: nobody is to be blamed while it does.
    paused: bool = False
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A threshold of a source, set by the rule that uses it."""

    name: str
    label: str
    default: int
    unit: str = ""
    least: int = 0
    most: int = 10_000


class Source(Protocol):
    """What a room announces. `code` is `room.word`; `definition` says in Chinese exactly what counts and what not."""

    @property
    def code(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def definition(self) -> str: ...
    @property
    def options(self) -> Sequence[Option]: ...

    def count(self, part: Slice) -> int:
        """How many facts."""
        ...

    def find(self, part: Slice, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
        """The facts, newest first, by key where the moment is the same."""
        ...

    def standing(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys whose fact still holds; a calendar correction may take one away."""
        ...


@dataclass(frozen=True)
class QuerySource:
    """A source over a queryset: one row, one fact.

    `rows(part)` gives the rows before any filter but with what `fact` reads; `when` and `recorded` name the columns
    of the moment; `where` maps center, department, window, staff, item to lookups. A place the map does not name
    cannot be asked for: such a slice finds nothing. `key_field` is the column that makes up the key after `code:`.
    """

    code: str
    label: str
    definition: str
    rows: Callable[[Slice], QuerySet[Any]]
    fact: Callable[[Any], Fact]
    when: str
    where: Mapping[str, str]
    recorded: str = ""
    key_field: str = "pk"
    options: Sequence[Option] = ()
    # Who may open the list beside who may open lists at all; "" for everybody who may.
    right: str = ""
    # What of a slice this person may open as a list, where that is less than their scope. Raises NotForReader.
    reach: Callable[["User", Slice], Slice] | None = None
    still: Callable[[QuerySet[Any]], QuerySet[Any]] = field(default=lambda rows: rows)

    def _rows(self, part: Slice) -> QuerySet[Any]:
        moment = self.recorded or self.when if part.by_record else self.when
        rows = self.rows(part).filter(**{f"{moment}__gte": part.period.start, f"{moment}__lt": part.period.end})
        asked = {
            "center": part.centers, "department": part.department, "window": part.window, "staff": part.staff,
            "item": part.item,
        }  # fmt: skip
        for name, value in asked.items():
            if value is None:
                continue
            if name not in self.where:
                return rows.none()
            lookup = f"{self.where[name]}__in" if name == "center" else self.where[name]
            rows = rows.filter(**{lookup: value})
        return rows

    def count(self, part: Slice) -> int:
        """How many facts, in one query."""
        return self._rows(part).count()

    def cells(self, part: Slice, by: Sequence[str]) -> dict[tuple[int | None, ...], int]:
        """How many facts there are in each cell of these places, in one query."""
        rows = self._rows(part).order_by().values_list(*(self.where[name] for name in by))
        return {tuple(cell): n for *cell, n in rows.annotate(n=Count("pk"))}

    def daily(self, part: Slice) -> QuerySet[Any, dict[str, Any]]:
        """How many facts each center and department had on each Beijing day: counted_day, counted_center,
        counted_department, counted. One query, or a part of a larger one.
        """
        known = {name: F(self.where[name]) if name in self.where else Value(None, IntegerField()) for name in _PLACES}
        named = (
            self._rows(part)
            .order_by()
            .annotate(
                counted_day=TruncDate(self.when, tzinfo=BEIJING),
                **{f"counted_{name}": at for name, at in known.items()},
            )
        )
        keys = ("counted_day", *(f"counted_{name}" for name in _PLACES))
        return named.values(*keys).annotate(counted=Count("pk"))

    def by_day(self, part: Slice) -> list[tuple[date, int | None, int | None, int]]:
        """The same as rows: day, center, department, number."""
        keys = ("counted_day", *(f"counted_{name}" for name in _PLACES))
        return list(self.daily(part).values_list(*keys, "counted"))

    def find(self, part: Slice, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
        """The facts, newest first."""
        ordered = self._rows(part).order_by(f"-{self.when}", "-pk")
        return [self.fact(row) for row in ordered[offset : None if limit is None else offset + limit]]

    def standing(self, keys: Iterable[str]) -> set[str]:
        """Those whose row is still there and, where `still` says so, still counts; what is no key does not stand."""
        prefix = f"{self.code}:"
        found = self.rows(EVERYTHING)
        column = _column(found.model, self.key_field)
        named = {key.removeprefix(prefix): key for key in keys if key.startswith(prefix)}
        ids = {value: key for value, key in named.items() if _fits(column, value)}
        rows = self.still(found.filter(Q(**{f"{self.key_field}__in": list(ids)})))
        return {ids[str(value)] for value in rows.values_list(self.key_field, flat=True) if str(value) in ids}

    def key_of(self, row: Any) -> str:
        """The key of a row's fact; `fact` uses it."""
        value = row
        for part in self.key_field.split("__"):
            value = getattr(value, part)
        return f"{self.code}:{value}"


def _column(model: type[Model], path: str) -> Any:
    """The column a lookup such as `case__docket` ends at."""
    *relations, name = path.split("__")
    for relation in relations:
        model = cast(type[Model], model._meta.get_field(relation).related_model)
    column: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    while column.is_relation:
        column = column.target_field
    return column


def _fits(column: Any, value: str) -> bool:
    """Whether the column could hold what a key says: a key may come from an old version or from anywhere."""
    try:
        column.run_validators(column.to_python(value))
    except ValidationError:
        return False
    return "\x00" not in value


def right_of(source: Source) -> str:
    """The right one needs to open its list, beside the right to open lists; "" for none."""
    return str(getattr(source, "right", ""))


class NotForReader(Exception):
    """The list exists, but not cut this finely for this person. The message is the sentence to show."""


def within_reach(source: Source, user: "User", part: Slice) -> Slice:
    """What of a slice within the person's scope the person may open as a list. Raises NotForReader."""
    reach = getattr(source, "reach", None)
    return part if reach is None else cast(Slice, reach(user, part))


_sources: dict[str, Source] = {}


class UnknownSource(LookupError):
    """Nobody announced this source."""


def register(source: Source) -> None:
    """Announce a source once; again replaces it (a reload in tests)."""
    _sources[source.code] = source


def source_of(code: str) -> Source:
    """The announced source. Raises UnknownSource."""
    try:
        return _sources[code]
    except KeyError:
        raise UnknownSource(code) from None


@dataclass(frozen=True, slots=True)
class Family:
    """Sources that are cuts of the same rows. `count` counts every member of a slice by its code, in one query."""

    members: Sequence[Source]
    count: Callable[[Slice], Mapping[str, int]]

    def holds(self, source: Source) -> bool:
        """Whether this very source is a member; one that replaced it under its code is not."""
        return any(member is source for member in self.members)


_families: list[Family] = []


def register_family(family: Family) -> None:
    """Announce a family, in the place of one that has a member of it (a reload in tests)."""
    kept = [one for one in _families if not any(family.holds(member) for member in one.members)]
    _families[:] = [*kept, family]


def counted(asked: Sequence[tuple[Source, Slice]]) -> list[int]:
    """How many facts of each source in its slice; those of one family in the same slice are counted together."""
    told: list[tuple[Family, Slice, Mapping[str, int]]] = []
    found = []
    for source, part in asked:
        family = next((one for one in _families if one.holds(source)), None)
        if family is None:
            found.append(source.count(part))
            continue
        numbers = next((known for one, same, known in told if one is family and same == part), None)
        if numbers is None:
            numbers = family.count(part)
            told.append((family, part, numbers))
        found.append(numbers[source.code])
    return found


def known(code: str) -> bool:
    """Whether somebody announced it."""
    return code in _sources


def all_sources() -> list[Source]:
    """Every announced source, by code."""
    return [_sources[code] for code in sorted(_sources)]
