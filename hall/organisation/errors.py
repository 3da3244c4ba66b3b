"""What the organisation refuses, each with the sentence the person reads."""

from collections.abc import Sequence

from hall.organisation.tables import RowError


class Refused(Exception):
    """An action that may not be done now."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("".join(sentences))
        self.sentences: Sequence[str] = sentences


class ImportRefused(Exception):
    """A table with bad rows; nothing of it was saved."""

    def __init__(self, errors: Sequence[RowError]) -> None:
        super().__init__(f"有 {len(errors)} 处错误，什么都没有导入。")
        self.errors: Sequence[RowError] = errors
