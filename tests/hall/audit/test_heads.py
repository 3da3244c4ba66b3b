"""The heads of the chains on a page that is printed and locked away (U04)."""

from pathlib import Path
from typing import Any

import pytest

from hall.ledger import actions as ledger
from hall.ledger import publishing
from tests.builders import Hall, make_center, moment
from tests.hall.exports.taking import at_desk

pytestmark = pytest.mark.django_db
URL = "/manage/audit/heads/"
VALUE = "0123456789abcdef" * 4


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.LEDGER_HEADS_DIR = tmp_path
    return tmp_path


def publish(day: str, *lines: tuple[str, int, str]) -> None:
    text = "".join(f'{{"center": "{code}", "hash": "{value}", "number": {number}}}\n' for code, number, value in lines)
    (publishing.folder() / f"heads-{day}.jsonl").write_text(text)


def page(hall: Hall, query: str = "") -> str:
    return at_desk(hall.auditor).get(URL + query).content.decode()


def test_u04_the_last_published_heads_stand_on_a_page_in_groups_people_can_compare(hall: Hall) -> None:
    publish("2026-05-12", (hall.center.code, 6, "f" * 64))
    publish("2026-05-13", (hall.center.code, 7, VALUE))
    text = page(hall)
    assert "01234567 89abcdef" in text
    assert hall.center.name in text
    assert "ffffffff" not in text
    assert "见证人（签名）" in text


def test_u04_an_earlier_day_can_be_printed_again(hall: Hall) -> None:
    publish("2026-05-12", (hall.center.code, 6, "f" * 64))
    publish("2026-05-13", (hall.center.code, 7, VALUE))
    assert "ffffffff" in page(hall, "?day=2026-05-12")


@pytest.mark.parametrize("day", ["2026-05-99", "%00", "../../etc/passwd", "2020-01-01"])
def test_a_day_nothing_was_published_on_shows_the_last(hall: Hall, day: str) -> None:
    publish("2026-05-13", (hall.center.code, 7, VALUE))
    assert "01234567" in page(hall, f"?day={day}")


def test_another_center_is_not_shown(hall: Hall) -> None:
    other = make_center("邻区中心")
    publish("2026-05-13", (other.code, 7, VALUE), ("", 3, "f" * 64))
    text = page(hall)
    assert "01234567" not in text
    assert "不属于任何中心" in text


def test_what_belongs_to_no_center_is_shown_at_the_top_only(hall: Hall) -> None:
    hall.center.parent = make_center("市中心")
    hall.center.save()
    publish("2026-05-13", (hall.center.code, 7, VALUE), ("", 3, "f" * 64))
    text = page(hall)
    assert "01234567" in text
    assert "ffffffff" not in text


def test_a_file_that_was_tampered_with_is_named_as_such(hall: Hall, folder: Path) -> None:
    (folder / "heads-2026-05-13.jsonl").write_text("not json\n")
    assert "可能被改动过" in page(hall)


@pytest.mark.parametrize(("note", "says"), [("0", "上次核对相符"), ("2", "上次核对不符")])
def test_it_says_how_the_last_verification_went(hall: Hall, note: str, says: str) -> None:
    ledger.beat("verify", moment("2026-05-13 02:40"), note)
    assert says in page(hall)


def test_an_empty_page_says_when_heads_come(hall: Hall, folder: Path) -> None:
    assert "还没有公布过封存值" in page(hall)
    (folder / "other.txt").touch()
    (folder / "heads-2026-99-99.jsonl").touch()
    assert "还没有公布过封存值" in page(hall)
