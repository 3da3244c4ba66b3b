"""What a source finds, page by page and as a stream."""

from collections.abc import Iterable, Sequence

import pytest
from django.core.paginator import Paginator

from hall.facts.found import Found
from hall.facts.slices import Slice
from hall.facts.sources import EVERYTHING, Fact, Option
from tests.builders import MONDAY


class Listed:
    """A source of numbered facts that remembers what it was asked."""

    code, label, definition = "test.listed", "测试", "测试用。"
    options: Sequence[Option] = ()

    def __init__(self, number: int) -> None:
        self.facts = [Fact(f"test.listed:{n}", MONDAY, str(n)) for n in range(number)]
        self.asked: list[tuple[int, int | None]] = []

    def count(self, part: Slice) -> int:
        return len(self.facts)

    def find(self, part: Slice, *, offset: int = 0, limit: int | None = None) -> list[Fact]:
        self.asked.append((offset, limit))
        return self.facts[offset : None if limit is None else offset + limit]

    def standing(self, keys: Iterable[str]) -> set[str]:
        return set(keys)


def test_a_page_asks_for_its_own_rows_and_no_others() -> None:
    source = Listed(23)
    page = Paginator(Found(source, EVERYTHING), 10).get_page(3)
    assert [fact.text for fact in page] == ["20", "21", "22"]
    assert source.asked == [(20, 3)]


@pytest.mark.parametrize(
    ("cut", "asked"),
    [(slice(None), (0, None)), (slice(2, None), (2, None)), (slice(None, 4), (0, 4)), (slice(2, 5), (2, 3))],
)
def test_a_cut_becomes_an_offset_and_a_limit(cut: slice, asked: tuple[int, int | None]) -> None:
    source = Listed(9)
    assert Found(source, EVERYTHING)[cut] == source.facts[cut]
    assert source.asked == [asked]


def test_one_is_asked_for_alone() -> None:
    source = Listed(9)
    assert Found(source, EVERYTHING)[4].text == "4"
    assert source.asked == [(4, 1)]


@pytest.mark.parametrize("number", [0, 1, 999, 1000, 1001, 2500])
def test_a_stream_holds_every_fact_once_and_never_many(number: int) -> None:
    source = Listed(number)
    chunks = list(Found(source, EVERYTHING).chunks())
    assert [fact for chunk in chunks for fact in chunk] == source.facts
    assert max(map(len, chunks), default=0) <= 1000
    assert all(limit == 1000 for _, limit in source.asked)
