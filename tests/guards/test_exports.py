"""Every list of staff leaves the house as a file, or a line here says why it does not (docs/design.md)."""

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve, reverse
from openpyxl import load_workbook

from hall.ledger.models import Event
from tests.guards.routes import ROUTES
from tests.guards.world import Place, browser_of, undone

FOLDER: Path = settings.BASE_DIR / "templates"
LIST: Final = re.compile(r'components/pagination\.html|<table class="grid')
LINK: Final = re.compile(
    r"\{% url ['\"]([\w-]+:[\w-]*export[\w-]*|exports:(?!clearance)[\w-]+)['\"]|\{\{ (export_url) \}\}"
)
# Pages of staff with a table that nobody takes along, and why.
WITHOUT: Final = {
    "access/absence.html": "a switch, with the last few times it was used",
    "access/health.html": "the state of this moment",
    "access/hours.html": "a form of a few lines; the public page shows the same",
    "access/inbox.html": "one's own messages; each leads to a list that leaves",
    "access/locks.html": "the state of this moment",
    "access/sign_ins.html": "one's own log-ins of this moment, to end them",
    "access/roles.html": "the same in every house, printed with the manual",
    "audit/heads.html": "one document, printed and signed",
    "audit/logs.html": "the state of this machine, printed as it is",
    "appraisal/attendance.html": "a form of one day; the month leaves",
    "appraisal/attendance_mine.html": "one's own month; the month of everybody leaves",
    "appraisal/scheme.html": "one document, printed as it is; the list of schemes leaves",
    "cases/register_item.html": "a form",
    "catalogue/item.html": "one item with its versions; the catalogue leaves",
    "conduct/patrol.html": "one round; rounds and what they found leave",
    "conduct/patrol_list.html": "a checklist to walk with",
    "dashboard/item.html": "one item; every number of it opens a list that leaves",
    "evaluation/askable.html": "the work of seven days; the cases leave with their own list",
    "evaluation/opening.html": "one opening, printed and signed; the log and the grades leave",
    "evaluation/paper_enter.html": "a form",
    "exports/clearances.html": "what waits for a second person; what left is on the trail, which leaves",
    "gallery.html": "no page of the house",
    "retention/copy.html": "what is known of one person: it leaves as a copy from the same page, by its own form",
    "retention/overview.html": "one document: rules with their sources, and the state of tonight; printed as it is",
    "workdays/calendar.html": "published notices, each with its source",
    "workdays/trial.html": "what a notice would do, before it is taken in; what it did is on the list of cases",
    "workdays/year.html": "published notices, each with its source",
}
# Files of what is no list: they know no filter.
NO_LIST: Final = {"conduct:bulletin_export", "conduct:check_export", "reports:export"}
# The exchange of cases has its own form and its own workbook (tests/approvals/cases).
OF_ITS_OWN: Final = {"cases:export"}
# A report is written by a worker after its page was read; a trial of no rule found nothing to take.
OFFERED_LATER: Final = {"reports:export", "supervision:trial-export"}
ASKED: Final = {"purpose": "例会附表", "form": "xlsx"}


def lists() -> Iterator[tuple[str, str]]:
    """Pages of staff with a table or pages to turn."""
    for page in sorted(FOLDER.rglob("*.html")):
        text = page.read_text()
        if '{% extends "base_staff.html" %}' in text and LIST.search(text):
            yield page.relative_to(FOLDER).as_posix(), text


def test_every_list_leads_to_its_export() -> None:
    alone = {name for name, text in lists() if not LINK.search(text)}
    assert alone == set(WITHOUT)


def test_every_export_a_page_names_is_a_page_that_asks_and_gives() -> None:
    named = {found[0] for _, text in lists() for found in LINK.findall(text) if found[0]}
    assert not {name for name in named if name not in ROUTES or ROUTES[name].methods != "GET POST"}


def exports() -> list[str]:
    apart = {"exports:taken", "exports:clearances", "exports:clearance", *OF_ITS_OWN}
    return sorted(name for name in ROUTES if re.search(r"export|^exports:", name) and name not in apart)


def address(name: str, place: Place, role: str) -> str:
    return reverse(name, kwargs=ROUTES[name].kwargs(place, place.by_role[role]))


class Exports(HTMLParser):
    """The addresses of links that say 导出."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._href = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._href = dict(attrs).get("href") or "" if tag == "a" else ""

    def handle_data(self, data: str) -> None:
        if self._href and data.strip().startswith("导出"):
            self.found.append(self._href)


def offered(page: bytes) -> list[str]:
    reader = Exports()
    reader.feed(page.decode())
    return reader.found


def route_of(url: str) -> str:
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""


@pytest.mark.django_db
def test_nobody_is_offered_an_export_that_is_not_theirs() -> None:
    place, wrong, seen = Place(), [], set()
    for role, user in place.by_role.items():
        browser = browser_of(user)
        for name, route in ROUTES.items():
            if route.who is None or role not in route.who or route.methods != "GET" or name == "cases:attachment":
                continue
            page = browser.get(address(name, place, role))
            if page.status_code != 200 or not page["Content-Type"].startswith("text/html"):
                continue
            # The rail offers the exchange of cases on every page.
            for url in {url for url in offered(page.content) if route_of(url) not in OF_ITS_OWN}:
                seen.add(route_of(url))
                if role not in (ROUTES[route_of(url)].who or ()) or browser.get(url).status_code != 200:
                    wrong.append((name, role, url))
    assert not wrong
    assert seen >= set(exports()) - OFFERED_LATER


@pytest.mark.django_db
def test_every_file_says_who_took_it_what_for_and_what_it_was_narrowed_by() -> None:
    place, wrong = Place(), []
    for name in exports():
        role = min(ROUTES[name].who or ())
        taken = Event.objects.filter(kind="exports.taken").count()
        with undone():
            answer: Any = browser_of(place.by_role[role]).post(address(name, place, role), ASKED)
            content = b"".join(answer) if answer.streaming else b""
            left = Event.objects.filter(kind="exports.taken").count() - taken
        if not content.startswith(b"PK") or left != 1:
            wrong.append((name, answer.status_code, left))
            continue
        lines = [row[0] for row in load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)]  # type: ignore[union-attr]
        mark = f"{place.by_role[role].display_name} "
        if not (str(lines[0]).startswith(mark) and "用途：例会附表。" in str(lines[0])):
            wrong.append((name, lines[0], 0))
        if (str(lines[2]).startswith("筛选：")) is (name in NO_LIST):
            wrong.append((name, lines[2], 0))
    assert not wrong
