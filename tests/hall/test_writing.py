"""Values written into HTML by functions are escaped as the template engine would."""

import pytest
from django.utils.functional import lazystr
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from hall.writing import said


@pytest.mark.parametrize("value", ["a<b", "'\"&", 7, None, "{}%s", lazystr("<i>"), mark_safe("<b>&amp;")])
def test_a_value_is_escaped_as_django_does(value: object) -> None:
    assert said(value) == conditional_escape(value)


def test_html_stays_html_and_what_is_lazy_does_not_become_it() -> None:
    assert said(mark_safe("<b>")) == "<b>"
    assert said(lazystr("<b>")) == "&lt;b&gt;"
