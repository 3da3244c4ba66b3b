"""Pages of cards: who gets which answer, what a bad entry leaves, filters, pages, costs, print and export."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.supervision import watching
from hall.supervision.actions import Subject
from hall.supervision.enums import CardState, Colour
from hall.supervision.models import Card
from tests.builders import Hall, identity_number, make_department, make_staff, make_user
from tests.hall.supervision.builders import NOW, Facts, card_in, fact, hand_card, keeper, second_supervisor, switched_on
from tests.hall.supervision.test_pages import DOCKET, at_desk, page, post

NUL, ENDLESS = "\x00", "长" * 3000
TEXTS = {"empty": "", "blank": "   ", "nul": NUL, "endless": ENDLESS}


def many(card: Card, count: int) -> None:
    """As many cards like this one, written at once."""
    rows = []
    for n in range(count):
        row = Card.objects.get(pk=card.pk)
        row.pk, row.number, row.fact_key = uuid4(), f"130302-黄-2026-8{n:04d}", f"hand:many{n}"
        rows.append(row)
    Card.objects.bulk_create(rows)


def opened(answer: Any) -> int:
    """How many rows a list shows."""
    return str(answer.text if hasattr(answer, "text") else answer).count("data-open")


def deed(card: Card, name: str) -> str:
    return reverse("supervision:card-act", args=[card.pk, name])


# Asked about an appeal to be ruled on, which the supervisor decided at first reading.
ANSWERS = {
    "clerk": {"answer": 403, "uphold": 403, "confirm": 403},
    "chief": {"answer": 403, "uphold": 403, "confirm": 403},
    "auditor": {"answer": 403, "uphold": 403, "confirm": 403},
    "admin": {"answer": 403, "uphold": 403, "confirm": 403},
    "approver": {"answer": 404, "uphold": 404, "confirm": 404},
    "other_clerk": {"answer": 404, "uphold": 404, "confirm": 404},
}


@pytest.mark.parametrize("who", ANSWERS)
def test_a_deed_answers_403_or_404_by_right_and_scope(hall: Hall, who: str) -> None:
    card = card_in(hall, CardState.APPEALING, deciding=hall.supervisor)
    browser = at_desk(getattr(hall, who))
    for name, status in ANSWERS[who].items():
        if who in ("clerk", "chief") and name == "answer":
            status = 422  # theirs to do, and not in this state
        for answer in (browser.post(deed(card, name), {"text": "x"}),):
            assert answer.status_code == status, (who, name)
    card.refresh_from_db()
    assert card.state == CardState.APPEALING


@pytest.mark.parametrize("name", ["confirm", "overturn"])
def test_the_first_reader_gets_403_and_the_reason(hall: Hall, name: str) -> None:
    card = card_in(hall, CardState.APPEALING, deciding=hall.supervisor)
    browser = at_desk(hall.supervisor)
    for answer in (browser.get(deed(card, name)), browser.post(deed(card, name), {"text": "x", "ground": "other"})):
        assert answer.status_code == 403
        assert "申诉由第二人裁定" in answer.text


@pytest.mark.parametrize("entered", TEXTS)
@pytest.mark.parametrize("name", ["answer", "uphold", "revoke"])
def test_a_bad_text_is_said_at_its_field_and_nothing_is_saved(hall: Hall, name: str, entered: str) -> None:
    card, events = hand_card(hall), Event.objects.count()
    browser = at_desk(hall.clerk if name == "answer" else hall.supervisor)
    answer = browser.post(deed(card, name), {"text": TEXTS[entered], "ground": "mistaken"})
    assert answer.status_code == 422
    assert 'id="error_1_id_text"' in answer.text or "id_text_error" in answer.text or "invalid" in answer.text
    card.refresh_from_db()
    assert (card.state, Event.objects.count()) == (CardState.AWAITING, events)


def test_a_bad_entry_keeps_what_was_typed(hall: Hall) -> None:
    answer = at_desk(hall.supervisor).post(deed(hand_card(hall), "revoke"), {"text": "写了很久的意见", "ground": ""})
    assert answer.status_code == 422
    assert "写了很久的意见" in answer.text
    assert "请选择撤销理由" in answer.text


@pytest.mark.parametrize("ground", ["ground_gone", "nonsense", NUL])
def test_a_ground_outside_of_the_list_is_refused(hall: Hall, ground: str) -> None:
    card = hand_card(hall)
    assert at_desk(hall.supervisor).post(deed(card, "revoke"), {"text": "x", "ground": ground}).status_code == 422
    card.refresh_from_db()
    assert card.state == CardState.AWAITING


@pytest.mark.parametrize("plea", ["ground_gone", "nonsense", NUL])
def test_a_plea_outside_of_the_list_is_refused(hall: Hall, plea: str) -> None:
    card = hand_card(hall)
    assert at_desk(hall.clerk).post(deed(card, "answer"), {"text": "x", "plea": plea}).status_code == 422
    card.refresh_from_db()
    assert card.plea == ""


@pytest.mark.parametrize("name", ["withdraw", "nonsense", "raise"])
def test_an_unknown_deed_is_404_for_everybody(hall: Hall, name: str) -> None:
    card = hand_card(hall)
    for user in (hall.clerk, hall.supervisor):
        assert at_desk(user).post(deed(card, name), {"text": "x"}).status_code == 404


@pytest.mark.parametrize("key", ["00000000-0000-0000-0000-000000000000", "nonsense", "%00", "1" * 400])
def test_a_card_that_is_not_there_is_404(hall: Hall, key: str) -> None:
    browser = at_desk(hall.supervisor)
    for path in (f"/supervision/cards/{key}/", f"/supervision/cards/{key}/revoke/"):
        assert browser.get(path).status_code == 404


@pytest.mark.parametrize(
    "name", ["desk", "cards", "my-cards", "signals", "rules", "records", "card-new", "cards-export"]
)
def test_without_an_account_every_page_asks_for_one(hall: Hall, name: str) -> None:
    answer = Client().get(reverse(f"supervision:{name}"))
    assert answer.status_code == 302
    assert "login" in answer["Location"]


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_answered(hall: Hall, method: str) -> None:
    card = hand_card(hall)
    browser = at_desk(hall.supervisor)
    for path in (reverse("supervision:card", args=[card.pk]), deed(card, "revoke"), reverse("supervision:cards")):
        assert getattr(browser, method)(path).status_code == 405


def test_a_form_without_its_token_changes_nothing(hall: Hall) -> None:
    card, browser = hand_card(hall), Client(enforce_csrf_checks=True)
    browser.force_login(hall.clerk)
    assert browser.post(deed(card, "answer"), {"text": "x"}).status_code == 403
    card.refresh_from_db()
    assert card.state == CardState.AWAITING


GOOD = {"colour": "yellow", "reason": "不在岗。", "basis": "纪律第三条", "happened_at": "2026-05-13 09:00"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"colour": "signal"}, "请从列出的颜色里选一个"),
        ({"colour": ""}, "颜色"),
        ({"reason": ""}, "事由"),
        ({"reason": NUL}, "不能保存的字符"),
        ({"reason": f"身份证 {identity_number(3)}"}, "不能写办事人"),
        ({"basis": ENDLESS}, "最多 300 个字"),
        ({"happened_at": "昨天"}, "要写成"),
        ({"happened_at": "2020-01-01 09:00"}, "天以前的事不再发牌"),
        ({"happened_at": "9999-12-31 23:59"}, "不能晚于现在"),
        ({"docket": "不是编号"}, ""),
        ({"docket": NUL}, "不能保存的字符"),
        ({"staff": "999999999999999999999"}, "请从列出的当事人里选一个"),
        ({"staff": NUL}, ""),
        ({"department": "x"}, "请从列出的部门里选一个"),
    ],
)
def test_a_card_by_hand_that_makes_no_sense_is_not_saved(hall: Hall, wrong: dict[str, str], said: str) -> None:
    facts = {**GOOD, "staff": str(hall.clerk.staff_id), **wrong}
    answer = post(at_desk(hall.supervisor), "card-new", **facts)
    assert answer.status_code == 422
    assert said in answer.text
    assert not Card.objects.exists()


def test_a_card_by_hand_is_not_raised_on_people_elsewhere_or_gone(hall: Hall) -> None:
    gone = make_staff(hall.department, left_on=timezone.localdate() - timedelta(days=1))
    browser = at_desk(hall.supervisor)
    for staff in (Hall().clerk.staff_id, gone.pk, hall.supervisor.staff_id):
        assert post(browser, "card-new", **GOOD, staff=staff).status_code == 422
    assert not Card.objects.exists()


@pytest.mark.parametrize("name", ["card-new", "record-new"])
def test_an_account_of_no_person_is_told_whom_to_choose(hall: Hall, name: str) -> None:
    user = keeper()
    facts = {**GOOD, "origin": "hand", "finding": "脱岗。"}
    answer = post(at_desk(user), name, **facts)
    assert answer.status_code == 422
    assert "一个人或一个部门" in answer.text or "请选当事人或部门" in answer.text
    assert post(at_desk(user), name, **facts, staff=hall.clerk.staff_id).status_code == 302


def test_a_department_of_another_center_than_the_person_is_refused(hall: Hall) -> None:
    other = make_department(hall.center, "自然资源局")
    other.center = Hall().center
    user = keeper()
    other.save()
    answer = post(at_desk(user), "card-new", **GOOD, staff=hall.clerk.staff_id, department=other.pk)
    assert (answer.status_code, Card.objects.count()) == (422, 0)
    assert "同一个中心" in answer.text


ODD = ["?page=0", "?page=-1", "?page=1e9", "?page=%00", "?state=", "?colour=%F0%9F%98%80", "?department=%00",
       "?department=99999999999999999999", "?staff=-1", "?rule=%00", "?rule=" + "x" * 500, "?period=2026-13",
       "?period=9999", "?period=0000", "?period=2026-05-20..2026-05-01", "?period=%00", "?period=" + "2" * 99,
       "?x[]=1&&==", "?state=awaiting&state=red"]  # fmt: skip


@pytest.mark.parametrize("query", ODD)
@pytest.mark.parametrize("name", ["cards", "signals", "my-cards", "records"])
def test_absurd_addresses_show_a_page(hall: Hall, name: str, query: str) -> None:
    user = hall.clerk if name == "my-cards" else hall.supervisor
    assert page(at_desk(user), name, query=query)


def test_the_filter_says_when_nothing_fits_and_how_to_get_on(hall: Hall) -> None:
    assert "还没有发过督查牌" in page(at_desk(hall.supervisor), "cards")
    assert "请放宽筛选" in page(at_desk(hall.supervisor), "cards", query="?colour=red")


def test_filters_together_narrow_together(hall: Hall) -> None:
    hand_card(hall)
    hand_card(hall, colour=Colour.RED)
    hand_card(hall, colour=Colour.RED, subject=Subject(hall.center, hall.department, None, hall.other_clerk.staff))
    browser = at_desk(hall.supervisor)
    for query, found in (
        (f"?colour=red&staff={hall.clerk.staff_id}", 1),
        (f"?colour=red&department={hall.department.pk}&period=2026-05", 2),
        (f"?colour=red&department={hall.department.pk}&period=2026-04", 0),
        ("?colour=red&state=taken_back", 0),
    ):
        assert opened(page(browser, "cards", query=query)) == found, query


def test_a_rule_narrows_the_list(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall)]
    watching.watch(at=NOW)
    hand_card(hall)
    browser = at_desk(hall.supervisor)
    assert opened(page(browser, "cards", query="?rule=test")) == 1
    assert opened(page(browser, "cards")) == 2


def test_a_period_counts_by_the_beijing_day_a_card_was_raised(hall: Hall) -> None:
    many(hand_card(hall, at=NOW.replace(hour=0, minute=0)), 0)
    browser = at_desk(hall.supervisor)
    assert opened(page(browser, "cards", query="?period=2026-05-13")) == 1
    assert opened(page(browser, "cards", query="?period=2026-05-12")) == 0


def test_a_long_list_is_cut_into_pages_that_keep_the_filter(hall: Hall) -> None:
    many(hand_card(hall), 60)
    browser = at_desk(hall.supervisor)
    first, second = (page(browser, "cards", query=f"?colour=yellow&page={n}") for n in (1, 2))
    assert (opened(first), opened(second)) == (50, 11)
    assert re.search(r'href="\?[^"]*colour=yellow[^"]*page=2|href="\?page=2[^"]*colour=yellow', first)
    assert "共 61 张" in first
    assert page(browser, "cards", query="?colour=yellow&page=99").count("data-open") == 11


def test_a_page_costs_the_same_however_many_rows_it_has(hall: Hall) -> None:
    card, browser, costs = hand_card(hall), at_desk(hall.supervisor), []
    other = make_user("clerk", make_staff(make_department(hall.center, "自然资源局")))
    page(browser, "cards")
    for more in (0, 40):
        many(card, more)
        if more:
            hand_card(hall, subject=Subject(hall.center, None, None, other.staff))
        with CaptureQueriesContext(connection) as queries:
            page(browser, "cards")
        costs.append(len(queries))
    assert costs[0] == costs[1]


@pytest.mark.parametrize("state", CardState.values)
def test_a_letter_is_read_in_every_state_by_all_who_may(hall: Hall, state: str) -> None:
    card = card_in(hall, state)
    for user in (hall.clerk, hall.chief, hall.supervisor, hall.auditor):
        text = page(at_desk(user), "card", card.pk)
        assert card.number in text
        assert CardState(state).label in text


def test_a_letter_prints_without_its_buttons(hall: Hall) -> None:
    text = page(at_desk(hall.clerk), "card", hand_card(hall).pk)
    assert "data-print" in text
    assert re.search(r'<section class="card no-print"><h2>可以办理', text)
    assert re.search(r'<article class="letter"', text)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"reason": "<script>alert(1)</script>"}, "&lt;script&gt;"),
        ({"basis": "《办法》 & 第三条"}, "《办法》 &amp; 第三条"),
        ({"docket": DOCKET}, "涉及办件"),
        ({"fact_url": "/patrols/1/"}, 'href="/patrols/1/"'),
    ],
)
def test_a_letter_shows_what_was_written_and_runs_nothing(hall: Hall, facts: dict[str, str], said: str) -> None:
    assert said in page(at_desk(hall.clerk), "card", hand_card(hall, **facts).pk)


def test_a_letter_to_a_department_is_addressed_to_it(hall: Hall) -> None:
    card = hand_card(hall, subject=Subject(hall.center, hall.department))
    assert f"{hall.department.name}：" in page(at_desk(hall.chief), "card", card.pk)


def test_feedback_is_read_by_the_reader_and_by_nobody_elsewhere(hall: Hall) -> None:
    card = card_in(hall, CardState.ANSWERED)
    assert "当时在送件" in page(at_desk(hall.supervisor), "card", card.pk)
    assert at_desk(Hall().supervisor).get(reverse("supervision:card", args=[card.pk])).status_code == 404


def test_only_an_upheld_red_card_offers_to_go_on_to_a_record(hall: Hall) -> None:
    red, yellow = (card_in(hall, CardState.UPHELD, colour=c) for c in (Colour.RED, Colour.YELLOW))
    browser = at_desk(hall.supervisor)
    assert f"?card={red.pk}" in page(browser, "card", red.pk)
    assert "转责任追究" not in page(browser, "card", yellow.pk)
    assert "转责任追究" not in page(at_desk(hall.auditor), "card", red.pk)


@pytest.mark.parametrize("name", ["answer", "uphold", "revoke", "appeal", "confirm", "overturn"])
def test_a_deed_says_beforehand_what_it_leads_to(hall: Hall, name: str) -> None:
    state = {"appeal": CardState.UPHELD, "confirm": CardState.APPEALING, "overturn": CardState.APPEALING}
    card = card_in(hall, state.get(name, CardState.AWAITING))
    user = hall.clerk if name in ("answer", "appeal") else second_supervisor(hall)
    text = at_desk(user).get(deed(card, name)).text
    assert 'id="consequence"' in text
    assert card.number in text


def sheet(answer: Any) -> list[tuple[Any, ...]]:
    """The rows of a workbook that was sent."""
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_the_export_holds_the_rows_of_the_filter_and_no_others(hall: Hall) -> None:
    red = hand_card(hall, colour=Colour.RED)
    yellow, foreign = hand_card(hall), hand_card(Hall())
    url = reverse("supervision:cards-export") + "?colour=red"
    rows = sheet(at_desk(hall.auditor).post(url, {"purpose": "核对", "form": "xlsx"}))
    cells = {str(cell) for row in rows for cell in row}
    assert red.number in cells
    assert not cells & {yellow.number, foreign.number}
    assert Event.objects.get(kind="exports.taken").data["rows"] == 1


def test_the_export_has_no_text_people_wrote_in_confidence(hall: Hall) -> None:
    card_in(hall, CardState.OVERTURNED)
    answer = post(at_desk(hall.supervisor), "cards-export", purpose="核对", form="xlsx")
    cells = " ".join(str(cell) for row in sheet(answer) for cell in row)
    assert "送件" not in cells
    assert "报备" not in cells


@pytest.mark.parametrize("form", ["xlsx", "pdf"])
def test_an_empty_list_is_exported_too(hall: Hall, form: str) -> None:
    answer = post(at_desk(hall.supervisor), "cards-export", purpose="核对", form=form)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] in (b"PK", b"%P")


@pytest.mark.parametrize("wrong", [{"purpose": ""}, {"purpose": NUL}, {"form": "exe"}, {"form": ""}])
def test_an_export_without_purpose_or_form_sends_nothing(hall: Hall, wrong: dict[str, str]) -> None:
    facts = {"purpose": "核对", "form": "xlsx", **wrong}
    assert post(at_desk(hall.supervisor), "cards-export", **facts).status_code == 422
    assert not Event.objects.filter(kind="exports.taken").exists()


@pytest.mark.parametrize("who", ["clerk", "chief", "approver", "admin"])
def test_who_does_not_watch_exports_nothing(hall: Hall, who: str) -> None:
    browser = at_desk(getattr(hall, who))
    for path in (reverse("supervision:cards-export"), reverse("supervision:cards"), reverse("supervision:desk")):
        assert browser.get(path).status_code == 403


def test_the_desk_opens_exactly_what_it_counts(hall: Hall) -> None:
    for state in CardState.values:
        card_in(hall, state)
    text = page(at_desk(hall.supervisor), "desk")
    for link, number in re.findall(r'href="/supervision/cards/(\?[^"]+)">(?:[^<0-9]*)(\d+)', text):
        shown = page(at_desk(hall.supervisor), "cards", query=link.replace("&amp;", "&"))
        assert opened(shown) == int(number), link


def test_the_desk_puts_what_is_due_first_on_top(hall: Hall) -> None:
    late = hand_card(hall, at=NOW + timedelta(days=3))
    soon = hand_card(hall)
    text = page(at_desk(hall.supervisor), "desk")
    assert text.index(soon.number) < text.index(late.number)


def test_my_cards_are_mine_and_those_of_my_department(hall: Hall) -> None:
    mine, foreign = hand_card(hall), hand_card(Hall())
    for user in (hall.clerk, hall.chief):
        text = page(at_desk(user), "my-cards", query="?all=1")
        assert mine.number in text
        assert foreign.number not in text
    assert mine.number not in page(at_desk(hall.other_clerk), "my-cards", query="?all=1")


def test_a_message_to_the_person_holds_no_reason(hall: Hall) -> None:
    hand_card(hall, reason="上班时间不在岗且态度生硬。")
    for message in Message.objects.all():
        assert set(message.context) == {"card", "colour", "due", "ground"}
        assert "态度" not in str(message.context)
