"""Why an action did not happen. Every message is a sentence for the person in front of the page."""

from collections.abc import Mapping


class Refused(Exception):
    """The state or a fact forbids it. `field` names the form field the sentence belongs to, if any."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotPermitted(Refused):
    """The person's role, center or part in the matter forbids it."""


class Closed(Refused):
    """There is nothing to evaluate any more: given already, revoked, or past its time."""


class RowsRefused(Refused):
    """Some rows of a page of paper forms are wrong, by their position; nothing of the page was saved."""

    def __init__(self, rows: Mapping[int, Refused]) -> None:
        super().__init__(f"有 {len(rows)} 行要改，什么都没有保存。")
        self.rows = dict(rows)
