"""The style sheet inside citizens' pages: let through by its hash, complete, and nothing else with it."""

import base64
import hashlib
import re

import pytest
from django.test import Client

from hall import public_styles
from hall.public_styles import FOLDER, SHEETS, shortened, source, text

PAGES = ("/", "/guides/", "/lookup/", "/centers/", "/calculator/")


@pytest.mark.parametrize(
    ("sheet", "short"),
    [
        ("a { color: red; }\n", "a{color: red}"),
        ("/* one\n two */ a, b { top: 0; left: 0 }", "a, b{top: 0;left: 0}"),
        ("@media (width < 40em) {\n  b { top: calc(1px + 2px); }\n}", "@media (width < 40em){b{top: calc(1px + 2px)}}"),
        ("a :hover { top: 0 }", "a :hover{top: 0}"),
    ],
)  # fmt: skip
def test_nothing_but_comments_and_blanks_goes(sheet, short):
    assert shortened(sheet) == short


@pytest.mark.parametrize("name", SHEETS)
def test_strings_of_our_sheets_hold_nothing_that_shortening_would_change(name):
    bare = re.sub(r"/\*.*?\*/", "", (FOLDER / f"{name}.css").read_text("utf-8"), flags=re.S)
    assert [string for string in re.findall(r'"[^"]*"', bare) if re.search(r"[{};\n]|/\*|  ", string)] == []


@pytest.mark.parametrize("name", SHEETS)
def test_every_rule_of_every_sheet_is_there(name):
    bare = re.sub(r"/\*.*?\*/", "", (FOLDER / f"{name}.css").read_text("utf-8"), flags=re.S)
    assert shortened(bare).count("{") == bare.count("{")
    assert shortened(bare) in text()


def test_the_source_is_the_hash_of_the_text():
    digest = base64.b64encode(hashlib.sha256(text().encode()).digest()).decode()
    assert source() == f"'sha256-{digest}'"


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_the_policy_lets_the_style_of_a_page_through_and_no_other(path):
    response = Client().get(path)
    styles = re.findall(r"<style>(.*?)</style>", response.content.decode(), re.S)
    assert styles == [public_styles.text()]
    policy = next(part for part in response["Content-Security-Policy"].split("; ") if part.startswith("style-src"))
    assert policy == f"style-src 'self' {source()}"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/guides/", "/lookup/"])
def test_nothing_holds_up_the_first_paint(path):
    page = Client().get(path).content.decode()
    assert 'rel="stylesheet"' not in page
    assert all(" defer" in tag for tag in re.findall(r"<script[^>]*>", page))
