"""What is wrong with a form is said once: `{% crispy form %}` brings its own summary of errors."""

from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
SUMMARY = 'components/error_summary.html" with links=form.error_links'


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_page_says_the_errors_of_its_form_twice(path: Path) -> None:
    text = path.read_text()
    assert not (SUMMARY in text and "{% crispy form %}" in text)
