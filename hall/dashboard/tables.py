"""The tables of the dashboard: one line a center, department, window or item, every number a link to its list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from approvals.catalogue.models import ServiceItem
from hall.dashboard import queries, tiles
from hall.dashboard.addresses import Links
from hall.dashboard.enums import Split
from hall.dashboard.queries import Totals
from hall.exports.tables import Column
from hall.facts.indicators import Figure
from hall.facts.slices import Slice
from hall.organisation.models import Center, Department, Window

Key = Any
NO_WINDOW: Final = "不经窗口"
COLUMNS: Final = (
    Column("name", "名称"), Column("place", "所属"), Column("filed", "收件", kind="number"),
    Column("closed", "办结", kind="number"), Column("timed", "有期限的办结", kind="number"),
    Column("on_time", "按时办结", kind="number"), Column("on_time_rate", "按时办结率", kind="percent"),
    Column("early", "提前办结", kind="number"), Column("early_rate", "提前办结率", kind="percent"),
    Column("open", "在办", kind="number"), Column("open_late", "未结已超期", kind="number"),
    Column("due_soon", "临期", kind="number"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """What a line is about, and the words of an address that narrow a list to it.

    A table may have thousands of lines and shows fifty: the address is made when it is asked for.
    """

    name: str
    address: Callable[[], str] | None = None
    under: str = ""
    narrow: tuple[tuple[str, str], ...] = ()
    # All that was asked about: nothing has to be narrowed.
    whole: bool = False

    @property
    def home(self) -> str:
        """Where the name of the line leads; nowhere for what has no page."""
        return self.address() if self.address else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its numbers, and where they lead."""

    place: Place
    totals: Totals
    standing: Totals
    links: Links

    @property
    def on_time(self) -> Figure:
        return Figure(self.totals["on_time"], self.totals["timed"])

    @property
    def early(self) -> Figure:
        return Figure(self.totals["early"], self.totals["timed"])

    @property
    def open(self) -> int:
        return tiles.of_standing(self.standing, "open")

    @property
    def open_late(self) -> int:
        return tiles.of_standing(self.standing, "open_late")

    @property
    def due_soon(self) -> int:
        return self.standing["due_soon"]

    @property
    def urls(self) -> dict[str, str]:
        """The list behind each number; without a window or department of its own a line opens none."""
        if not self.place.narrow and not self.place.whole:
            return {}
        codes = ("filed", "closed", "on_time", "early", "open", "open_late", "due_soon")
        return {code: self.links.cases(code, **dict(self.place.narrow)) for code in codes}

    @property
    def cells(self) -> list[Any]:
        """The line as an export takes it; see COLUMNS."""
        n = self.totals
        return [
            self.place.name, self.place.under, n["filed"], n["closed"], n["timed"], n["on_time"], self.on_time.value,
            n["early"], self.early.value, self.open, self.open_late, self.due_soon,
        ]  # fmt: skip


_COLUMNS: Final = {
    Split.CENTER: ("center_id",),
    Split.DEPARTMENT: ("center_id", "department_id"),
    Split.WINDOW: ("center_id", "window_id"),
    Split.ITEM: ("item",),
}
Numbers = dict[tuple[Key, ...], Totals]


@dataclass(frozen=True, slots=True)
class Read:
    """The tallies of a slice, split one way: two queries."""

    split: Split
    part: Slice
    totals: Numbers
    standing: Numbers

    @property
    def sums(self) -> tuple[Totals, Totals]:
        """All of it added up: what was done, and what stands open."""
        return _sum(self.totals), _sum(self.standing)


def read(split: Split, part: Slice) -> Read:
    """The numbers of every line of a table."""
    columns = _COLUMNS[split]
    return Read(split, part, queries.totals_by(part, *columns), queries.standing_by(part, *columns))


def lines(found: Read, links: Links) -> list[Line]:
    """The lines with their names, the most closings first: one query more, or two."""
    if found.split == Split.CENTER:
        return _by_center(found.part, found.totals, found.standing, links)
    keys = found.totals.keys() | found.standing.keys()
    places = _PLACES[found.split](keys, links)
    if found.split != Split.ITEM and len({center for center, _ in keys}) == 1:
        places = {key: replace(place, under="") for key, place in places.items()}  # said above the table already
    made = [
        Line(places[key], found.totals.get(key, Totals()), found.standing.get(key, Totals()), links)
        for key in keys & places.keys()
    ]
    return sorted(made, key=lambda line: (-line.totals["closed"], -line.totals["filed"], line.place.name))


