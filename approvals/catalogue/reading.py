"""A version read for a filing, in one statement: nothing is opened oftener at a window.

Its hundred columns by the object-relational mapper, beside two more statements for its materials and its legal ground,
took a fifth of a filing.
"""

from functools import cache
from typing import Any, Final

from django.db import connection

from approvals.catalogue.models import ItemVersion, LegalBasis, Material, Regime, ServiceItem
from hall.json_rows import keep, made, pointing
from hall.organisation.models import Center, Department
from hall.prepared import Prepared

_READ: Final = """
SELECT row_to_json(v), row_to_json(i),
    (SELECT json_build_array(d, (SELECT row_to_json(k) FROM {center} k WHERE k.id = d.center_id))
        FROM {department} d WHERE d.id = i.department_id),
    (SELECT row_to_json(r) FROM {regime} r WHERE r.id = v.regime_id),
    (SELECT json_agg(m ORDER BY m.position, m.id) FROM {material} m WHERE m.version_id = v.id),
    (SELECT json_agg(b ORDER BY b.position, b.id) FROM {basis} b WHERE b.version_id = v.id)
FROM {version} v JOIN {item} i ON i.id = v.item_id WHERE v.id = $1
"""
_TABLES: Final = {
    "version": ItemVersion, "item": ServiceItem, "department": Department, "center": Center, "regime": Regime,
    "material": Material, "basis": LegalBasis,
}  # fmt: skip


def read_version(key: int) -> ItemVersion | None:
    """The version with item, department, center, regime, materials and legal ground at hand, or None."""
    with connection.cursor() as cursor:
        _statement().execute(cursor, (key,))
        row = cursor.fetchone()
    return None if row is None else _version(*row)


@cache
def _statement() -> Prepared:
    tables = {name: model._meta.db_table for name, model in _TABLES.items()}
    return Prepared("catalogue_version", ("bigint",), _READ.format(**tables))


def _version(version: Any, item: Any, place: Any, regime: Any, materials: Any, bases: Any) -> ItemVersion:
    department, center = place
    handled_by = pointing(made(Department, department), center=made(Center, center))
    read = pointing(
        made(ItemVersion, version),
        item=pointing(made(ServiceItem, item), department=handled_by),
        regime=made(Regime, regime) if regime else None,
    )
    keep(read, "materials", [pointing(made(Material, one), version=read) for one in materials or ()])
    keep(read, "legal_bases", [pointing(made(LegalBasis, one), version=read) for one in bases or ()])
    return read
