"""Names and order of the log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.backup import segments
from hall.backup.segments import Segment, holes


@given(st.integers(1, 2**31), st.integers(0, 2**40 // segments.SEGMENT_BYTES * 256))
def test_a_name_and_its_segment_are_the_same(timeline: int, number: int) -> None:
    assert segments.parse(str(Segment(timeline, number))) == Segment(timeline, number)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("000000010000000000000001", 1),
        ("0000000100000000000000FF", 255),
        ("000000010000000100000000", 256),
        ("000000010000000100000001", 257),
    ],
)
def test_the_number_goes_on_from_one_log_to_the_next(name: str, number: int) -> None:
    assert segments.parse(name) == Segment(1, number)


@pytest.mark.parametrize(
    "name", ["", "00000002.history", "000000010000000000000001.partial", "00000001000000000000000g"]
)
def test_every_other_file_is_no_segment(name: str) -> None:
    assert segments.parse(name) is None


@pytest.mark.parametrize(
    ("lsn", "within", "after"),
    [("0/0", 0, 0), ("0/2000028", 2, 3), ("0/3000000", 3, 3), ("1/0", 256, 256), ("1/1", 256, 257)],
)
def test_a_place_lies_in_a_segment_and_the_next_holds_nothing_before_it(lsn: str, within: int, after: int) -> None:
    assert (segments.number_of(lsn), segments.after(lsn)) == (within, after)


def test_a_history_says_where_each_timeline_was_left() -> None:
    text = "1\t0/3000148\tno recovery target specified\n\n2\t1/A0000028\tbefore 2026-11-22\n"
    assert segments.branches(text) == {1: "0/3000148", 2: "1/A0000028"}


def on(timeline: int, *numbers: int) -> list[Segment]:
    return [Segment(timeline, number) for number in numbers]


LEFT_AT_5 = {1: "0/5000148"}
ROWS = [
    ("all there", on(1, 3, 4, 5), 3, 1, {}, []),
    ("one in the middle", on(1, 3, 5), 3, 1, {}, on(1, 4)),
    ("the first", on(1, 4, 5), 3, 1, {}, on(1, 3)),
    ("two holes", on(1, 3, 5, 8), 3, 1, {}, on(1, 4, 6, 7)),
    ("what is older does not matter", on(1, 1, 3, 4), 3, 1, {}, []),
    ("nothing came yet", [], 3, 1, {}, []),
    ("over a branch", [*on(1, 3, 4, 5, 6), *on(2, 5, 6)], 3, 2, LEFT_AT_5, []),
    ("the first of the new timeline", [*on(1, 3, 4, 5), *on(2, 6)], 3, 2, LEFT_AT_5, on(2, 5)),
    ("before the branch", [*on(1, 3, 5), *on(2, 5)], 3, 2, LEFT_AT_5, on(1, 4)),
    ("behind the branch the old one does not matter", [*on(1, 3, 4), *on(2, 5, 6)], 3, 2, LEFT_AT_5, []),
    ("the last before the branch", [*on(1, 3), *on(2, 5)], 3, 2, LEFT_AT_5, on(1, 4)),
]


@pytest.mark.parametrize(
    ("present", "first", "newest", "left", "missing"), [r[1:] for r in ROWS], ids=[r[0] for r in ROWS]
)
def test_holes(present: list[Segment], first: int, newest: int, left: dict[int, str], missing: list[Segment]) -> None:
    assert holes(present, Segment(1, first), newest, left) == missing


def test_a_backup_of_the_new_timeline_needs_nothing_of_the_old() -> None:
    assert holes(on(2, 6, 7), Segment(2, 6), 2, LEFT_AT_5) == []


@given(st.sets(st.integers(0, 30)), st.integers(0, 30))
def test_what_is_missing_and_what_is_there_make_an_unbroken_row(numbers: set[int], first: int) -> None:
    missing = {segment.number for segment in holes(on(1, *numbers), Segment(1, first), 1, {})}
    later = {number for number in numbers if number >= first}
    assert missing | later == (set(range(first, max(later) + 1)) if later else set())
    assert not missing & numbers