def _sum(split: Numbers) -> Totals:
    total = Totals()
    for counts in split.values():
        total.update(counts)
    return total


def most(found: Iterable[Line]) -> int:
    """The longest bar."""
    return max((line.totals["closed"] for line in found), default=0) or 1


# --- centers, on four levels ------------------------------------------------------------------------------------------


class Tree:
    """The centers of a slice with who stands above whom. Four levels and no more."""

    def __init__(self, part: Slice) -> None:
        rows = Center.objects.all() if part.centers is None else Center.objects.filter(pk__in=part.centers)
        self.names: dict[int, str] = {}
        self.above: dict[int, int | None] = {}
        for pk, parent, name in rows.order_by("region_id", "center_no").values_list("pk", "parent_id", "name"):
            self.names[pk], self.above[pk] = name, parent
        self.roots = [pk for pk, parent in self.above.items() if parent not in self.names]

    def children(self, center: int) -> list[int]:
        return [pk for pk, parent in self.above.items() if parent == center]

    def lead(self, center: int, heads: set[int]) -> int | None:
        """The one of `heads` a center stands under."""
        seen: int | None = center
        while seen is not None and seen not in heads:
            seen = self.above.get(seen)
        return seen


def _by_center(part: Slice, totals: Numbers, standing: Numbers, links: Links) -> list[Line]:
    """The next level down, each with all below it; where there is one at the top, it comes first, by itself."""
    tree = Tree(part)
    alone = tree.roots[0] if len(tree.roots) == 1 else None
    heads = {alone, *tree.children(alone)} if alone is not None else set(tree.roots)
    sums = {pk: (Totals(), Totals()) for pk in tree.names if pk in heads}
    for found, side in ((totals, 0), (standing, 1)):
        for (center,), counts in found.items():
            head = tree.lead(center, heads)
            if head is not None:
                sums[head][side].update(counts)
    return [Line(_center(pk, tree, links, alone), *both, links) for pk, both in sums.items()]


def _center(pk: int, tree: Tree, links: Links, alone: int | None) -> Place:
    own = pk == alone
    narrow = {"center": str(pk), "below": "" if own else "1", "department": "", "window": ""}
    name = f"{tree.names[pk]}（本级）" if own and len(tree.names) > 1 else tree.names[pk]
    further = not own and bool(tree.children(pk))
    home = partial(links.split, Split.CENTER, **narrow) if further else partial(links.home, **narrow)
    return Place(name, home, narrow=tuple(narrow.items()))


# --- departments, windows, items --------------------------------------------------------------------------------------


def _departments(keys: Iterable[Key], links: Links) -> dict[Key, Place]:
    wanted = {department for _, department in keys}
    found = Department.objects.filter(pk__in=wanted).values_list("pk", "center_id", "name", "center__name")
    return {
        (center, pk): _place(links, name, under, {"department": str(pk), "window": ""})
        for pk, center, name, under in found
    }


def _windows(keys: Iterable[Key], links: Links) -> dict[Key, Place]:
    keys = list(keys)
    rows = Window.objects.filter(pk__in={window for _, window in keys if window is not None})
    found = {
        (row.center_id, row.pk): _place(links, str(row), row.center.name, {"window": str(row.pk)})
        for row in rows.select_related("center")
    }
    names = dict(Center.objects.filter(pk__in={c for c, window in keys if window is None}).values_list("pk", "name"))
    return found | {(pk, None): Place(NO_WINDOW, under=name) for pk, name in names.items()}


def _items(keys: Iterable[Key], links: Links) -> dict[Key, Place]:
    wanted = {code for (code,) in keys}
    found = ServiceItem.objects.filter(code__in=wanted).values_list("code", "name", "department__name")
    return {
        (code,): Place(name, partial(links.item, code), under=under, narrow=(("item", code),))
        for code, name, under in found
    }


def _place(links: Links, name: str, under: str, narrow: dict[str, str]) -> Place:
    return Place(name, partial(links.home, **narrow), under=under, narrow=tuple(narrow.items()))


_PLACES: Final[dict[Split, Callable[[Iterable[Key], Links], dict[Key, Place]]]] = {
    Split.DEPARTMENT: _departments,
    Split.WINDOW: _windows,
    Split.ITEM: _items,
}
