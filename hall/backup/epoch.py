"""Does this database run on the line of time it was meant to? A restore, or a standby that took over, changes it."""

from dataclasses import dataclass
from typing import Final

from django.db import connection

from hall.backup.models import Epoch

_HERE: Final = """
SELECT (SELECT system_identifier FROM pg_control_system())::text,
    CASE WHEN pg_is_in_recovery() THEN 0 ELSE
        ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int END
"""
PROBLEM: Final = (
    "数据库回到了较早的时间，或换了一台（时间线 {here}，登记的是 {meant}）。对外消息已停发，以免重复。"
    "请核对后运行 manage.py restore --settle。"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A cluster and its timeline."""

    system: str
    timeline: int


def here() -> Line:
    """Where the database runs now."""
    with connection.cursor() as cursor:
        cursor.execute(_HERE)
        system, timeline = cursor.fetchone()
    return Line(system, timeline)


def problem() -> str:
    """The sentence of the alarm; empty where all is as it was meant, or nothing was ever noted."""
    meant = Epoch.objects.first()
    if meant is None:
        return ""
    now = here()
    if (now.system, now.timeline) == (meant.system, meant.timeline):
        return ""
    return PROBLEM.format(here=now.timeline, meant=meant.timeline)
