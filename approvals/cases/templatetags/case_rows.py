"""The lines of a list of cases, written by one function: fifty of them by the engine took a third of the page."""

from collections.abc import Iterable
from typing import Final

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from approvals.cases.row_reading import Row
from hall import tags
from hall.writing import said

register = template.Library()

_PICK: Final = '<td class="fit"><input type="checkbox" class="pick" name="case" value="{0}" aria-label="选择 {0}"></td>'
_LINE: Final = """
    <tr>{pick}
      <td>{lamp}</td>
      <td class="fit">{docket}</td>
      <td><a data-open href="{page}">{item}</a></td>
      <td>{applicant}</td>
      <td>{state}</td>
      <td class="r num nowrap"><span class="on-phone">到期 </span>{due}</td>
      <td class="nowrap"><span class="on-phone">经办 </span>{handler}{offered}</td></tr>
  """
_OFFERED: Final = '<br><span class="small muted">移交给{}，待接收</span>'
_UNLIT: Final = '<span class="muted">—</span>'
_ANY: Final = "0" * 24  # where the number will stand: the address is put together once, not once a line


@register.simple_tag
def case_rows(rows: Iterable[Row], pick: bool = False) -> SafeString:
    """Each case on a line of its own; `pick` puts a box before it by which it is chosen."""
    page = reverse("cases:detail", kwargs={"docket": _ANY})
    return SafeString("".join(_line(row, page.replace(_ANY, row.docket), pick=pick) for row in rows))


def _line(row: Row, page: str, *, pick: bool) -> str:
    return _LINE.format(
        pick=_PICK.format(said(row.docket)) if pick else "",
        lamp=tags.lamp(row.css, row.lamp.text) if row.lamp else _UNLIT,
        docket=tags.docket(row.docket),
        page=said(page),
        item=said(row.item),
        applicant=said(row.applicant),
        state=tags.badge(row.state),
        due=f"{row.due.month}月{row.due.day}日" if row.due else "—",
        handler=said(row.handler),
        offered=_OFFERED.format(said(row.offered_to)) if row.offered_to else "",
    )
