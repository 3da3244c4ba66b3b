"""Input that becomes code or costs too much time: filters, patterns, workbooks, searches, tasks (X02 to X12, I04)."""

import ast
import io
import pickle
import re
import time
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template import defaultfilters
from django.test import Client
from kombu.exceptions import ContentDisallowed
from kombu.serialization import dumps, loads, prepare_accept_content
from openpyxl import Workbook

from hall.celery import app
from hall.organisation.models import Staff
from hall.organisation.tables import TableError, read_table
from tests.builders import Hall
from tests.guards.source import product

BUDGET: Final = 0.2  # seconds
LONG: Final = {
    "less-than": "<" * 100_000,
    "ampersands": "&" * 100_000,
    "parentheses": "(" * 100_000,
    "no-space": "x" * 1_000_000,
    "half-a-tag": "<a" * 50_000,
    "entities": "&amp;" * 50_000,
    "addresses": "www." * 50_000,
}
FILTERS: Final = {
    "truncatechars": lambda text: defaultfilters.truncatechars(text, 20),
    "linebreaksbr": defaultfilters.linebreaksbr,
    "length": defaultfilters.length,
    "default": lambda text: defaultfilters.default(text, "—"),
    "intcomma": intcomma,
}


def seconds(work: Any) -> float:
    """The shortest of three, so that a busy machine is no counter-example."""
    best = float("inf")
    for _ in range(3):
        begun = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begun)
    return best


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("kind", LONG)
def test_x02_filters_of_our_templates_stay_within_their_time(name: str, kind: str) -> None:
    assert seconds(lambda: FILTERS[name](LONG[kind])) < BUDGET


@pytest.mark.parametrize("number", ["1e309", "1e999999999", "9" * 5000, "-0", "NaN", "Infinity", "1E+999999999"])
def test_x02_numbers_without_end_stay_within_their_time(number: str) -> None:
    assert seconds(lambda: defaultfilters.floatformat(number, 2)) < BUDGET
    assert seconds(lambda: intcomma(number)) < BUDGET


def patterns() -> Iterator[tuple[str, str]]:
    """Every pattern written into the product."""
    for source in product():
        for call in source.calls():
            func = call.func
            if not (isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id == "re"):
                continue
            if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str):
                yield f"{source.name}:{call.lineno}", call.args[0].value


PATTERNS: Final = dict(patterns())
TEASERS: Final = ("a", "0", " ", "ab ", "1.", "-", "<", "{% ", "张", "x=", "A-", "\n", "é", "/")


def test_x03_there_are_patterns_to_tease() -> None:
    assert len(PATTERNS) > 30


def test_x03_no_pattern_of_ours_runs_away() -> None:
    """Fifty thousand characters that almost match, far more than any field with a pattern takes."""
    slow = {}
    for place, pattern in PATTERNS.items():
        compiled = re.compile(pattern)
        for teaser in TEASERS:
            text = (teaser * 50_000)[:50_000] + "!"
            begun = time.perf_counter()
            compiled.search(text)
            if (
                time.perf_counter() - begun > BUDGET
                and seconds(lambda one=compiled, long=text: one.search(long)) > BUDGET
            ):
                slow[place] = (pattern, teaser)
    assert not slow


def test_x07_nothing_connects_to_an_address_a_person_typed() -> None:
    """No client of HTTP in what answers requests; what starts and watches our own servers asks those only."""
    asking = re.compile(r"urllib\.request|http\.client|import requests|httpx|urlopen|aiohttp")
    allowed = re.compile(r"^hall/(local|bench)/")
    assert not [s.name for s in product() if asking.search(s.text) and not allowed.match(s.name)]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["%", "_", "\\", "'", '"', "') OR 1=1 --", "$.key", "{}", "%%", "a%' --"])
def test_x08_a_search_finds_what_was_typed_and_nothing_else(query: str) -> None:
    hall = Hall()
    Staff.objects.create(center=hall.center, number="T-Q", name=f"张{query}强")
    desk = Client()
    desk.force_login(hall.admin)
    page = desk.get("/manage/staff/", {"q": query})
    assert page.status_code == 200
    rows = page.content.decode().count("data-open")
    assert rows == 1


LAUGHS: Final = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + ']><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&j;</t></si></sst>'
)
FETCHES: Final = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&x;</t></si></sst>'
)


def workbook_with(part: str, text: str) -> bytes:
    """A workbook one part of which is replaced."""
    book = Workbook()
    book.active.append(["姓名", "工号"])
    book.active.append(["王丽", "A01"])
    plain, made = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return made.getvalue()


@pytest.mark.parametrize("text", [LAUGHS, FETCHES], ids=["laughs", "fetches"])
def test_x09_a_workbook_with_a_document_type_is_refused(text: str) -> None:
    data = workbook_with("xl/sharedStrings.xml", text)
    begun = time.perf_counter()
    try:
        table = read_table(io.BytesIO(data))
    except TableError:
        table = None
    assert time.perf_counter() - begun < 2
    assert table is None or "root:" not in repr(table)


@pytest.mark.parametrize("kind", ["pickle", "yaml", "msgpack", "application/x-python-serialize"])
def test_x12_a_task_that_is_not_json_is_not_read(kind: str) -> None:
    assert app.conf.accept_content == ["json"]
    with pytest.raises((ContentDisallowed, LookupError)):
        loads(pickle.dumps({"a": 1}), kind, "binary", accept=prepare_accept_content(app.conf.accept_content))


def test_x12_json_is_read() -> None:
    kind, encoding, body = dumps({"a": 1}, serializer="json")
    assert loads(body, kind, encoding, accept=prepare_accept_content(app.conf.accept_content)) == {"a": 1}


RARE: Final = ("𠮷野家", "\U00030ede", "\ue000私用", "é加符", "👨‍👩‍👧", "Ⅷ㈠", "K", "买买提·吐尔逊", "张\u200b强")


@pytest.mark.django_db
@pytest.mark.parametrize("name", RARE, ids=ascii)
def test_i04_a_rare_character_is_kept_and_found_again(name: str) -> None:
    hall = Hall()
    desk = Client()
    desk.force_login(hall.admin)
    data = {"number": "RARE1", "name": name, "center": hall.center.code}
    answered = desk.post("/manage/staff/new/", data)
    if answered.status_code == 422:  # told at its field, nothing saved
        assert not Staff.objects.filter(number="RARE1").exists()
        return
    kept = Staff.objects.get(number="RARE1").name
    assert kept == name
    assert "RARE1" in desk.get("/manage/staff/", {"q": name}).content.decode()
