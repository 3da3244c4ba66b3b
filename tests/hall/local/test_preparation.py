"""What is made ready before the pages are served."""

import getpass
import io
import shutil
import sys
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from hall.access.enums import Role
from hall.access.models import User
from hall.local import preparation
from hall.local.trouble import Trouble
from hall.local.versions import refuse_newer
from hall.organisation.models import Installation

PASSWORD = "Synthetic-Pass-2026!"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HALL_ADMIN_USERNAME", "first")
    monkeypatch.setenv("HALL_ADMIN_PASSWORD", PASSWORD)


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone(said: list[str]) -> None:
    preparation.migrate(said.append)
    assert said == []


@pytest.mark.django_db
def test_c10_the_application_gets_its_rights_before_anything_is_served(monkeypatch, said: list[str]) -> None:
    role = f"app_{connection.settings_dict['NAME']}"  # roles are the server's: no two test databases share one
    monkeypatch.setenv("HALL_APP_DATABASE_URL", f"postgresql://{role}@db/hall")
    preparation.migrate(said.append)
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'cases_case', 'UPDATE')", [role])
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT has_table_privilege(%s, 'ledger_event', 'UPDATE')", [role])
        assert cursor.fetchone() == (False,)


@pytest.mark.django_db
def test_c10_a_role_that_cannot_be_made_is_told_in_words(monkeypatch) -> None:
    monkeypatch.setenv("HALL_APP_DATABASE_URL", "postgresql://pg_reserved@db/hall")
    with pytest.raises(Trouble, match="pg_reserved 没有得到权限"), transaction.atomic():
        preparation.grant_the_application()


@pytest.mark.django_db
def test_a_database_of_this_version_is_accepted() -> None:
    refuse_newer(MigrationExecutor(connection))


@pytest.mark.django_db
def test_a_database_of_a_newer_version_is_refused_by_name() -> None:
    MigrationRecorder(connection).record_applied("access", "9999_later")
    with pytest.raises(Trouble, match=r"access\.9999_later.*新版本"):
        refuse_newer(MigrationExecutor(connection))


@pytest.mark.django_db
def test_what_an_uninstalled_application_left_is_no_newer_version() -> None:
    MigrationRecorder(connection).record_applied("once_installed", "0001_initial")
    refuse_newer(MigrationExecutor(connection))


@pytest.mark.django_db
def test_the_first_administrator_comes_from_the_environment(said: list[str], named: None) -> None:
    preparation.first_administrator(said.append)
    user = User.objects.get()
    assert (user.username, user.role, user.must_change_password) == ("first", Role.ADMIN, False)
    assert user.check_password(PASSWORD)
    assert PASSWORD not in "".join(said)


@pytest.mark.django_db
def test_a_second_start_asks_nobody(said: list[str], named: None, monkeypatch: pytest.MonkeyPatch) -> None:
    preparation.first_administrator(said.append)
    monkeypatch.delenv("HALL_ADMIN_USERNAME")
    preparation.first_administrator(said.append)
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("username", "password"),
    [("first", "short"), ("First User", PASSWORD), ("first", "first-Synthetic-2026"), ("x", PASSWORD)],
)
def test_a_weak_password_or_a_strange_name_has_a_sentence(
    monkeypatch: pytest.MonkeyPatch, said: list[str], username: str, password: str
) -> None:
    monkeypatch.setenv("HALL_ADMIN_USERNAME", username)
    monkeypatch.setenv("HALL_ADMIN_PASSWORD", password)
    with pytest.raises(Trouble, match="管理员账号没有建成：") as refused:
        preparation.first_administrator(said.append)
    assert password not in str(refused.value)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_without_a_terminal_the_variables_are_named(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    monkeypatch.delenv("HALL_ADMIN_USERNAME", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(Trouble, match="HALL_ADMIN_USERNAME 与 HALL_ADMIN_PASSWORD"):
        preparation.first_administrator(said.append)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.django_db
@pytest.mark.parametrize(("repeated", "made"), [(PASSWORD, 1), ("something else", 0)])
def test_at_a_terminal_the_password_is_asked_twice(
    monkeypatch: pytest.MonkeyPatch, said: list[str], repeated: str, made: int
) -> None:
    answers = iter([PASSWORD, repeated])
    monkeypatch.delenv("HALL_ADMIN_USERNAME", raising=False)
    monkeypatch.setattr(sys, "stdin", Terminal("first\n"))
    monkeypatch.setattr(getpass, "getpass", lambda _: next(answers))
    if made:
        preparation.first_administrator(said.append)
    else:
        with pytest.raises(Trouble, match="不一致"):
            preparation.first_administrator(said.append)
    assert User.objects.count() == made


@pytest.mark.django_db
def test_a_demonstration_is_not_turned_into_a_real_hall(said: list[str], named: None) -> None:
    Installation.objects.update_or_create(id=1, defaults={"demonstration": True})
    with pytest.raises(Trouble, match=r"演示数据，不能用 --no-demo"):
        preparation.first_administrator(said.append)


@pytest.mark.django_db
def test_a_hall_with_accounts_gets_no_demonstration(said: list[str], named: None) -> None:
    preparation.first_administrator(said.append)
    preparation.load_demonstration(said.append)
    assert User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("demonstration", "shown"), [(True, "spoken-password"), (False, "")])
def test_the_password_is_shown_for_a_demonstration_only(folder: Path, demonstration: bool, shown: str) -> None:
    folder.mkdir()
    (folder / "demonstration-password").write_text("spoken-password\n")
    Installation.objects.update_or_create(id=1, defaults={"demonstration": demonstration})
    assert preparation.demonstration_password() == shown


@pytest.fixture
def page(folder: Path, tmp_path: Path, settings: LazySettings) -> Path:
    """The one static file of a version."""
    folder.mkdir()
    settings.STATICFILES_DIRS = [tmp_path]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = folder / "static"
    found = tmp_path / "page.css"
    found.write_text("a{}")
    return found


def test_static_files_are_gathered_once_and_again_after_a_change(page: Path, folder: Path) -> None:
    assert not preparation.static_is_gathered()
    preparation.gather_static()
    assert preparation.static_is_gathered()
    page.write_text("a{color:red}")
    assert not preparation.static_is_gathered()
    call_command("gather_static")
    assert preparation.static_is_gathered()
    assert (folder / "static" / "page.css").read_text() == "a{color:red}"


def test_what_was_gathered_and_thrown_away_is_gathered_again(page: Path, folder: Path) -> None:
    preparation.gather_static()
    shutil.rmtree(folder / "static")
    assert not preparation.static_is_gathered()


def test_a_gathering_that_was_cut_short_does_not_count(
    page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(*_: object, **__: object) -> None:
        (folder / "static").mkdir()
        raise KeyboardInterrupt

    monkeypatch.setattr(preparation, "call_command", cut_short)
    with pytest.raises(KeyboardInterrupt):
        preparation.gather_static()
    assert not preparation.static_is_gathered()
