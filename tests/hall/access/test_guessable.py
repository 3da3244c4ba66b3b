"""Words of this place and leaked passwords are refused by both policies (ASVS 6.1.2, 6.2.11, 6.2.12)."""

import hashlib
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ValidationError

from hall.access import guessable, passwords
from hall.organisation.enums import PasswordPolicy
from tests.builders import Hall, make_region
from tests.hall.access.builders import house

pytestmark = pytest.mark.django_db
LOCAL, LEAKED = "本单位、本地区的名称", "在别处泄露过"


def said(password: str) -> str:
    try:
        passwords.check(password, None)
    except ValidationError as error:
        return "".join(error.messages)
    return ""


@pytest.mark.parametrize("policy", list(PasswordPolicy))
@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("Zhengwu-2026-xx", True),
        ("xx-ZHENGFU-2026", True),
        ("我在政务大厅工作Aa1", True),
        ("Haigang-2026-xx", True),
        ("海港-2026-Abcdef", True),
        ("Qinhai-dating-26", True),  # the name of the installation
        ("Organ-of-Linhe-1", True),
        ("Zheng-wu-2026-xx", False),  # not the word any more
        ("Nanlou-2026-xiao", False),
        ("Hai-gang-2026-xx", False),
    ],
)
def test_a_word_of_this_place_is_refused_as_written_and_as_typed(policy: str, password: str, refused: bool) -> None:
    house(password_policy=policy, name="Qinhai-dating", organiser="Linhe")
    Hall()  # in 海港区
    assert (LOCAL in said(password)) is refused


def test_a_region_without_a_center_of_ours_is_no_word_of_this_place() -> None:
    make_region("410500000000", "安阳市")
    assert said("Anyang-2026-xx") == ""


def test_the_house_may_add_words(settings: LazySettings) -> None:
    assert said("Jinbohui-2026-x") == ""
    settings.PASSWORD_WORDS = ["JinBoHui"]
    assert LOCAL in said("Jinbohui-2026-x")


def test_words_are_never_so_short_that_chance_writes_them() -> None:
    make_region()
    house(name="厅", organiser="吴")
    assert min(len(word) for word in guessable.words() if word.isascii()) >= 5
    assert min(len(word) for word in guessable.words()) >= 2


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


LEAKS = [f"Leaked-number-{n}" for n in range(500)]


@pytest.fixture(params=["counted", "bare", "windows"])
def leaks(request: pytest.FixtureRequest, tmp_path: Path, settings: LazySettings) -> Path:
    """As the service writes it, with how often each was seen; without; and with the line ends of another system."""
    tail = {"counted": ":{}\n", "bare": "\n", "windows": ":{}\r\n"}[request.param]
    file = tmp_path / "leaks.txt"
    lines = [digest(one) + tail.format(10 ** (n % 7)) for n, one in enumerate(LEAKS)]
    file.write_bytes("".join(sorted(lines)).encode())
    settings.BREACHED_PASSWORDS = str(file)
    return file


def test_every_leaked_password_is_found_and_no_other(leaks: Path) -> None:
    """The first and the last line of the file too."""
    assert [one for one in LEAKS if not guessable.is_breached(one)] == []
    assert [n for n in range(500) if guessable.is_breached(f"Other-number-{n}")] == []


@pytest.mark.parametrize("policy", list(PasswordPolicy))
def test_a_leaked_password_is_refused_by_both_policies(leaks: Path, policy: str) -> None:
    house(password_policy=policy)
    assert LEAKED in said(LEAKS[7])
    assert said("Other-number-7") == ""


@pytest.mark.parametrize("content", [b"", b"\n", b"nonsense", b"\x00" * 100])
def test_a_file_of_nonsense_refuses_nothing_and_ends(tmp_path: Path, settings: LazySettings, content: bytes) -> None:
    file = tmp_path / "leaks.txt"
    file.write_bytes(content)
    settings.BREACHED_PASSWORDS = str(file)
    assert not guessable.is_breached("Leaked-number-1")


def test_a_file_that_is_gone_is_told_to_the_log_and_keeps_nobody_out(
    settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BREACHED_PASSWORDS = "/nowhere/leaks.txt"
    assert not guessable.is_breached("Leaked-number-1")
    assert "cannot be read" in caplog.text
