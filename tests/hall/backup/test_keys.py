"""Backup keys: read from a file, refused in a sentence that repeats no part of them."""

from pathlib import Path

import pytest

from hall.backup import keys
from hall.backup.keys import KeyProblem

GOOD = "A" * 43 + "="


def test_the_first_key_seals_and_all_of_them_open(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_text(f"b2:{GOOD}\n\n  b1:{'B' * 43}=  \n")
    found = keys.read(path)
    assert (found.current, set(found.held)) == ("b2", {"b1", "b2"})
    assert len(found.named("b1")) == 32


def test_keys_may_stand_on_one_line_apart_by_commas() -> None:
    assert keys.parse(f"b2:{GOOD},b1:{GOOD}").current == "b2"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        GOOD,
        f":{GOOD}",
        f"b 1:{GOOD}",
        f"备:{GOOD}",
        "b1:short",
        "b1:",
        f"b1:{GOOD[:-2]}!=",
        f"b1:{'A' * 44}",
        "b" * 41 + f":{GOOD}",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(KeyProblem) as refused:
        keys.parse(text)
    assert GOOD[:20] not in str(refused.value)


def test_a_missing_file_says_how_to_bring_it_back(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match=r"manage\.py backup_key --enter"):
        keys.read(tmp_path / "none")


def test_a_key_never_shows_itself() -> None:
    assert repr(keys.parse(f"b1:{GOOD}")) == "Keys(b1)"


def test_a_fingerprint_tells_two_keys_apart_and_forgives_a_space() -> None:
    assert keys.fingerprint(f"b1:{GOOD}") == keys.fingerprint(f" b1:{GOOD}\n")
    assert keys.fingerprint(f"b1:{GOOD}") != keys.fingerprint(f"b2:{GOOD}")
    assert len(keys.fingerprint("x")) == 8
