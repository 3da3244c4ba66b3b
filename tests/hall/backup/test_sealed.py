"""Sealed files: what goes in comes out; nothing else ever does."""

import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.backup import sealed
from hall.backup.keys import KeyProblem, Keys
from hall.backup.sealed import PIECE, Damaged, Reader, seal, unseal
from tests.hall.backup.builders import ONE_KEY

RANDOM = os.urandom(2 * PIECE + 12345)  # cannot be compressed: several pieces


def sealed_of(content: bytes, name: str = "wal/1") -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(content), target, name=name, keys=ONE_KEY)
    return target.getvalue()


def opened(content: bytes, name: str = "wal/1", keys: Keys = ONE_KEY) -> bytes:
    return b"".join(unseal(io.BytesIO(content), name=name, keys=keys))


@pytest.mark.parametrize("content", [b"", b"x", b"0" * 16 * PIECE, RANDOM, RANDOM[:PIECE], RANDOM[: PIECE + 1]])
def test_what_goes_in_comes_out(content: bytes) -> None:
    assert opened(sealed_of(content)) == content


@given(st.binary(max_size=5000))
def test_anything_goes_in_and_comes_out(content: bytes) -> None:
    assert opened(sealed_of(content)) == content


def test_a_quiet_minute_of_the_log_takes_little_room() -> None:
    assert len(sealed_of(b"\0" * 16 * 1024 * 1024)) < 100_000


def test_it_is_said_what_was_written() -> None:
    target = io.BytesIO()
    written = seal(io.BytesIO(RANDOM), target, name="x", keys=ONE_KEY)
    assert (written.size, written.plain_size) == (len(target.getvalue()), len(RANDOM))
    assert written.sha256 != written.plain_sha256


def test_the_same_content_is_sealed_differently_every_time() -> None:
    assert sealed_of(b"paper") != sealed_of(b"paper")


def test_nothing_of_the_content_can_be_read() -> None:
    assert b"secret" not in sealed_of(b"secret" * 1000)


@pytest.mark.parametrize("at", [0, 8, 9, 11, 20, 40, PIECE, PIECE + 30, 2 * PIECE, -1])
def test_a_flipped_bit_anywhere_is_found(at: int) -> None:
    broken = bytearray(sealed_of(RANDOM))
    broken[at] ^= 1
    with pytest.raises((Damaged, KeyProblem)):
        opened(bytes(broken))


@pytest.mark.parametrize("length", [0, 5, 9, 20, 27, 40, PIECE, PIECE + 27 + 16, 2 * PIECE, -1])
def test_a_file_cut_off_anywhere_is_found(length: int) -> None:
    whole = sealed_of(RANDOM)
    with pytest.raises(Damaged):
        opened(whole[:length])


def test_bytes_behind_the_end_are_found() -> None:
    with pytest.raises(Damaged):
        opened(sealed_of(b"paper") + b"x")


def test_pieces_cannot_change_places() -> None:
    whole = sealed_of(RANDOM)
    head, piece = len(sealed.MARK) + 1 + 2 + sealed.SALT, PIECE + sealed.TAG
    first, second = whole[head : head + piece], whole[head + piece : head + 2 * piece]
    with pytest.raises(Damaged):
        opened(whole[:head] + second + first + whole[head + 2 * piece :])


def test_a_piece_cannot_be_left_out() -> None:
    whole = sealed_of(RANDOM)
    head, piece = len(sealed.MARK) + 1 + 2 + sealed.SALT, PIECE + sealed.TAG
    with pytest.raises(Damaged):
        opened(whole[:head] + whole[head + piece :])


def test_one_file_cannot_be_passed_off_as_another() -> None:
    with pytest.raises(Damaged, match=r"^wal/2 已损坏"):
        opened(sealed_of(b"paper", "wal/1"), "wal/2")


def test_without_the_key_it_says_which_one_is_needed() -> None:
    with pytest.raises(KeyProblem, match="用密钥 b1 加密，手头没有"):
        opened(sealed_of(b"paper"), keys=Keys("b2", {"b2": b"2" * 32}))


def test_another_key_of_the_same_name_opens_nothing() -> None:
    with pytest.raises(Damaged):
        opened(sealed_of(b"paper"), keys=Keys("b1", {"b1": b"1" * 32}))


def test_an_older_key_still_opens_what_it_sealed() -> None:
    both = Keys("b2", {"b2": b"2" * 32, **ONE_KEY.held})
    assert opened(sealed_of(b"paper"), keys=both) == b"paper"


def test_something_else_is_no_backup() -> None:
    with pytest.raises(Damaged, match="不是备份文件"):
        opened(b"PK\x03\x04 a zip file")


@pytest.mark.parametrize("step", [1, 7, 4096, PIECE, 10 * PIECE])
def test_a_reader_gives_as_many_bytes_as_asked(step: int) -> None:
    content = RANDOM[:5000] if step < 100 else RANDOM
    reader = Reader(io.BytesIO(sealed_of(content)), name="wal/1", keys=ONE_KEY)
    parts = []
    while part := reader.read(step):
        assert len(part) == step or len(b"".join(parts)) + len(part) == len(content)
        parts.append(part)
    assert b"".join(parts) == content


def test_a_reader_that_stopped_early_still_finds_a_missing_end() -> None:
    reader = Reader(io.BytesIO(sealed_of(RANDOM)[:-1]), name="wal/1", keys=ONE_KEY)
    assert reader.read(10) == RANDOM[:10]
    with pytest.raises(Damaged):
        reader.drain()
