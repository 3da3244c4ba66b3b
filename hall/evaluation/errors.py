"""What forbids an evaluation besides rights and state. Every message is a sentence for the person at the page."""

from collections.abc import Mapping

from hall.facts.errors import Refused


class Closed(Refused):
    """There is nothing to evaluate any more: given already, revoked, or past its time."""


class RowsRefused(Refused):
    """Some rows of a page of paper forms are wrong, by their position; nothing of the page was saved."""

    def __init__(self, rows: Mapping[int, Refused]) -> None:
        super().__init__(f"有 {len(rows)} 行要改，什么都没有保存。")
        self.rows = dict(rows)
