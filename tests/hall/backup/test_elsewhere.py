"""A server of somebody else's keeping: what its operator is told, and what is laid out for them."""

import shutil
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings

from hall.backup import elsewhere, media
from hall.backup.base import Server, ask
from hall.backup.recovery import Wish
from hall.backup.restoring import CannotRestore
from hall.local.paths import make_data_dir, run_dir
from hall.local.postgres import Postgres, postgres_dir
from hall.local.servants import find_servant
from tests.hall.backup.builders import QUICK, Place, a_folder, environment

pytestmark = pytest.mark.slow


def asked(server: Server, sql: str) -> Any:
    connection = server.connect()
    try:
        return ask(connection, sql)
    finally:
        connection.close()


def test_who_archives_already_is_told_nothing(backed_up: Place) -> None:
    backed_up.archived()
    assert elsewhere.advice(backed_up.vault, backed_up.server) == ""


def test_where_nobody_answers_there_is_no_advice(backed_up: Place) -> None:
    assert elsewhere.advice(backed_up.vault, Server("/nonexistent", "hall", "hall")) == ""


def test_where_nothing_is_archived_every_step_is_told(backed_up: Place) -> None:
    """Every statement of it can be run as it stands."""
    said, end = "", time.monotonic() + 20
    while not said and time.monotonic() < end:  # what was under way may be archived, and counted, just after the reset
        backed_up.sql("SELECT pg_stat_reset_shared('archiver')")
        with backed_up.entered():
            said = elsewhere.advice(backed_up.vault, backed_up.server)
    statements = [line.strip() for line in said.splitlines() if line.strip().endswith(";")]
    assert [line.split()[0] for line in statements] == ["ALTER"] * 5 + ["GRANT"] * 2
    assert str(backed_up.vault.wal) in said
    assert str(backed_up.key) in said
    for statement in statements[4:]:
        backed_up.sql(statement)


def test_a_backup_laid_out_for_another_server_replays_and_writes_into_no_archive(backed_up: Place) -> None:
    (backed_up.files / "scan").write_bytes(b"a scan")
    media.collect(backed_up.vault, backed_up.files, datetime.now(UTC))
    backed_up.sql("CREATE TABLE elsewhere AS SELECT 7 AS n")
    before = backed_up.now()
    backed_up.sql("DROP TABLE elsewhere")
    backed_up.archived()
    there = a_folder("elsewhere")
    with environment(HALL_DATA_DIR=str(there), HALL_BACKUP_DIR="off", HALL_BACKUP_KEY_FILE=str(backed_up.key)):
        make_data_dir()
        said = elsewhere.lay_out(Wish(until=before), backed_up.vault, postgres_dir())
        postgres = Postgres(find_servant(recovering=True), QUICK)
        postgres.ensure(tied=True)
        found = asked(Server(str(run_dir()), "hall", "hall"), "SELECT n FROM elsewhere")
        laid_out = (postgres_dir() / "postgresql.auto.conf").read_text()
        with pytest.raises(CannotRestore, match="目录不是空的"):
            elsewhere.lay_out(Wish(until=before), backed_up.vault, postgres_dir())
        postgres.stop()
    assert found == (7,)
    assert "archive_command = '/bin/false'" in laid_out
    assert not list(backed_up.vault.wal.glob("00000002*"))
    assert str(settings.MEDIA_ROOT) in said
    assert (there / "postgres.media" / "scan").read_bytes() == b"a scan"
    shutil.rmtree(there)
