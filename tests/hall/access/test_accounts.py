"""Acts on accounts: what they leave on record, and what they refuse."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from hall.access import actions
from hall.access.enums import Role
from hall.access.models import User
from hall.ledger import kinds
from hall.ledger.models import Event
from hall.organisation.errors import Refused
from tests.builders import make_staff, make_user

pytestmark = pytest.mark.django_db
Act = Callable[[User, User], Any]

ACTS: dict[str, tuple[Act, str]] = {
    "role": (
        lambda u, by: actions.set_role(user=u, role=Role.AUDITOR, by=by, at=timezone.now()), "access.role_changed",
    ),
    "disable": (lambda u, by: actions.set_active(user=u, active=False, by=by, at=timezone.now()), "access.disabled"),
    "enable": (lambda u, by: actions.set_active(user=u, active=True, by=by, at=timezone.now()), "access.enabled"),
    "password": (lambda u, by: actions.reset_password(user=u, by=by, at=timezone.now()), "access.password_reset"),
    "factor": (
        lambda u, by: actions.reset_second_factor(user=u, by=by, at=timezone.now()), "access.second_factor_reset",
    ),
}  # fmt: skip


@pytest.fixture
def admin() -> User:
    return make_user(Role.ADMIN)


@pytest.mark.parametrize("name", ACTS)
def test_each_act_leaves_one_event_that_names_nobody(name: str, admin: User) -> None:
    user = make_user(Role.CLERK, make_staff(name="王丽"), username="wangli")
    act, kind = ACTS[name]
    act(user, admin)
    event = Event.objects.get()
    assert (event.kind, event.actor, event.data["account"]) == (kind, admin, user.pk)
    assert "wangli" not in str(event.data)


@pytest.mark.parametrize("name", ACTS)
def test_each_act_names_who_did_it_in_the_history(name: str, admin: User) -> None:
    user = make_user()
    ACTS[name][0](user, admin)
    assert User.history.filter(id=user.pk).first().history_user == admin


@pytest.mark.parametrize("name", ACTS)
def test_no_act_works_on_oneself(name: str, admin: User) -> None:
    with pytest.raises(Refused, match="另一位系统管理员"):
        ACTS[name][0](admin, admin)
    assert not Event.objects.exists()


@pytest.mark.parametrize("kind", [kind for _, kind in ACTS.values()])
def test_every_event_has_a_chinese_label(kind: str) -> None:
    assert kinds.label_of(kind) != kind


def test_a_change_of_role_reads_as_a_sentence(admin: User) -> None:
    actions.set_role(user=make_user(Role.CLERK), role=Role.APPROVER, by=admin, at=timezone.now())
    assert kinds.describe(Event.objects.get()) == "改角色：窗口人员改为审批人员"


def test_the_same_role_again_is_no_event(admin: User) -> None:
    actions.set_role(user=make_user(Role.CLERK), role=Role.CLERK, by=admin, at=timezone.now())
    assert not Event.objects.exists()


def test_a_new_account_must_change_its_first_password(admin: User) -> None:
    person = make_staff()
    user, first = actions.create_account(username="wangli", role=Role.CLERK, staff=person, by=admin, at=timezone.now())
    assert (user.must_change_password, user.check_password(first), user.staff) == (True, True, person)


def test_a_demonstration_account_keeps_its_password(admin: User) -> None:
    user, first = actions.create_account(
        username="clerk", role=Role.CLERK, staff=make_staff(), by=None, at=timezone.now(), demonstration=True,
        password="shown-at-the-start",
    )  # fmt: skip
    assert (user.must_change_password, first) == (False, "shown-at-the-start")


def test_a_refused_account_leaves_nothing(admin: User) -> None:
    make_user(username="wangli")
    with pytest.raises(IntegrityError), transaction.atomic():
        actions.create_account(username="wangli", role=Role.CLERK, staff=None, by=admin, at=timezone.now())
    assert not Event.objects.exists()


def test_the_first_account_of_a_house_is_opened_by_nobody() -> None:
    user, _ = actions.create_account(username="admin", role=Role.ADMIN, staff=None, by=None, at=timezone.now())
    assert (Event.objects.get().actor, user.staff) == (None, None)


def test_a_reset_password_joins_the_history_of_passwords(admin: User) -> None:
    user = make_user()
    old = user.password
    actions.reset_password(user=user, by=admin, at=timezone.now())
    assert user.past_passwords.get().password == old
