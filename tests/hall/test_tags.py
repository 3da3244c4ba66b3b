"""Tags every template may use."""

import pytest
from django.template import Context, Template, TemplateSyntaxError, engines
from django.template.loader import render_to_string


def child(base: str, text: str) -> str:
    engine = engines["django"].engine
    parent = engine.from_string(base)
    return engine.from_string("{% extends parent %}" + text).render(Context({"parent": parent, "name": "王丽"}))


def test_a_block_is_written_twice():
    base = "<title>{% block title %}{% endblock %}</title><h1>{% again title %}</h1>"
    assert child(base, "{% block title %}{{ name }}{% endblock %}") == "<title>王丽</title><h1>王丽</h1>"


def test_the_heading_may_come_before_the_title():
    assert child("{% again title %}|{% block title %}{% endblock %}", "{% block title %}甲{% endblock %}") == "甲|甲"


def test_a_block_nobody_filled_is_its_default_once():
    assert child("{% block title %}甲{% endblock %}|{% again title %}", "") == "甲|甲"


def test_again_escapes_like_the_block():
    engine = engines["django"].engine
    parent = engine.from_string("{% block t %}{% endblock %}{% again t %}")
    text = "{% extends parent %}{% block t %}{{ x }}{% endblock %}"
    assert engine.from_string(text).render(Context({"parent": parent, "x": "<b>"})) == "&lt;b&gt;&lt;b&gt;"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("13030200122026041300001X", "130302-0012-20260413-00001-X"),
        ("130302-0012-20260413-00001-X", "130302-0012-20260413-00001-X"),
        ("旧〔2019〕12号", "旧〔2019〕12号"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_docket_number_is_shown_in_groups(stored, shown):
    assert Template("{{ number|grouped }}").render(Context({"number": stored})) == shown


@pytest.mark.parametrize("tag", ["{% again %}", "{% again a b %}"])
def test_again_takes_one_name(tag):
    with pytest.raises(TemplateSyntaxError):
        Template(tag)


def test_the_foot_names_what_the_center_set():
    site = {"sponsor": "海港区行政审批局", "code": "1303020000"}
    text = render_to_string("components/public_foot.html", {"frame": {"site": site}})
    assert "主办：海港区行政审批局" in text
    assert "政府网站标识码 1303020000" in text


@pytest.mark.parametrize("frame", [{}, {"site": {"code": ""}}])
def test_the_foot_leaves_out_what_is_not_set(frame):
    assert "标识码" not in render_to_string("components/public_foot.html", {"frame": frame})


def test_marks_of_a_row_are_text_in_their_frames() -> None:
    page = Template(
        "{% lamp 'late' word %}{% docket '1399000001202611230000117' %}{% badge word %}{% badge word 'ok' %}"
    )
    html = page.render(Context({"word": "<b>"}))
    assert '<span class="lamp late">&lt;b&gt;</span>' in html
    assert '<span class="badge">&lt;b&gt;</span><span class="badge ok">&lt;b&gt;</span>' in html


def test_no_docket_is_no_number() -> None:
    assert Template("{% docket '' %}").render(Context()) == '<span class="docket"></span>'
