"""The public calculator: the question is the address, the answer its arithmetic."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ASKED = {"start": "2026-04-13", "count": "20", "unit": "workday"}


def ask(client: Client, **changes: str):
    return client.get("/calculator/", {**ASKED, **changes})


def test_calculator_opens_without_a_question(client):
    assert client.get("/calculator/").status_code == 200


def test_calculator_answers_with_the_day(client):
    page = ask(client)
    assert page.status_code == 200
    assert "2026年5月13日（星期三）" in page.content.decode()


def test_calculator_takes_pauses(client):
    page = ask(client, pause_start_1="2026-04-17", pause_end_1="2026-04-22")
    assert page.context["explanation"].due.isoformat() == "2026-05-18"


def test_calculator_names_the_notice_of_a_holiday(client):
    assert "国务院办公厅关于2026年部分节假日安排的通知" in ask(client).content.decode()


def test_calculator_marks_what_is_provisional(client):
    page = ask(client, start="2026-12-20")
    assert "（预计）" in page.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("start", "2026-02-30", "从哪天起要写成"),
        ("start", "", "请填写从哪天起"),
        ("start", "\x00", "从哪天起"),
        ("count", "二十", "要填数字"),
        ("count", "-1", "不能小于"),
        ("count", "99999999999999", "不能大于"),
        ("unit", "hour", "请从列出的单位里选一个"),
        ("pause_end_1", "2026-04-20", "要一起填"),
        ("start", "2100-12-30", "日历范围"),
        ("start", "0001-01-01", "日历范围"),
        ("start", "9999-12-31", "日历范围"),
    ],
)
def test_calculator_says_at_the_field_what_is_wrong(client, field, value, sentence):
    page = ask(client, **{field: value})
    assert page.status_code == 422
    assert any(sentence in link.message for link in page.context["form"].error_links)


def test_calculator_refuses_a_pause_after_the_term(client):
    page = ask(client, pause_start_1="2026-05-13", pause_end_1="2026-05-20")
    assert page.status_code == 422
    assert "pause_start_1" in page.context["form"].errors


def test_calculator_refuses_a_reversed_pause(client):
    page = ask(client, pause_start_1="2026-04-20", pause_end_1="2026-04-17")
    assert "pause_end_1" in page.context["form"].errors


def test_calculator_is_only_read(client):
    assert client.post("/calculator/", ASKED).status_code == 405


def test_calculator_ignores_what_it_does_not_know(client):
    assert client.get("/calculator/", {"utm_source": "x"}).status_code == 200


def test_calculator_holds_no_inline_code(client):
    text = ask(client).content.decode()
    assert "style=" not in text
    assert "<script>" not in text
