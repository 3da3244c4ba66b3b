"""The only door for writing to the organisation. Each verb is one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection, transaction
from django.db.models import Max, Model, QuerySet
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from hall.ledger import actions as ledger
from hall.organisation import departure, queries, region_import, staff_import
from hall.organisation.enums import Level
from hall.organisation.errors import ImportRefused, Refused
from hall.organisation.models import Absence, Center, Department, Installation, Region, Staff
from hall.organisation.pinyin import spell
from hall.organisation.region_import import RegionRow
from hall.organisation.staff_import import StaffRow
from hall.organisation.tables import RowError, Table

if TYPE_CHECKING:
    from hall.access.models import User

M = TypeVar("M", bound=Model)
BATCH = 1000


@dataclass(frozen=True, slots=True)
class RegionImport:
    """What an import of divisions did or would do."""

    regions_new: int = 0
    regions_changed: int = 0
    centers_new: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class StaffImport:
    """What an import of staff did or would do; `errors` is only filled by a dry run."""

    new: list[StaffRow] = field(default_factory=list)
    changed: list[StaffRow] = field(default_factory=list)
    unchanged: int = 0
    errors: Sequence[RowError] = ()


@transaction.atomic
def import_regions(table: Table, *, by: "User | None", dry_run: bool = False) -> RegionImport:
    """Create or update regions, and for each region without one its center, on four levels. Repeatable.

    Numbers of centers are given once, in order of codes, after those already given. Raises ImportRefused naming every
    bad row, TableError where a column is missing; then nothing is saved.
    """
    rows, errors = region_import.read_rows(table)
    if errors:
        raise ImportRefused(sorted(errors, key=lambda e: e.line))
    _one_at_a_time("organisation.import_regions")
    new, changed = _regions_to_save(rows)
    without_center = _codes_without_center(rows)
    if not dry_run:
        _create(new, Region, by, "导入区划")
        _update(changed, Region, ["name", "pinyin", "initials", "level", "parent", "stub"], by, "导入区划")
        _create_centers([row for row in rows if row.code12 in without_center], by)
        _adopt_stubs(rows, by)
    return RegionImport(len(new), len(changed), len(without_center), len(rows) - len(new) - len(changed))


def _one_at_a_time(name: str) -> None:
    """Two imports at once would give the same numbers; the second waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def _regions_to_save(rows: Iterable[RegionRow]) -> tuple[list[Region], list[Region]]:
    known = Region.objects.in_bulk()
    new: list[Region] = []
    changed: list[Region] = []
    for row in rows:
        region = known.get(row.code12)
        wanted = (row.name, row.level.value, row.parent12, False)
        if region is not None and (region.name, region.level, region.parent_id, region.stub) == wanted:
            continue
        (new if region is None else changed).append(_filled(region or Region(code12=row.code12), row))
    return new, changed


def _filled(region: Region, row: RegionRow) -> Region:
    region.name, region.level, region.parent_id, region.stub = row.name, row.level, row.parent12, False
    region.pinyin, region.initials = spell(row.name)
    return region


def _codes_without_center(rows: Sequence[RegionRow]) -> set[str]:
    served = Center.objects.filter(main=True).values_list("region_id", flat=True)
    return {row.code12 for row in rows} - set(served)


def _create_centers(rows: Sequence[RegionRow], by: "User | None") -> None:
    """Level by level, because a center points to the one above it."""
    numbers = _Numbers()
    by_region = dict(Center.objects.filter(main=True).values_list("region_id", "pk"))
    parents = dict(Region.objects.values_list("code12", "parent_id"))
    for level in Level:
        centers = [
            _new_center(row, numbers.next(row.code12[:6]), _center_above(row.parent12, by_region, parents))
            for row in rows
            if row.level is level
        ]
        _create(centers, Center, by, "导入区划")
        by_region |= {center.region_id: center.pk for center in centers}


def _adopt_stubs(rows: Sequence[RegionRow], by: "User | None") -> None:
    """A center that only held a place for imported items becomes a real one when its region is imported."""
    by_region = dict(Center.objects.filter(main=True).values_list("region_id", "pk"))
    parents = dict(Region.objects.values_list("code12", "parent_id"))
    stubs = list(Center.objects.filter(main=True, stub=True, region_id__in=[row.code12 for row in rows]))
    for center in stubs:
        center.stub = False
        center.parent_id = _center_above(parents[center.region_id], by_region, parents)
    _update(stubs, Center, ["stub", "parent"], by, "导入区划")


