"""Two people at once: the second waits or is refused, and nothing is given twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from hall.access.enums import Role
from hall.organisation import actions
from hall.organisation.enums import Level
from hall.organisation.errors import Refused
from hall.organisation.models import Absence, Center, Department, Region, Staff
from hall.organisation.tables import Row, Table
from tests.builders import MONDAY, make_center, make_staff, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Run the acts in threads of their own, starting at the same moment; a refusal is returned, not raised."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return act()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_two_branches_at_once_get_two_numbers() -> None:
    main = make_center()

    def open_branch(name: str) -> Center:
        return actions.add_center(name=name, level=Level.COUNTY, region=main.region, parent=main, by=None)

    made = together(lambda: open_branch("甲"), lambda: open_branch("乙"), lambda: open_branch("丙"))
    assert sorted(int(branch.center_no) for branch in made) == [13, 14, 15]


def test_two_imports_at_once_make_each_center_once() -> None:
    header = ("code", "code12", "name", "level", "parent")
    codes = [f"130302{n:03d}" for n in range(1, 40)]
    rows = [Row(2, dict(zip(header, ("1303", "130300000000", "市", "city", ""), strict=True)))]
    rows += [
        Row(n, dict(zip(header, (code, f"{code}000", f"{code}街道", "township", "1303"), strict=True)))
        for n, code in enumerate(codes, 3)
    ]
    together(*[lambda: actions.import_regions(Table(header, rows), by=None)] * 2)
    assert (Region.objects.count(), Center.objects.count()) == (40, 40)


def test_pressing_the_switch_twice_at_once_makes_one_absence() -> None:
    person, by = make_staff(), make_user(Role.CHIEF)
    answers = together(*[lambda: actions.mark_absent(staff=person, reason="培训", by=by, at=MONDAY)] * 2)
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
    assert Absence.objects.count() == 1


def test_leaving_twice_at_once_is_recorded_once() -> None:
    person, by = make_staff(), make_user(Role.ADMIN)
    answers = together(*[lambda: actions.leave(staff=person, on=MONDAY.date(), by=by, at=MONDAY)] * 2)
    assert sorted(isinstance(answer, Refused) for answer in answers) == [False, True]
    assert Staff.history.filter(id=person.pk, history_change_reason="离岗").count() == 1


def test_two_codes_for_one_department_are_both_kept() -> None:
    center = make_center()
    actions.ensure_department(center=center, name="民政局", code="A", by=None)
    together(
        lambda: actions.ensure_department(center=center, name="民政局", code="B", by=None),
        lambda: actions.ensure_department(center=center, name="民政局", code="C", by=None),
    )
    department = Department.objects.get()
    assert (department.code, sorted(department.other_codes)) == ("A", ["B", "C"])
