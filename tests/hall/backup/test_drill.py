"""What a drill compares, and what its process is given."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from hall.backup import drill
from hall.backup.drill import Before, DrillFailed, compared
from hall.backup.verifying import Verified

BEFORE = Before(datetime(2026, 11, 22, tzinfo=UTC), {"cases_case": (100, 100), "ledger_event": (500, 503)}, [])
WHOLE = {"cases_case": 100, "ledger_event": 502}


@pytest.mark.parametrize("events", [500, 502, 503])
def test_rows_written_around_the_moment_may_be_there_or_not(events: int) -> None:
    assert compared(BEFORE, Verified({**WHOLE, "ledger_event": events})) == []


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({**WHOLE, "cases_case": 99}, "表 cases_case 应有 100 行，恢复出 99 行"),
        ({**WHOLE, "cases_case": 101}, "表 cases_case 应有 100 行，恢复出 101 行"),
        ({**WHOLE, "ledger_event": 499}, "表 ledger_event 应有 500 到 503 行，恢复出 499 行"),
        ({"ledger_event": 500}, "表 cases_case 应有 100 行，恢复出 0 行"),
    ],
)
def test_a_table_with_rows_too_few_or_too_many_is_named(counts: dict[str, int], said: str) -> None:
    assert compared(BEFORE, Verified(counts)) == [said]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Verified(WHOLE, faults=["x"]), "事件账 1 处不符"),
        (Verified(WHOLE, files=5, missing=2), "缺附件 2 个"),
        (Verified(WHOLE, opened=99, unreadable=["a"]), "解不开 1 处（密钥不对，或已损坏）"),
    ],
)
def test_a_broken_ledger_a_missing_file_and_a_wrong_key_are_failures(found: Verified, said: str) -> None:
    assert not found.whole
    (sentence,) = compared(BEFORE, found)
    assert said in sentence


def test_the_process_gets_the_keys_and_never_the_live_database_or_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://live")
    monkeypatch.setenv("HALL_BACKUP_DIR", "/backups")
    given = drill.environment(Path("/scratch"))
    assert "DATABASE_URL" not in given
    assert (given["HALL_BACKUP_DIR"], given["HALL_DATA_DIR"]) == ("off", "/scratch")
    assert given["HALL_FIELD_KEYS"] == settings.FIELD_KEYS


def test_another_server_is_drilled_by_its_own_operator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere")
    with pytest.raises(DrillFailed, match="由它的管理员演练"):
        drill.refuse_elsewhere()
    monkeypatch.delenv("DATABASE_URL")
    drill.refuse_elsewhere()
