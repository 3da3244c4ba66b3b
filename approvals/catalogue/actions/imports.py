"""Lists of items: from an uploaded file over its dry run to drafts."""

import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from simple_history.utils import bulk_create_with_history

from approvals.catalogue.actions.saving import defaults
from approvals.catalogue.enums import CaseKind, ItemKind
from approvals.catalogue.errors import CatalogueError
from approvals.catalogue.importing import ItemImport, ItemRow, read_rows
from approvals.catalogue.models import ImportBatch, ItemVersion, ServiceItem
from hall.access.models import User
from hall.organisation import actions as organisation
from hall.organisation.errors import ImportRefused
from hall.organisation.models import Center, Department
from hall.organisation.pinyin import spell
from hall.organisation.tables import RowError, Table, read_table

BATCH = 500
# A list that was never confirmed is forgotten after a day.
KEPT = timedelta(days=1)


@transaction.atomic
def hand_in(*, name: str, data: bytes, by: User, at: datetime) -> ImportBatch:
    """Keep an uploaded list until it is confirmed. Raises TableError where it is no table."""
    read_table(io.BytesIO(data))
    ImportBatch.objects.filter(imported_at__isnull=True, uploaded_at__lt=at - KEPT).delete()
    digest = hashlib.sha256(data).hexdigest()
    return ImportBatch.objects.create(name=name[:200], sha256=digest, content=data, uploaded_by=by, uploaded_at=at)


@transaction.atomic
def confirm_import(
    batch: ImportBatch, *, by: User, at: datetime, centers: QuerySet[Center] | None = None
) -> ItemImport:
    """Import the list that was handed in, once. Raises CatalogueError the second time, and as `import_items` does."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.content is None:
        raise CatalogueError("这份清单已经导入过了。")
    done = import_items(table_of(batch), by=by, centers=centers)
    batch.content, batch.imported_at, batch.imported_by, batch.created_items = None, at, by, len(done.new)
    batch.save(update_fields=["content", "imported_at", "imported_by", "created_items"])
    return done


def table_of(batch: ImportBatch) -> Table:
    """The list as it was handed in; only until it is imported."""
    return read_table(io.BytesIO(bytes(batch.content or b"")))


@transaction.atomic
def import_items(
    table: Table, *, by: User | None, centers: QuerySet[Center] | None = None, dry_run: bool = False
) -> ItemImport:
    """Every item of a list as a draft, all or nothing; an item whose code is known stays as it is (repeatable).

    `centers` bounds whose items may be brought; areas nobody keeps yet become stubs. A dry run returns the errors and
    saves nothing; otherwise bad rows raise ImportRefused. TableError where a column is missing.
    """
    rows, errors = read_rows(table)
    if not dry_run:
        _one_at_a_time()
    known = _known(rows)
    errors += _conflicts(rows, known) + _out_of_reach(rows, centers)
    if errors and not dry_run:
        raise ImportRefused(sorted(errors, key=lambda error: error.line))
    new = [row for row in rows if row.code not in known]
    plan = ItemImport(
        new=new,
        known=[row for row in rows if row.code in known],
        departments=len({row.home for row in rows}),
        new_departments=_new_departments(new),
        new_areas=_new_areas(new),
        errors=tuple(sorted(errors, key=lambda error: error.line)),
    )
    if not dry_run:
        _create_drafts(new, _homes(rows, by), by)
    return plan


def _one_at_a_time() -> None:
    """Two imports at once would both call an item new; the second waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('catalogue.import_items'))")


def _known(rows: Sequence[ItemRow]) -> dict[str, tuple[str, str]]:
    """Where items of these codes live already: code → (area, department)."""
    found = ServiceItem.objects.filter(code__in=[row.code for row in rows])
    places = found.values_list("code", "department__center__region_id", "department__name")
    return {code: (area, name) for code, area, name in places}


def _conflicts(rows: Sequence[ItemRow], known: Mapping[str, tuple[str, str]]) -> list[RowError]:
    return [
        RowError(row.line, "item_code", f"事项编码“{row.code}”已登记在 {known[row.code][0]} 的{known[row.code][1]}。")
        for row in rows
        if row.code in known and known[row.code] != row.home
    ]


def _out_of_reach(rows: Sequence[ItemRow], centers: QuerySet[Center] | None) -> list[RowError]:
    """Lines for an area that has a center of its own which is not this person's."""
    if centers is None:
        return []
    areas = {row.area for row in rows}
    kept = set(Center.objects.filter(region_id__in=areas, stub=False).values_list("region_id", flat=True))
    foreign = kept - set(centers.filter(region_id__in=areas).values_list("region_id", flat=True))
    return [
        RowError(row.line, "area_code", f"{row.area} 的中心不归您管理，不能替它导入。")
        for row in rows
        if row.area in foreign
    ]


def _new_departments(rows: Iterable[ItemRow]) -> tuple[str, ...]:
    wanted = {row.home for row in rows}
    places = Department.objects.filter(center__region_id__in={area for area, _ in wanted})
    known = set(places.values_list("center__region_id", "name"))
    return tuple(sorted({name for area, name in wanted - known}))


def _new_areas(rows: Iterable[ItemRow]) -> tuple[str, ...]:
    wanted = {row.area for row in rows}
    known = set(Center.objects.filter(region_id__in=wanted, main=True).values_list("region_id", flat=True))
    return tuple(sorted(wanted - known))


def _homes(rows: Iterable[ItemRow], by: User | None) -> dict[tuple[str, str], Department]:
    """The department of each (area, name), made where it is missing, with every code the list gives it."""
    codes: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for row in rows:
        codes[row.home].setdefault(row.department_code)
    centers = {area: _center_of(area, by) for area in sorted({area for area, _ in codes})}
    homes: dict[tuple[str, str], Department] = {}
    for home, given in codes.items():
        area, name = home
        branch = Department.objects.filter(center__region_id=area, name=name).order_by("-center__main", "pk").first()
        center = branch.center if branch else centers[area]
        for code in given:
            homes[home] = organisation.ensure_department(center=center, name=name, code=code, area_code=area, by=by)
    return homes


def _center_of(area: str, by: User | None) -> Center:
    return organisation.ensure_stub_center(code12=area, name=f"{area} 地区", by=by)


def _create_drafts(rows: Sequence[ItemRow], homes: Mapping[tuple[str, str], Department], by: User | None) -> None:
    """Set-based, with a history row each: a thousand items take a second, not a minute."""
    items = [_new_item(row, homes[row.home]) for row in rows]
    _create(items, ServiceItem, by)
    regimes = {kind: defaults(kind) for kind in ItemKind}
    drafts = [
        ItemVersion(item=item, name=row.name, kind=row.kind, case_kind=CaseKind.PROMISE, **regimes[row.kind])
        for item, row in zip(items, rows, strict=True)
    ]
    _create(drafts, ItemVersion, by)


def _new_item(row: ItemRow, department: Department) -> ServiceItem:
    full, initials = spell(row.name)  # a set-based insert calls no save()
    return ServiceItem(
        code=row.code,
        name=row.name,
        pinyin=full,
        initials=initials,
        department=department,
        department_code=row.department_code,
        main_item=row.main_item,
        source_link=row.source_link,
    )


def _create(rows: list[Any], model: Any, by: User | None) -> None:
    if rows:
        reason = "导入事项目录"
        bulk_create_with_history(rows, model, batch_size=BATCH, default_user=by, default_change_reason=reason)
