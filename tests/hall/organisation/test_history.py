"""Every row of the organisation remembers who changed it (simple-history), through the actions that change it."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest

from hall.access.enums import Role
from hall.access.models import User
from hall.organisation import actions
from hall.organisation.enums import ExceptionKind
from hall.organisation.models import (
    Center,
    Department,
    Installation,
    OpeningException,
    OpeningHours,
    Post,
    Region,
    Staff,
    Window,
)
from tests.builders import make_center, make_department, make_region, make_staff, make_user

pytestmark = pytest.mark.django_db


def post() -> Post:
    department = make_department()
    return Post(department=department, name="食品许可", holder_a=make_staff(department))


NEW: dict[type, Callable[[], Any]] = {
    Region: lambda: Region(code12="110000000000", name="某市", level="city"),
    Center: lambda: Center(
        name="某中心", level="county", region=make_region(), region6="130302", center_no="0500", main=False,
        parent=make_center(center_no="0499"),
    ),
    Department: lambda: Department(center=make_center(), name="公安局"),
    Window: lambda: Window(center=make_center(), number="12", name="综合窗口"),
    Post: post,
    Staff: lambda: Staff(center=make_center(), number="A01", name="王丽"),
    OpeningHours: lambda: OpeningHours(center=make_center(), weekday=1, opens=time(8), closes=time(12)),
    OpeningException: lambda: OpeningException(
        center=make_center(), on=date(2026, 5, 1), kind=ExceptionKind.CLOSED
    ),
    Installation: lambda: Installation(name="某大厅"),
}  # fmt: skip


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN)


@pytest.mark.parametrize("model", NEW, ids=lambda model: model.__name__)
def test_a_new_row_names_who_and_why(model: Any, admin: User) -> None:
    row = actions.save(NEW[model](), by=admin, reason="新增")
    record = model.history.filter(**{model._meta.pk.attname: row.pk}).get()
    assert (record.history_type, record.history_user, record.history_change_reason) == ("+", admin, "新增")


@pytest.mark.parametrize("model", NEW, ids=lambda model: model.__name__)
def test_a_changed_row_keeps_both_versions(model: Any, admin: User) -> None:
    row = actions.save(NEW[model](), by=admin)
    actions.save(row, by=admin, reason="修改")
    assert model.history.filter(**{model._meta.pk.attname: row.pk}).count() == 2


@pytest.mark.parametrize("model", [OpeningHours, OpeningException, Post, Window], ids=lambda model: model.__name__)
def test_a_removed_row_leaves_its_last_version(model: Any, admin: User) -> None:
    row = actions.save(NEW[model](), by=admin)
    key = row.pk
    actions.remove(row, by=admin, reason="不用了")
    record = model.history.filter(**{model._meta.pk.attname: key}).first()
    assert (record.history_type, record.history_user, record.history_change_reason) == ("-", admin, "不用了")


@pytest.mark.parametrize(
    ("model", "field"), [(Center, "region"), (Staff, "center"), (Department, "center"), (Post, "holder_a")]
)
def test_what_is_pointed_to_cannot_be_deleted(model: Any, field: str, admin: User) -> None:
    """Rows end by a date, not by disappearing under others."""
    row = actions.save(NEW[model](), by=admin)
    with pytest.raises(Exception, match="protected"):
        getattr(row, field).delete()
