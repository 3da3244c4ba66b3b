"""The guards rooms put on their tables, on a table of this test's own."""

from collections.abc import Iterator

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from hall.ledger.guards import ALWAYS, WHOLE, Sql, only_later, together, ways, written_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def table(db: None) -> Iterator[None]:
    run("CREATE TABLE guarded (id int, name text, state text, ended_at timestamptz, note text)")
    run(
        "INSERT INTO guarded VALUES (1, 'a', 'open', NULL, ''), (2, 'b', 'shut', now(), 'x'), (3, NULL, '', NULL, NULL)"
    )
    yield
    run("DROP TABLE guarded")


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def put(*guards: Sql) -> None:
    run(together(guards)[0])


def says(sql: str) -> str:
    """What the database answers; empty where it lets the statement through."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return ""


def changed(row: int, column: str) -> str:
    return says(f"UPDATE guarded SET {column} = '2020-01-01' WHERE id = {row}")


def test_what_is_always_kept_never_changes_and_the_rest_may() -> None:
    put(written_once("g", "guarded", {ALWAYS: "name note"}, says="kept"))
    assert [changed(1, column) for column in ("name", "note", "state", "ended_at")] == ["kept", "kept", "", ""]


def test_what_is_empty_is_kept_too() -> None:
    put(written_once("g", "guarded", {ALWAYS: "name"}, says="kept"))
    assert changed(3, "name") == "kept"
    assert says("UPDATE guarded SET name = NULL WHERE id = 1") == "kept"
    assert says("UPDATE guarded SET name = name") == ""


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("ended_at", {2}), ("note", {2}), ("state", {1, 2}), ("state=shut", {2}), ("state=open|shut", {1, 2}),
        ("state!=open", {2, 3}), ("state!=open|shut", {3}), ("note=", {1, 3}), (ALWAYS, {1, 2, 3}),
    ],
)  # fmt: skip
def test_a_condition_is_asked_of_the_row_as_it_was(condition: str, rows: set[int]) -> None:
    put(written_once("g", "guarded", {condition: "name"}, says="kept"))
    assert {row for row in (1, 2, 3) if changed(row, "name")} == rows


def test_the_change_that_fills_the_condition_may_still_write() -> None:
    put(written_once("g", "guarded", {"ended_at": "ended_at name"}, says="kept"))
    assert says("UPDATE guarded SET ended_at = now(), name = 'z' WHERE id = 1") == ""
    assert says("UPDATE guarded SET ended_at = NULL WHERE id = 2") == "kept"


@pytest.mark.parametrize("column", ["name", "state", "ended_at", "note"])
def test_the_whole_row_is_every_column(column: str) -> None:
    put(written_once("g", "guarded", {"ended_at": WHOLE}, says="kept"))
    assert (changed(1, column), changed(2, column)) == ("", "kept")
    assert says(f"UPDATE guarded SET {column} = {column} WHERE id = 2") == "kept"


def test_each_condition_keeps_its_own_columns() -> None:
    put(written_once("g", "guarded", {"ended_at": "name", "state=open": "note"}, says="kept"))
    assert [(row, c) for row in (1, 2) for c in ("name", "note") if changed(row, c)] == [(1, "note"), (2, "name")]


def test_a_row_is_deleted_unless_words_forbid_it() -> None:
    put(written_once("g", "guarded", {ALWAYS: "name"}, says="kept"))
    assert says("DELETE FROM guarded") == ""
    put(written_once("h", "guarded", {ALWAYS: "name"}, says="kept", kept="'never' deleted"))
    assert says("DELETE FROM guarded WHERE id = 1") == "'never' deleted"


def test_a_row_is_deleted_while_a_condition_holds() -> None:
    put(written_once("g", "guarded", {ALWAYS: "name"}, says="kept", kept="stays", unless="state=open"))
    assert [says(f"DELETE FROM guarded WHERE id = {row}") for row in (1, 2, 3)] == ["", "stays", "stays"]


def test_states_go_the_ways_they_are_given() -> None:
    run("INSERT INTO guarded VALUES (4, 'd', 'gone', NULL, '')")
    put(ways("g", "guarded", {"open": "shut gone", "shut": "open"}))
    found = {
        (row, state)
        for row in (1, 2, 4)
        for state in ("open", "shut", "gone", "nonsense")
        if not says(f"UPDATE guarded SET state = '{state}' WHERE id = {row}")
    }
    assert found == {(1, "open"), (1, "shut"), (1, "gone"), (2, "shut"), (2, "open"), (4, "gone")}
    assert says("UPDATE guarded SET state = 'open' WHERE id = 4") == "no way from gone to open"


def test_a_row_may_begin_anywhere_or_where_it_is_told() -> None:
    put(ways("g", "guarded", {"open": "shut"}))
    assert says("INSERT INTO guarded (id, state) VALUES (9, 'shut')") == ""
    put(ways("h", "guarded", {"open": "shut"}, begins="open draft"))
    answers = [
        says(f"INSERT INTO guarded (id, state) VALUES (9, {state})") for state in ("'open'", "'draft'", "'shut'")
    ]
    assert answers == ["", "", "guarded begins as open or draft, not as shut"]
    assert says("INSERT INTO guarded (id, state) VALUES (9, NULL)").startswith("guarded begins as")


def test_another_column_may_hold_the_state() -> None:
    put(ways("g", "guarded", {"a": "b"}, column="name"))
    assert says("UPDATE guarded SET name = 'b' WHERE id = 1") == ""
    assert changed(1, "name") == "no way from a to 2020-01-01"


LATER = only_later("g", "guarded", {"state=open": "ended_at due_on"}, says="only on")


@pytest.mark.parametrize(
    ("column", "day", "moves"),
    [
        ("due_on", "2026-05-14", True), ("due_on", "9999-12-31", True), ("due_on", "infinity", True),
        ("due_on", "2026-05-12", False), ("due_on", "-infinity", False), ("due_on", "2026-05-13", True),
        ("ended_at", "2026-05-13 10:00:01+08", True), ("ended_at", "2026-05-13 10:00:00+07", True),
        ("ended_at", "2026-05-13 09:59:59+08", False), ("ended_at", "2026-05-13 10:00:00+09", False),
    ],
)  # fmt: skip
def test_a_day_or_a_moment_moves_only_on(column: str, day: str, moves: bool) -> None:
    run("ALTER TABLE guarded ADD due_on date DEFAULT '2026-05-13'")
    run("UPDATE guarded SET ended_at = '2026-05-13 10:00+08'")
    put(LATER)
    assert says(f"UPDATE guarded SET {column} = '{day}' WHERE id = 1") == ("" if moves else "only on")


def test_a_day_moves_only_while_its_condition_holds() -> None:
    run("ALTER TABLE guarded ADD due_on date DEFAULT '2026-05-13'")
    put(LATER)
    assert [says(f"UPDATE guarded SET due_on = '2026-05-14' WHERE id = {row}") for row in (1, 2)] == ["", "only on"]
    assert says("UPDATE guarded SET due_on = due_on, note = 'z'") == ""
    assert says("UPDATE guarded SET due_on = '2026-05-14', state = 'shut' WHERE id = 1") == ""
    assert says("UPDATE guarded SET due_on = '2026-05-14', state = 'open' WHERE id = 2") == "only on"


def test_what_is_empty_is_filled_and_never_emptied() -> None:
    run("ALTER TABLE guarded ADD due_on date")
    put(LATER)
    assert says("UPDATE guarded SET due_on = '2026-05-14' WHERE id = 1") == ""
    assert says("UPDATE guarded SET due_on = '2026-05-14' WHERE id = 2") == "only on"
    run("UPDATE guarded SET due_on = '2026-05-14' WHERE id = 1")
    assert says("UPDATE guarded SET due_on = NULL WHERE id = 1") == "only on"


@pytest.mark.parametrize(
    "guard",
    [
        only_later("g", "guarded", {ALWAYS: "due_no"}, says="only on"),
        written_once("g", "guarded", {ALWAYS: "nmae"}, says="kept"),
        written_once("g", "guarded", {"endde_at": "name"}, says="kept"),
        written_once("g", "guarded", {"a b": "name"}, says="kept"),
        ways("g", "guarded", {"open": "shut"}, column="sate"),
    ],
)
def test_a_misspelt_column_is_an_error_and_no_hole(guard: Sql) -> None:
    put(guard)
    with pytest.raises(ProgrammingError, match="which is not there"), transaction.atomic():
        run("UPDATE guarded SET note = 'y'")


def test_what_is_refused_is_an_integrity_error() -> None:
    put(written_once("g", "guarded", {ALWAYS: "name"}, says="kept"), ways("h", "guarded", {"open": "shut"}))
    for change in ("name = 'z'", "state = 'z'"):
        with pytest.raises(IntegrityError), transaction.atomic():
            run(f"UPDATE guarded SET {change} WHERE id = 1")


def test_a_guard_can_be_taken_away() -> None:
    made, gone = together((written_once("g", "guarded", {ALWAYS: "name"}, says="kept"), ways("h", "guarded", {})))
    run(made)
    run(gone)
    assert (changed(1, "name"), changed(1, "state")) == ("", "")