def _center_above(code: str | None, by_region: dict[str, int], parents: Mapping[str, str | None]) -> int | None:
    while code is not None and code not in by_region:
        code = parents.get(code)
    return by_region[code] if code else None


def _new_center(row: RegionRow, number: str, parent: int | None) -> Center:
    name = region_import.center_name(row.name, row.level)
    full, initials = spell(name)
    return Center(
        name=name, pinyin=full, initials=initials, level=row.level, region_id=row.code12, parent_id=parent,
        region6=row.code12[:6], center_no=number,
    )  # fmt: skip


class _Numbers:
    """The next free center number of each six-digit region. Numbers are never given twice."""

    def __init__(self) -> None:
        last = Center.objects.values_list("region6").annotate(last=Max("center_no"))
        self._last = {region6: int(number) for region6, number in last}

    def next(self, region6: str) -> str:
        self._last[region6] = self._last.get(region6, 0) + 1
        if self._last[region6] > 9999:
            raise Refused(f"{region6} 的中心编号已用完。")
        return f"{self._last[region6]:04d}"


def _create(rows: list[M], model: type[M], by: "User | None", reason: str) -> None:
    if rows:
        bulk_create_with_history(rows, model, batch_size=BATCH, default_user=by, default_change_reason=reason)


def _update(rows: list[M], model: type[M], fields: list[str], by: "User | None", reason: str) -> None:
    if rows:
        bulk_update_with_history(rows, model, fields, batch_size=BATCH, default_user=by, default_change_reason=reason)


@transaction.atomic
def import_staff(table: Table, *, centers: QuerySet[Center], by: "User | None", dry_run: bool = False) -> StaffImport:
    """Create or update people by their number (工号), all or nothing; only in `centers`.

    A dry run returns the errors and saves nothing. Otherwise bad rows raise ImportRefused.
    """
    rows, errors = staff_import.read_rows(table, centers)
    if errors and not dry_run:
        raise ImportRefused(errors)
    known = {staff.number: staff for staff in Staff.objects.filter(number__in=[row.number for row in rows])}
    new = [row for row in rows if row.number not in known]
    changed = [row for row in rows if row.number in known and row.differs_from(known[row.number])]
    if not dry_run:
        _create([_person(Staff(number=row.number), row) for row in new], Staff, by, "导入人员")
        fields = ["name", "pinyin", "initials", "center", "department", "window", "phone", "email"]
        _update([_person(known[row.number], row) for row in changed], Staff, fields, by, "导入人员")
    return StaffImport(new, changed, len(rows) - len(new) - len(changed), errors)


@transaction.atomic
def save_staff(*, row: StaffRow, by: "User") -> Staff:
    """Add or change one person, from the same checked line an import has."""
    staff = Staff.objects.select_for_update().filter(number=row.number).first()
    return _save(_person(staff or Staff(number=row.number), row), by=by, reason="修改" if staff else "新增")


def _person(staff: Staff, row: StaffRow) -> Staff:
    for name, value in row.values_for(staff).items():
        setattr(staff, name, value)
    staff.pinyin, staff.initials = spell(row.name)
    return staff


@transaction.atomic
def add_center(
    *,
    name: str,
    level: Level,
    region: Region,
    parent: Center | None,
    by: "User | None",
    main: bool = False,
    **facts: Any,
) -> Center:
    """Open a center and give it its number, once."""
    _one_at_a_time("organisation.import_regions")
    number = _Numbers().next(region.code6)
    center = Center(
        name=name, level=level, region=region, parent=parent, main=main, region6=region.code6, center_no=number, **facts
    )
    return _save(center, by=by, reason="新设中心")


@transaction.atomic
def ensure_stub_center(*, code12: str, name: str, by: "User | None") -> Center:
    """The center of an area that is not ours, so that its imported items have a home; an import makes it real."""
    region = Region.objects.filter(pk=code12).first()
    if region is None:
        region = _save(Region(code12=code12, name=name, level=_level_of(code12), stub=True), by=by, reason="占位地区")
    center = Center.objects.filter(region=region, main=True).first()
    if center is not None:
        return center
    level = Level(region.level)
    center_name = region_import.center_name(name, level)
    return add_center(name=center_name, level=level, region=region, parent=None, by=by, main=True, stub=True)


def _level_of(code12: str) -> Level:
    """The level a code speaks of, by its trailing zeros."""
    return next((level for level in Level if set(code12[level.code_length :]) <= {"0"}), Level.VILLAGE)


