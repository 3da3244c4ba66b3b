"""Accounts as rows: what the database refuses, and what a session is bound to."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from hall.access.enums import Role
from hall.access.models import RecoveryCode, User
from tests.builders import make_staff, make_user
from tests.hall.access.builders import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("username", ["wangli", "a1", "w.li-2_x", "0123456789" * 3])
def test_user_names_that_are_allowed(username: str) -> None:
    User(username=username, role=Role.CLERK, password="x").full_clean()


@pytest.mark.parametrize("username", ["", "a", "WangLi", "王丽", "a b", "-ab", "a" * 33, "a\n", "a\x00b"])
def test_user_names_that_are_not(username: str) -> None:
    with pytest.raises(ValidationError):
        User(username=username, role=Role.CLERK, password="x").full_clean()


def test_the_database_refuses_a_bad_user_name() -> None:
    with pytest.raises(IntegrityError, match="user_username_form"), transaction.atomic():
        User.objects.create_user("Wang Li", role=Role.CLERK)


@pytest.mark.parametrize("role", ["", "root", "clerk,admin"])
def test_the_database_refuses_a_role_that_is_none(role: str) -> None:
    with pytest.raises(IntegrityError, match="user_role_known"), transaction.atomic():
        User.objects.create_user("wangli", role=role)


def test_a_person_has_at_most_one_account() -> None:
    person = make_staff()
    make_user(Role.CLERK, person)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_user(Role.ADMIN, person)


def test_a_person_with_an_account_cannot_be_deleted() -> None:
    with pytest.raises(ProtectedError):
        make_user().staff.delete()  # type: ignore[union-attr]


def test_an_account_without_a_password_lets_nobody_in() -> None:
    user = User.objects.create_user("wangli", role=Role.CLERK)
    assert (user.has_usable_password(), user.check_password("")) == (False, False)


def test_the_framework_command_makes_an_administrator_at_most() -> None:
    assert User.objects.create_superuser("boss", PASSWORD, role=Role.CLERK).role == Role.ADMIN


@pytest.mark.parametrize(("field", "value"), [("role", Role.ADMIN), ("session_epoch", 1), ("password", "other")])
def test_sessions_are_bound_to(field: str, value: object) -> None:
    user = make_user()
    before = user.get_session_auth_hash()
    setattr(user, field, value)
    assert user.get_session_auth_hash() != before


@pytest.mark.parametrize(("field", "value"), [("must_change_password", True), ("username", "other")])
def test_sessions_survive_a_change_of(field: str, value: object) -> None:
    user = make_user()
    before = user.get_session_auth_hash()
    setattr(user, field, value)
    assert user.get_session_auth_hash() == before


def test_people_are_called_by_name_accounts_by_user_name() -> None:
    user = make_user(Role.CLERK, make_staff(name="王丽"), username="wangli")
    assert user.display_name == "王丽"
    user.staff = None
    assert user.display_name == "wangli"


@pytest.mark.parametrize("field", ["password", "last_login", "session_epoch"])
def test_history_leaves_out(field: str) -> None:
    make_user()
    assert field not in {f.name for f in User.history.model._meta.get_fields()}


def test_a_recovery_code_is_stored_once_per_account() -> None:
    user = make_user()
    RecoveryCode.objects.create(user=user, code_hash="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryCode.objects.create(user=user, code_hash="x")


def test_an_account_has_no_powers_of_the_framework() -> None:
    user = make_user(Role.ADMIN)
    assert not any(hasattr(user, name) for name in ("is_superuser", "is_staff", "groups", "user_permissions"))
