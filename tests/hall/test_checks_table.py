"""Each kind of bad template, found by its check; and the good ones beside it, left alone."""

from pathlib import Path

import pytest
from django.core.checks import CheckMessage

from hall import checks

BAD_INLINE = [
    "<style>p{}</style>",
    "<STYLE>p{}</STYLE>",
    "<p style='color:red'>x</p>",
    '<p class="a" style="x">',
    '<p style = "x">',
    "<script>alert(1)</script>",
    "<script type='module'>x</script>",
    "<SCRIPT>x</SCRIPT>",
    '<button onclick="x()">',
    "<body onload=x>",
    '<img src="a.png" onerror="x">',
    '<a href="javascript:x">',
    '<a href="JavaScript:x">',
    '<script src="//cdn.example/x.js"></script>',
    '<script src="https://cdn.example/x.js"></script>',
    "<link rel='stylesheet' href='http://cdn.example/x.css'>",
    '<img alt="" src="https://tracker.example/x.gif">',
    '<iframe src="//evil.example"></iframe>',
    '<p{% if one == two %} onclick="x()"{% endif %}>',
    '<p {% if one %}style="x"{% endif %}>',
]
GOOD_INLINE = [
    "<p>style</p>",
    "<p class='style'>x</p>",
    '<script src="/static/js/x.js"></script>',
    '<script type="module" src="{% static "js/x.js" %}"></script>',
    "<link rel='stylesheet' href='/static/css/x.css'>",
    '<a href="https://www.gov.cn/">x</a>',
    "{# <style>p{}</style> #}",
    '{% comment %}<p style="x">{% endcomment %}',
    "<p>一二 onclick 三</p>",
    '<p data-style="x">',
    "<button data-on='x'>",
    '<option value="1"{% if one == chosen %} selected{% endif %}>',
    '<option value="1"{% if style == "x" %} selected{% endif %}>',
]


def ids(found: object) -> set[str]:
    return {str(message.id) for message in found if isinstance(message, CheckMessage)}  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", BAD_INLINE)
def test_what_the_policy_would_block_is_found(text: str) -> None:
    assert ids(checks.inline_errors("a.html", f"<div>\n{text}\n</div>")) == {"hall.E002"}


@pytest.mark.parametrize("text", GOOD_INLINE)
def test_what_the_policy_lets_pass_is_left_alone(text: str) -> None:
    assert ids(checks.inline_errors("a.html", text)) == set()


def test_every_kind_of_inline_code_is_told_apart() -> None:
    everything = "<style></style><script></script><p style=''><p onclick=''>javascript:"
    assert len(list(checks.inline_errors("a.html", everything))) == 5


FORMS = [
    ('<form method="post">x</form>', False),
    ("<form method='post'>x</form>", False),
    ('<form METHOD="POST">x</form>', False),
    ('<form action="/x/" method="post" novalidate>x</form>', False),
    ('<form method="post">{% csrf_token %}</form>', True),
    ('<form method="post">\n{% csrf_token %}\n{% crispy form %}</form>', True),
    ('<form method="get">x</form>', True),
    ("<form>x</form>", True),
    ('<form method="post">{# csrf_token #}</form>', False),
    ('<form method="post">{% csrf_token %}</form><form method="post">x</form>', False),
    ('<form method="dialog">x</form>', True),
]


@pytest.mark.parametrize(("text", "good"), FORMS)
def test_forms_carry_their_token(text: str, good: bool) -> None:
    assert (ids(checks.form_errors("a.html", text)) == set()) is good


COMPONENTS = {
    "components/good.html": "{# Required: a. #}\n<p>{{ a }}</p>",
    "components/open.html": '{# Reads the page, taken without "only". #}\n<p>{{ a }}</p>',
    "components/bare.html": "<p>{{ a }}</p>",
}
INCLUDES = [
    ('{% include "components/good.html" with a=b only %}', set()),
    ('{% include "components/good.html" only %}', set()),
    ('{% include "components/good.html" with a=b %}', {"hall.E005"}),
    ('{% include "components/good.html" %}', {"hall.E005"}),
    ("{% include 'components/good.html' %}", {"hall.E005"}),
    ('{% include "components/open.html" %}', set()),
    ('{% include "catalogue/_part.html" %}', set()),
    ('{% include "components/good.html" only %}{% include "components/good.html" %}', {"hall.E005"}),
]


@pytest.mark.parametrize(("text", "found"), INCLUDES)
def test_components_get_what_they_are_given_and_no_more(text: str, found: set[str]) -> None:
    assert ids(checks.component_errors("a.html", text, COMPONENTS)) == found


@pytest.mark.parametrize(("name", "found"), [("components/good.html", set()), ("components/bare.html", {"hall.E004"})])
def test_components_say_what_they_need(name: str, found: set[str]) -> None:
    assert ids(checks.component_errors(name, COMPONENTS[name], COMPONENTS)) == found


USES = [
    ("x/page.html", 'render(request, "x/page.html")', True),
    ("x/page.html", "render(request, 'x/page.html')", True),
    ("x/page.html", "render(request, x/page.html)", False),
    ("x/page.html", 'render(request, "x/other.html")', False),
    ("x/page.html", 'template_name = "x/page.html"', True),
    ("404.html", "", True),
    ("500.html", "", True),
    ("outbox/some_text.txt", "", True),
    ("bootstrap5/field.html", "", True),
]


@pytest.mark.parametrize(("name", "source", "used"), USES)
def test_a_page_nobody_names_is_found(name: str, source: str, used: bool) -> None:
    assert (ids(checks.unused_warnings({name: "<p>"}, [source])) == set()) is used


def test_a_template_used_by_another_is_used() -> None:
    texts = {"a.html": '{% extends "b.html" %}', "b.html": "<p>"}
    assert [str(message.msg) for message in checks.unused_warnings(texts, [])] == [
        "a.html is not used by any template or module"
    ]


BROKEN = [
    "{% if %}",
    "{% nothing %}",
    "{{ a|nothing }}",
    "{% block a %}",
    "{% load no %}",
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_template_that_does_not_compile_is_found(tmp_path: Path, settings: object, text: str) -> None:
    (tmp_path / "broken.html").write_text(text)
    engine = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path]}]
    settings.TEMPLATES = engine  # type: ignore[attr-defined]
    assert ids(checks.compile_errors("broken.html")) == {"hall.E001"}


def test_a_template_that_is_not_there_is_found() -> None:
    assert ids(checks.compile_errors("nowhere/at/all.html")) == {"hall.E001"}


def test_the_templates_of_the_house_pass() -> None:
    assert [message for message in checks.check_templates(None) if message.level >= 30] == []


NAMED = [
    ('{% extends "base.html" %}', set()),
    ('{% extends "nowhere.html" %}', {"hall.E007"}),
    ("{% include 'nowhere/_part.html' only %}", {"hall.E007"}),
    ('{% include "components/empty.html" with text="x" only %}', set()),
    ('{# {% include "nowhere.html" %} #}', set()),
    ("{% include chosen %}", set()),
]


@pytest.mark.parametrize(("text", "found"), NAMED)
def test_templates_named_by_others_are_there(text: str, found: set[str]) -> None:
    assert ids(checks.missing_errors("a.html", text)) == found