@transaction.atomic
def ensure_department(
    *, center: Center, name: str, code: str = "", area_code: str = "", stub: bool = True, by: "User | None"
) -> Department:
    """The department of that name in the center; a code it did not carry yet is kept as given."""
    department = Department.objects.select_for_update().filter(center=center, name=name).first()
    if department is None:
        department = Department(center=center, name=name, code=code, area_code=area_code, stub=stub)
        return _save(department, by=by, reason="导入事项目录")
    if code and code not in (department.code, *department.other_codes):
        if department.code:
            department.other_codes = [*department.other_codes, code]
        else:
            department.code = code
        _save(department, by=by, reason="导入事项目录", fields=["code", "other_codes"])
    return department


def _save(row: M, *, by: "User | None", reason: str, fields: Sequence[str] | None = None) -> M:
    """Save one tracked row, naming who and why. Constraints answer with their own sentences in forms, not here."""
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]
    row.save(update_fields=fields)
    return row


@transaction.atomic
def save(row: M, *, by: "User", reason: str = "") -> M:
    """Save a row a form has filled and checked: department, window, post, opening hours, settings."""
    return _save(row, by=by, reason=reason)


@transaction.atomic
def remove(row: Model, *, by: "User", reason: str = "") -> None:
    """Take away a row nothing points to: an opening span, an exception, a post."""
    row._history_user = by  # type: ignore[attr-defined]
    row._change_reason = reason  # type: ignore[attr-defined]
    row.delete()


@transaction.atomic
def mark_absent(*, staff: Staff, reason: str, by: "User", at: datetime) -> Absence:
    """The A holder is not at the post from now on; the B holder of the post acts (职位代理制). Both are on the record.

    Raises Refused where the person is absent already or has left. Without a post or a B holder nobody acts: the absence
    is recorded all the same and `acting` stays empty.
    """
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    today = timezone.localdate(at)
    if staff.left_on is not None and staff.left_on < today:
        raise Refused(f"{staff.name}已于 {staff.left_on:%Y-%m-%d} 离岗。")
    if queries.open_absence(staff, at) is not None:
        raise Refused(f"{staff.name}已登记不在岗。")
    deputy = queries.deputy_of(staff, today)
    absence = Absence(staff=staff, from_at=at, reason=reason, acting=deputy, recorded_by=by)
    _save(absence, by=by, reason=reason)
    _tell("organisation.absence", absence, by=by, at=at)
    return absence


@transaction.atomic
def return_to_post(*, staff: Staff, by: "User", at: datetime) -> Absence:
    """The person is back and works again. Raises Refused where no absence is open."""
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    absence = queries.open_absence(staff, at)
    if absence is None:
        raise Refused(f"{staff.name}没有登记不在岗。")
    if absence.from_at >= at:  # a second press in the same moment; an absence lasts longer than nothing
        raise Refused(f"{staff.name}刚刚登记不在岗，请稍后再试。")
    absence.until_at = at
    _save(absence, by=by, reason="回岗", fields=["until_at"])
    _tell("organisation.return", absence, by=by, at=at)
    return absence


def _tell(kind: str, absence: Absence, *, by: "User", at: datetime) -> None:
    """Into the ledger, by staff ids only: an event holds no personal data (law 10)."""
    data = {"absence": absence.pk, "staff": absence.staff_id, "acting": absence.acting_id}
    code = absence.staff.center.code
    ledger.append(docket="", kind=kind, center_code=code, actor=by, occurred_at=at, data=data)


@transaction.atomic
def leave(*, staff: Staff, on: date, by: "User", at: datetime) -> Staff:
    """The person leaves; `on` is the last working day. Refused until posts and open cases are handed over."""
    staff = Staff.objects.select_for_update().get(pk=staff.pk)
    if staff.left_on is not None:
        raise Refused(f"{staff.name}已于 {staff.left_on:%Y-%m-%d} 离岗。")
    obstacles = departure.obstacles(staff)
    if obstacles:
        raise Refused(*obstacles)
    staff.left_on = on
    _save(staff, by=by, reason="离岗", fields=["left_on"])
    data = {"staff": staff.pk, "on": on.isoformat()}
    code = staff.center.code
    ledger.append(docket="", kind="organisation.departure", center_code=code, actor=by, occurred_at=at, data=data)
    return staff


@transaction.atomic
def set_up_installation(*, name: str, demonstration: bool, by: "User | None" = None, **facts: Any) -> Installation:
    """Write the single row of this installation at first start; a second call leaves it as it is."""
    row = Installation.objects.first()
    return row or _save(Installation(name=name, demonstration=demonstration, **facts), by=by, reason="首次启动")
