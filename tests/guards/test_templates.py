"""Every template of the house obeys the house."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import Error
from django.core.checks import Warning as CheckWarning

from hall import checks

FOLDER: Path = settings.BASE_DIR / "templates"
PAGES = sorted(FOLDER.rglob("*.html"))
NAMES = [page.relative_to(FOLDER).as_posix() for page in PAGES]


def test_templates_pass_their_checks():
    found = [message for message in checks.check_templates(None) if isinstance(message, Error)]
    assert found == []


def test_no_template_is_unused():
    found = [message.msg for message in checks.check_templates(None) if isinstance(message, CheckWarning)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "<style>p{}</style>",
        '<p style="color:red">',
        "<script>alert(1)</script>",
        '<a onclick="x()">',
        '<a href="javascript:x()">',
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//cdn.example/x.css">',
    ],
)
def test_inline_code_is_named(text):
    assert [error.id for error in checks.inline_errors("x.html", text)] == ["hall.E002"] * 1


@pytest.mark.parametrize("text", ['<script src="/static/js/x.js" defer></script>', "{# <style> #}", '<p class="once">'])
def test_what_the_policy_allows_passes(text):
    assert list(checks.inline_errors("x.html", text)) == []


def test_a_comment_over_two_lines_is_named():
    assert [error.id for error in checks.comment_errors("x.html", "{# one\n two #}\n<p>")] == ["hall.E008"] * 2
    assert list(checks.comment_errors("x.html", "{# one #}\n{# two #}\n<p>")) == []


def test_a_posting_form_without_a_token_is_named():
    errors = checks.form_errors("x.html", '<form action="/x/" method="post"><button>去</button></form>')
    assert [error.id for error in errors] == ["hall.E003"]


def test_a_token_in_another_form_does_not_count():
    text = '<form method="post">{% csrf_token %}</form><form method="post"></form>'
    assert len(list(checks.form_errors("x.html", text))) == 1


def test_a_searching_form_needs_no_token():
    assert list(checks.form_errors("x.html", '<form method="get"></form>')) == []


def test_a_component_without_its_comment_is_named():
    assert [error.id for error in checks.component_errors("components/x.html", "<p>", {})] == ["hall.E004"]


def test_a_component_taken_with_the_whole_context_is_named():
    texts = {"components/lamp.html": "{# Required: kind, text. #}"}
    errors = checks.component_errors("x.html", '{% include "components/lamp.html" with kind="ok" %}', texts)
    assert [error.id for error in errors] == ["hall.E005"]


def test_a_component_may_say_that_it_reads_the_page():
    texts = {"components/top_bar.html": '{# It is included without "only". #}'}
    assert list(checks.component_errors("x.html", '{% include "components/top_bar.html" %}', texts)) == []


def test_a_template_nobody_names_is_named():
    found = list(checks.unused_warnings({"a/b.html": "", "a/c.html": '{% include "a/b.html" %}'}, []))
    assert [message.msg.split()[0] for message in found] == ["a/c.html"]


def test_a_template_that_does_not_compile_is_named():
    assert [error.id for error in checks.compile_errors("no/such/page.html")] == ["hall.E001"]


@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_in_one_reading(name):
    assert (FOLDER / name).read_text("utf-8").count("\n") <= 200


@pytest.mark.parametrize("name", NAMES)
def test_every_label_points_at_a_field(name):
    labels = re.findall(r"<label\b[^>]*>.*?</label>", (FOLDER / name).read_text("utf-8"), re.S)
    assert [
        label for label in labels if " for=" not in label and "<input" not in label and "<select" not in label
    ] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_button_says_what_it_is(name):
    text = (FOLDER / name).read_text("utf-8")
    assert re.findall(r"<button[^>]*>\s*</button>", text) == []
