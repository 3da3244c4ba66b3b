"""The arithmetic of one deadline on paper (打印算式): what the ruler shows, as the data of its PDF."""

from collections.abc import Iterator
from typing import Any, Final

from approvals.cases import typesetting
from approvals.cases.clock_explanation import explain
from approvals.cases.situations import Situation
from hall.ledger import numbers
from hall.organisation.queries import installation
from hall.workdays.explanation import Explanation
from hall.workdays.ruler import Cell

# A year of days fills two pages; beyond that the sentences say it better.
_MOST_CELLS: Final = 280


def paper(situation: Situation, clock: str, key: str = "") -> bytes | None:
    """The PDF of one clock as it stands now, or None where the case has no such clock."""
    explanation = explain(situation.facts, clock, situation.calendar, today=situation.today, key=key)
    if explanation is None:
        return None
    case = situation.case
    data = {
        "number": numbers.grouped(case.docket),
        "issued_on": situation.today,
        "organ": case.department.name,
        "demonstration": installation().demonstration,
        "item": case.version_filed.name,
        "title": explanation.title,
        "sentence": explanation.sentence,
        "as_of": situation.today,
        "printed_at": situation.at,
        "printed_by": situation.user.display_name,
        "lines": [{"when": line.when, "text": line.text, "source": line.source} for line in explanation.lines],
    }
    if cells := list(_cells(explanation)):
        data["cells"] = cells
    return typesetting.render("clock_explanation", typesetting.CURRENT_VERSION, data)


def _cells(explanation: Explanation) -> Iterator[dict[str, Any] | None]:
    """Weeks begin on Monday: the first one is filled up with blanks."""
    if not explanation.cells or len(explanation.cells) > _MOST_CELLS:
        return
    for _ in range(explanation.cells[0].weekday - 1):
        yield None
    for cell in explanation.cells:
        yield {
            "date": f"{cell.date.month}/{cell.date.day}",
            "kind": _kind(cell),
            "number": cell.number,
            "label": cell.name[:5],
            "due": cell.due,
            "today": cell.today,
        }


def _kind(cell: Cell) -> str:
    if cell.due:
        return "due"
    if cell.kind == "counted":
        return "makeup" if cell.made_up else "counted"
    return {"rolled": "off", "off": "holiday" if cell.name else "off"}.get(cell.kind, cell.kind)
