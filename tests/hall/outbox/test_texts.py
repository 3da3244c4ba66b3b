"""Texts: every template renders, says which case, and escapes nothing."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import TemplateDoesNotExist
from pytest_django import Settings

from hall.ledger.numbers import compose, grouped
from hall.outbox import texts
from tests.hall.ledger.test_numbers import DAY

DOCKET = compose(region6="130302", center4="0012", on=DAY, serial=1)
STAFF = [
    f"staff_{word}"
    for word in (
        "deemed_accepted", "due_soon", "handed_over", "lapsed", "over_promise", "over_statute", "pause_overrun",
    )
]  # fmt: skip
NAMES = sorted(path.stem for path in (Path(settings.BASE_DIR) / "templates" / "outbox").glob("*.txt"))


# What the cases tell; the other rooms tell of cards, complaints, turns of duty, and test their own texts.
CASES = [name for name in NAMES if name.startswith("applicant_") or name in STAFF]


@pytest.mark.parametrize("name", CASES)
def test_every_text_of_a_case_has_a_title_and_names_the_case(name: str) -> None:
    text = texts.render(template=name, docket=DOCKET, context={"item": "食品经营许可", "due": "5月13日"})
    assert 2 <= len(text.title) <= texts.TITLE_LENGTH
    assert "食品经营许可" in text.title + text.body
    assert grouped(DOCKET) in text.body


@pytest.mark.parametrize("name", NAMES)
def test_no_text_shows_what_only_a_programmer_reads(name: str) -> None:
    text = texts.render(template=name, docket=DOCKET, context={"item": "食品经营许可"})
    assert "None" not in text.body
    assert "{" not in text.title + text.body


@pytest.fixture
def template(settings: Settings, tmp_path: Path) -> str:
    """A text of our own, so that these tests do not depend on anybody's words."""
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox" / "own.txt").write_text("标题：{{ item }}\n\n办件 {{ docket }}\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    return "own"


def test_first_line_is_the_title(template: str) -> None:
    text = texts.render(template=template, docket=DOCKET, context={"item": "x"})
    assert (text.title, text.body) == ("标题：x", f"办件 {grouped(DOCKET)}")


def test_nothing_is_escaped_in_plain_text(template: str) -> None:
    assert (
        texts.render(template=template, docket=DOCKET, context={"item": "A & B <许可>"}).title == "标题：A & B <许可>"
    )


def test_a_long_title_is_cut(template: str) -> None:
    text = texts.render(template=template, docket=DOCKET, context={"item": "很" * 300})
    assert len(text.title) == texts.TITLE_LENGTH


def test_a_docket_of_another_system_is_shown_as_it_is(template: str) -> None:
    assert "case-10011" in texts.render(template=template, docket="case-10011", context={}).body


@pytest.mark.parametrize("name", ["missing", "../base", "staff_due_soon.txt"])
def test_only_texts_of_the_outbox_are_found(name: str) -> None:
    with pytest.raises(TemplateDoesNotExist):
        texts.find(name)


def test_there_are_texts() -> None:
    assert {"staff_due_soon", "staff_over_promise", "staff_over_statute"} <= set(NAMES)
