"""What a source finds, as a paginator reads a list and an export reads a stream."""

from collections.abc import Iterator, Sequence
from typing import Final, overload

from hall.facts.slices import Slice
from hall.facts.sources import Fact, Source

_CHUNK: Final = 1000


class Found(Sequence[Fact]):
    """The facts of a source in a slice, newest first: one query for their number, one for a page."""

    ordered: Final = True

    def __init__(self, source: Source, part: Slice) -> None:
        self.source, self.part = source, part

    def __len__(self) -> int:
        return self.source.count(self.part)

    @overload
    def __getitem__(self, at: int) -> Fact: ...
    @overload
    def __getitem__(self, at: slice) -> list[Fact]: ...
    def __getitem__(self, at: int | slice) -> Fact | list[Fact]:
        if isinstance(at, int):
            return self.source.find(self.part, offset=at, limit=1)[0]
        start, stop = at.start or 0, at.stop
        return self.source.find(self.part, offset=start, limit=None if stop is None else stop - start)

    def chunks(self) -> Iterator[list[Fact]]:
        """All of them, for an export, without holding them all at once."""
        offset = 0
        while found := self.source.find(self.part, offset=offset, limit=_CHUNK):
            yield found
            offset += len(found)
