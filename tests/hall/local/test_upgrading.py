"""An upgrade that fails half-way (B08): yesterday's program goes on, and `migrate` again finishes."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test.utils import modify_settings

from approvals.cases.models import Case
from hall.local import steps
from hall.local.trouble import Trouble
from hall.local.versions import refuse_newer
from tests.builders import Hall, accepted_case
from tests.hall.local.test_migrate import another_session

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
NEXT = "next_release"


@pytest.fixture
def upgrade() -> Iterator[None]:
    """The next release is laid out; its first table is there."""
    with modify_settings(INSTALLED_APPS={"append": "tests.hall.local.next_release"}):
        call_command("migrate", NEXT, "0001", verbosity=0)
        yield
        sql("DROP TABLE next_release_note", "ALTER TABLE ledger_heartbeat DROP COLUMN IF EXISTS b08")
        sql(f"DROP TABLE IF EXISTS {steps.TABLE}", "DELETE FROM django_migrations WHERE app = 'next_release'")


def sql(*statements: str) -> Any:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def migrate(to: str = "0003") -> None:
    call_command("migrate", NEXT, to, verbosity=0)


def columns() -> set[str]:
    found = sql("SELECT column_name FROM information_schema.columns WHERE table_name = 'next_release_note'")
    return {name for (name,) in found}


def indexes() -> dict[str, bool]:
    """The indexes the release adds, and whether they are whole."""
    return dict(
        sql(
            "SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid "
            "WHERE relname IN ('note_word', 'note_last')"
        )
    )


def applied() -> set[str]:
    return {name for (name,) in sql("SELECT name FROM django_migrations WHERE app = 'next_release'")}


def works_as_before() -> None:
    """Yesterday's program, on the tables as the failed upgrade left them: it files and accepts."""
    before = Case.objects.count()
    accepted_case(Hall())
    assert Case.objects.count() == before + 1


def test_b08_a_step_in_one_transaction_that_fails_leaves_nothing_behind(upgrade: None) -> None:
    sql("INSERT INTO next_release_note (word) VALUES ('in the way')")
    with pytest.raises(RuntimeError, match="in the way"):
        migrate()
    assert (columns(), applied()) == ({"id", "word"}, {"0001_initial"})
    works_as_before()
    sql("DELETE FROM next_release_note")
    migrate("0002")
    assert columns() == {"id", "word", "more"}


def test_b08_a_step_beside_the_traffic_that_fails_is_taken_up_behind_what_was_done(upgrade: None) -> None:
    sql("INSERT INTO next_release_note (word) VALUES ('half-way')")
    with pytest.raises(RuntimeError, match="half-way"):
        migrate()
    assert applied() == {"0001_initial", "0002_whole"}
    assert indexes() == {"note_word": True}
    assert "last" in columns()
    works_as_before()
    sql("DELETE FROM next_release_note")
    migrate()
    assert applied() == {"0001_initial", "0002_whole", "0003_beside_the_traffic"}
    assert indexes() == {"note_word": True, "note_last": True}
    assert sql(f"SELECT to_regclass('{steps.TABLE}')") == [(None,)]  # nothing is left to remember


def test_b08_an_index_half_made_is_made_anew(upgrade: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long read beside it: the index waits, gives up and is left half-made; the next try must not stumble over it."""
    monkeypatch.setattr("hall.local.management.commands.migrate.LOCK_WAIT_MILLISECONDS", 300)
    monkeypatch.setattr("hall.local.management.commands.migrate.ATTEMPTS", 3)
    migrate("0002")
    half: list[dict[str, bool]] = []
    reader = another_session()
    with reader.cursor() as reading:
        reading.execute("BEGIN; LOCK TABLE next_release_note IN ROW EXCLUSIVE MODE; SELECT count(*) FROM ledger_event")
    waited = threading.Event()
    monkeypatch.setattr(
        "hall.local.management.commands.migrate.time.sleep",
        lambda _: (half.append(indexes()), reader.close(), waited.set()),
    )
    migrate()
    assert waited.is_set()
    assert half[0] == {"note_word": False}
    assert indexes() == {"note_word": True, "note_last": True}


def test_b08_an_index_that_was_finished_before_the_step_was_noted_is_kept(upgrade: None) -> None:
    migrate("0002")
    sql("CREATE INDEX note_word ON next_release_note (word)")
    (before,) = sql("SELECT 'note_word'::regclass::oid")
    migrate()
    assert sql("SELECT 'note_word'::regclass::oid") == [before]


def test_b08_yesterdays_program_refuses_what_a_finished_upgrade_left(upgrade: None) -> None:
    """The way back is the backup taken before, not the old program on new tables."""
    sql("INSERT INTO django_migrations (app, name, applied) VALUES ('next_release', '0004_of_tomorrow', now())")
    with pytest.raises(Trouble, match="由更新的版本使用过"):
        refuse_newer(MigrationExecutor(connection))
