"""What a dry run of items shows back to the author of a bad list."""

import io

import pytest

from approvals.catalogue import actions
from approvals.catalogue.importing import HEADINGS
from approvals.catalogue.views.imports import DryRun, shown
from hall.organisation.tables import read_table
from tests.approvals.catalogue.builders import COLUMNS, line

pytestmark = pytest.mark.django_db
CHINESE = {ours: heading for heading, ours in HEADINGS.items()}


def dry_run(**wrong: str) -> DryRun:
    """One good line and one with something wrong, under Chinese headings."""
    cells = [line(item_code="A-1"), line(item_code="A-2", **wrong)]
    head = ",".join(CHINESE[name] for name in COLUMNS)
    text = "\n".join([head, *(",".join(row.get(c, "") for c in COLUMNS) for row in cells)])
    table = read_table(io.BytesIO(text.encode()))
    return shown(actions.import_items(table, by=None, dry_run=True), table)


def test_a_bad_cell_is_named_by_its_own_heading_with_its_own_words() -> None:
    (error,) = dry_run(task_type="88").errors
    assert (error["row"], error["field"], error["value"]) == (3, CHINESE["task_type"], "88")


def test_a_column_the_file_calls_by_our_name_keeps_it() -> None:
    cells = line(task_type="88")
    text = "\n".join([",".join(COLUMNS), ",".join(cells.get(c, "") for c in COLUMNS)])
    table = read_table(io.BytesIO(text.encode()))
    (error,) = shown(actions.import_items(table, by=None, dry_run=True), table).errors
    assert (error["field"], error["value"]) == ("task_type", "88")


def test_every_line_read_is_counted_also_the_bad_ones() -> None:
    found = dry_run(area_code="13")
    assert (found.total, found.created, len(found.errors)) == (2, 1, 1)
