"""Is a restored database whole? Looked at in the tests' own."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from hall.backup import verifying
from hall.backup.verifying import OPENED, RESTLESS, Verified, verify
from hall.ledger import actions as ledger
from hall.ledger import sealing
from hall.privacy import sealed
from hall.privacy.sealed import Place
from tests.builders import Hall, accepted_case

pytestmark = pytest.mark.django_db


def test_a_whole_one_is_whole_and_says_what_was_looked_at() -> None:
    accepted_case(Hall())
    found = verify()
    assert found.whole
    assert found.opened > 0
    assert found.counts["cases_case"] == 1
    assert "全部完好" in found.says


def test_what_comes_and_goes_by_itself_is_not_counted() -> None:
    counted = set(verifying.counts())
    assert not counted & RESTLESS
    assert {"ledger_event", "cases_case", "access_user"} <= counted


def test_a_wrong_key_is_found(settings: Any) -> None:
    accepted_case(Hall())
    settings.FIELD_KEYS = "k1:" + "Q" * 43 + "="
    found = verify()
    assert found.opened == 0
    assert found.unreadable
    assert not found.whole
    assert "密钥不对，或已损坏" in found.says


def test_a_row_without_its_file_is_counted_as_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    there = default_storage.save("there", ContentFile(b"x"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE papers (id int, path text)")
        cursor.execute("INSERT INTO papers VALUES (1, %s), (2, 'gone'), (3, '')", [there])
    monkeypatch.setattr(verifying, "places", lambda: [Place("papers", "path", "papers.path", files=True)])
    found = verify()
    assert (found.files, found.missing) == (2, 1)
    assert "缺附件 1 个" in found.says


def test_no_more_than_a_hundred_values_are_tried_and_every_place_gets_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    with connection.cursor() as cursor:
        for table in ("one", "two"):
            cursor.execute(f"CREATE TABLE {table} (id int, held text)")
            cursor.execute(f"INSERT INTO {table} SELECT n, 'x' FROM generate_series(1, 500) n")
    monkeypatch.setattr(verifying, "places", lambda: [Place(table, "held", table) for table in ("one", "two")])
    monkeypatch.setattr(verifying, "_opens", lambda place, *_: opened.append(place.table) is None)
    assert verify().opened == OPENED == len(opened)
    assert opened.count("one") == opened.count("two") == OPENED // 2


def test_a_ledger_that_was_cut_off_is_found_by_the_head_published_before() -> None:
    ledger.append(docket="", kind="access.opened", center_code="", actor=None, occurred_at=timezone.now(), data={})
    head = {"center": "", "number": 99, "hash": "f" * 64}
    (fault,) = verify([head]).faults
    assert "被截断" in fault


def test_what_was_found_passes_between_processes_unchanged() -> None:
    found = Verified({"a": 1}, ["x"], 1, 2, 3, ["y"])
    assert Verified(**found.as_dict()) == found


def test_every_sealed_place_is_of_a_table_that_is_counted() -> None:
    assert {place.table for place in sealed.places()} <= set(verifying.counts())


def test_heads_are_those_of_the_sealer() -> None:
    assert verify(sealing.heads()).faults == []
