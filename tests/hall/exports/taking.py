"""Taking a list out as a person does: the page that asks, the workbook that comes."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.test import Client
from openpyxl import load_workbook

from hall.access.models import User
from hall.ledger.models import Event


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@dataclass
class Taken:
    """What stands in a file: the mark, the filters, the heads, and the rows below them."""

    sheet: Any

    @property
    def lines(self) -> list[tuple[Any, ...]]:
        return list(self.sheet.iter_rows(values_only=True))

    @property
    def mark(self) -> str:
        return str(self.lines[0][0])

    @property
    def filters(self) -> str:
        return str(self.lines[2][0])

    @property
    def top(self) -> int:
        """How many lines stand above the first row: the sheet is frozen there."""
        return int(self.sheet.freeze_panes[1:]) - 1

    @property
    def heads(self) -> list[Any]:
        return [cell for cell in self.lines[self.top - 1] if cell is not None]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        return self.lines[self.top :]

    def column(self, head: str) -> list[Any]:
        return [row[self.heads.index(head)] for row in self.rows]

    def types(self, head: str) -> set[str]:
        """The types of the cells of a column that are not empty: s text, n number, d date."""
        cells = [row[self.heads.index(head)] for row in self.sheet.iter_rows(min_row=self.top + 1)]
        return {cell.data_type for cell in cells if cell.value is not None}


def taken(user: User, url: str) -> Taken:
    """The workbook of an export, asked for with a purpose."""
    answer: Any = at_desk(user).post(url, {"purpose": "例会附表", "form": "xlsx"})
    assert answer.status_code == 200, answer.status_code
    return Taken(load_workbook(BytesIO(b"".join(answer.streaming_content))).active)


def printed(user: User, url: str) -> bytes:
    answer: Any = at_desk(user).post(url, {"purpose": "例会附表", "form": "pdf"})
    return b"".join(answer.streaming_content)


def trail() -> dict[str, Any]:
    """What the ledger says of the last file."""
    return dict(Event.objects.filter(kind="exports.taken").latest("pk").data)
