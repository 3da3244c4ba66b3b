"""The lines of a list as they are written: escaped once, addressed rightly, whatever stands in them."""

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from approvals.cases.clock import Lamp, LampKind
from approvals.cases.row_reading import Row
from approvals.cases.templatetags.case_rows import case_rows
from tests.builders import moment

HOSTILE = """<script>'"&{}{0}{pick}%s</script>"""
ROW = Row(
    docket="130302001220260413000017",
    item="食品经营许可",
    applicant="张*",
    center="中心",
    department="部门",
    state="审查",
    lamp=Lamp(LampKind.DUE_SOON, "剩 1 个工作日"),
    css="warn",
    due=date(2026, 5, 8),
    received_at=moment("2026-04-13 10:00"),
    channel="窗口",
    handler="李经办",
)


class Read(HTMLParser):
    """The words between the tags, the tags' names, and their attributes, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.tags, self.attributes = "", set[str](), list[str]()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [value for _, value in attrs if value]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("field", ["item", "applicant", "state", "handler", "offered_to"])
def test_what_stands_in_a_line_is_text(field: str) -> None:
    read = Read(case_rows([replace(ROW, **{field: HOSTILE})], pick=True))
    assert read.words.count(HOSTILE) == 1
    assert "script" not in read.tags


def test_the_words_of_a_lamp_are_text() -> None:
    assert HOSTILE in Read(case_rows([replace(ROW, lamp=Lamp(LampKind.NORMAL, HOSTILE))])).words


@pytest.mark.parametrize("docket", [ROW.docket, "AB-12.3_x", "0"])
def test_each_line_leads_to_its_case(docket: str) -> None:
    read = Read(case_rows([replace(ROW, docket=docket), ROW]))
    assert reverse("cases:detail", kwargs={"docket": docket}) in read.attributes
    assert reverse("cases:detail", kwargs={"docket": ROW.docket}) in read.attributes


def test_a_line_is_chosen_by_its_number() -> None:
    read = Read(case_rows([ROW], pick=True))
    assert {ROW.docket, f"选择 {ROW.docket}"} <= set(read.attributes)
    assert "input" not in Read(case_rows([ROW])).tags


def test_a_case_that_is_over_has_a_dash_for_lamp_and_day() -> None:
    assert Read(case_rows([replace(ROW, lamp=None, due=None)])).words.count("—") == 2
