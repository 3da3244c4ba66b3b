"""The lines of a list of cases, written by one function: fifty of them by the engine took a third of the page."""

from collections.abc import Iterable
from typing import Final

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from approvals.cases.enums import CaseState
from approvals.cases.listing import Row
from hall import tags

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
_UNLIT: Final = SafeString('<span class="muted">—</span>')


@register.simple_tag
def case_rows(rows: Iterable[Row], pick: bool = False) -> SafeString:
    """Each case on a line of its own; `pick` puts a box before it by which it is chosen."""
    return format_html_join("", "{}", ((_line(row, pick=pick),) for row in rows))


def _line(row: Row, *, pick: bool) -> SafeString:
    case = row.case
    return format_html(
        _LINE,
        pick=format_html(_PICK, case.docket) if pick else "",
        lamp=tags.lamp(row.css, row.lamp.text) if row.lamp else _UNLIT,
        docket=tags.docket(case.docket),
        page=reverse("cases:detail", kwargs={"docket": case.docket}),
        item=case.version_filed.name,
        applicant=row.applicant,
        state=tags.badge(CaseState(case.state).label),
        due=f"{row.due.month}月{row.due.day}日" if row.due else "—",
        handler=case.handler.name,
        offered=_offered(row.offered_to) if row.offered_to else "",
    )


def _offered(name: str) -> SafeString:
    return format_html('<br><span class="small muted">移交给{}，待接收</span>', name)
