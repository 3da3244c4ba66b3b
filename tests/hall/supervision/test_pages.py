"""The pages: a rule tried and switched on, a card appealed and won, lists, exports, and what bad input gets."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.access.models import User
from hall.access.navigation import entries_for
from hall.ledger import numbers
from hall.ledger.models import Event
from hall.supervision import watching
from hall.supervision.actions import cards
from hall.supervision.enums import CardState, Colour, VersionStatus
from hall.supervision.models import Card, RuleVersion, Trial
from tests.builders import Hall
from tests.hall.supervision.builders import (
    NOW,
    Facts,
    announced,
    card_in,
    fact,
    hand_card,
    make_draft,
    make_rule,
    second_supervisor,
    switched_on,
)

DOCKET = numbers.compose(region6="130302", center4="0012", on=date(2026, 4, 13), serial=1)


def at_desk(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def page(browser: Client, name: str, *args: Any, query: str = "") -> str:
    answer = browser.get(reverse(f"supervision:{name}", args=args) + query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.text


def post(browser: Client, name: str, *args: Any, **data: Any) -> Any:
    return browser.post(reverse(f"supervision:{name}", args=args), data)


def test_a_supervisor_tries_a_rule_on_the_past_switches_it_on_and_follows_a_fact(hall: Hall, source: Facts) -> None:
    rule, browser = make_rule(), at_desk(hall.supervisor)
    now = timezone.now()
    source.rows = [fact(hall, str(n), at=now - timedelta(minutes=n + 1), docket=DOCKET) for n in range(3)]
    month = f"{timezone.localdate(now):%Y-%m}"
    assert "没有启用" in page(browser, "rules")
    begun = post(browser, "rule-draft", rule.code)
    draft = RuleVersion.objects.get(status=VersionStatus.DRAFT)
    assert begun["Location"] == reverse("supervision:version-edit", args=[draft.pk])
    assert "超过（天）" in page(browser, "version-edit", draft.pk)
    words = {
        "colour": "yellow",
        "feedback_days": 5,
        "feedback_source": "办法第二条",
        "reason": "【事实】",
        "basis": "办法",
    }
    assert post(browser, "version-edit", draft.pk, **words, option_days=99).status_code == 422
    assert post(browser, "version-edit", draft.pk, **words, option_days=7).status_code == 302
    assert post(browser, "version-on", draft.pk, applies_from=str(timezone.localdate(now))).status_code == 422
    tried = post(browser, "trial-new", versions=[str(draft.pk)], period=month)
    trial = Trial.objects.get()
    assert tried["Location"] == reverse("supervision:trial", args=[trial.pk])
    shown = page(browser, "trial", trial.pk)
    assert "会发 3 张黄牌。" in shown
    assert hall.department.name in shown
    assert numbers.grouped(DOCKET) in shown
    assert not Card.objects.exists()
    assert post(browser, "version-on", draft.pk, applies_from=str(timezone.localdate(now))).status_code == 302
    assert watching.watch(at=timezone.now()).cards == 3
    assert "黄 3" in page(browser, "desk")
    assert page(browser, "cards", query="?colour=yellow").count("data-open") == 3
    assert "会发 3 张黄牌" in page(browser, "trial", trial.pk)


def test_a_clerk_answers_a_card_appeals_and_wins(hall: Hall, source: Facts) -> None:
    now = timezone.now()
    switched_on(hall)
    source.rows = [fact(hall, at=now - timedelta(hours=1), docket=DOCKET)]
    watching.watch(at=now)
    card = Card.objects.get()
    clerk, first, second = (at_desk(u) for u in (hall.clerk, second_supervisor(hall), second_supervisor(hall)))
    assert card.number in page(clerk, "my-cards")
    letter = page(clerk, "card", card.pk)
    assert "行政效能监察黄牌通知书" in letter
    assert hall.clerk.display_name in letter
    assert "还有 5 个工作日" in letter
    assert post(clerk, "card-act", card.pk, "answer", text="").status_code == 422
    said = post(clerk, "card-act", card.pk, "answer", text="系统停机两小时。", plea="force_majeure")
    assert said["Location"] == reverse("supervision:card", args=[card.pk])
    assert "主张：不可抗力。系统停机两小时。" in page(first, "card", card.pk)
    assert post(first, "card-act", card.pk, "uphold", text="没有停机记录。").status_code == 302
    assert post(clerk, "card-act", card.pk, "appeal", text="附停机公告。").status_code == 302
    assert post(first, "card-act", card.pk, "overturn", text="x", ground="mistaken").status_code == 403
    assert "申诉由第二人裁定" in page(first, "card", card.pk)
    assert post(second, "card-act", card.pk, "overturn", text="公告属实。").status_code == 422
    assert post(second, "card-act", card.pk, "overturn", text="公告属实。", ground="force_majeure").status_code == 302
    card.refresh_from_db()
    assert (card.state, card.ground) == (CardState.OVERTURNED, "force_majeure")
    assert "裁定撤销" in page(clerk, "card", card.pk)
    assert card.number not in page(clerk, "my-cards")
    assert card.number in page(clerk, "my-cards", query="?all=1")


def test_a_form_sent_twice_says_what_state_the_card_is_in(hall: Hall) -> None:
    card = hand_card(hall)
    clerk = at_desk(hall.clerk)
    post(clerk, "card-act", card.pk, "answer", text="在送件。")
    again = post(clerk, "card-act", card.pk, "answer", text="在送件。")
    assert again.status_code == 422
    assert "督查牌在“已反馈”状态" in again.text
    assert Event.objects.filter(kind="supervision.card_answer").count() == 1


def test_a_supervisor_raises_a_card_by_hand(hall: Hall) -> None:
    browser = at_desk(hall.supervisor)
    assert page(browser, "card-new")
    facts = {"colour": "yellow", "staff": hall.clerk.staff_id, "reason": "上班时间不在岗。", "basis": "纪律第三条"}
    ahead = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%d %H:%M}"
    assert "不能晚于现在" in post(browser, "card-new", **facts, happened_at=ahead).text
    assert (
        "一个人或一个部门" in post(browser, "card-new", **{**facts, "staff": ""}, happened_at="2026-05-13 09:00").text
    )
    done = post(browser, "card-new", **facts, happened_at="2026-05-13 09:00", docket=numbers.grouped(DOCKET))
    card = Card.objects.get()
    assert done["Location"] == reverse("supervision:card", args=[card.pk])
    assert (card.docket, card.department, card.raised_by) == (DOCKET, hall.department, hall.supervisor)


@pytest.mark.parametrize("text", ["\x00", "x" * 3000, "电话 13800000000"])
def test_odd_text_is_answered_with_a_sentence(hall: Hall, text: str) -> None:
    facts = {"colour": "yellow", "staff": hall.clerk.staff_id, "basis": "x", "happened_at": "2026-05-13 09:00"}
    assert post(at_desk(hall.supervisor), "card-new", **facts, reason=text).status_code == 422
    assert not Card.objects.exists()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 3), ("?colour=red", 1), ("?state=open", 2), ("?state=standing", 2), ("?state=taken_back", 1),
        ("?state=late", 2), ("?state=awaiting", 2), ("?period=2026-05", 3), ("?period=2026-06", 0),
        ("?rule=over_promise", 0), ("?colour=nonsense", 3), ("?period=nonsense", 3), ("?staff=x", 3),
        ("?state=%00", 3), ("?page=999", 3),
    ],
)  # fmt: skip
def test_the_filter_lives_in_the_address_and_nonsense_is_left_out(hall: Hall, query: str, found: int) -> None:
    hand_card(hall)
    hand_card(hall, colour=Colour.RED)
    card_in(hall, CardState.REVOKED)
    assert page(at_desk(hall.supervisor), "cards", query=query).count("data-open") == found


def test_a_list_is_narrowed_to_a_department_and_a_person(hall: Hall) -> None:
    hand_card(hall)
    browser = at_desk(hall.supervisor)
    for query, found in (
        (f"?department={hall.department.pk}", 1),
        (f"?staff={hall.clerk.staff_id}", 1),
        (f"?staff={hall.other_clerk.staff_id}", 0),
    ):
        assert page(browser, "cards", query=query).count("data-open") == found


def test_what_is_elsewhere_is_not_there(hall: Hall) -> None:
    card, stranger = hand_card(hall), Hall()
    for user in (stranger.supervisor, stranger.clerk, stranger.chief, hall.other_clerk, hall.approver):
        assert at_desk(user).get(reverse("supervision:card", args=[card.pk])).status_code == 404
    assert card.number not in page(at_desk(stranger.supervisor), "cards")


def test_an_unknown_deed_and_an_unknown_rule_are_not_there(hall: Hall) -> None:
    browser = at_desk(hall.supervisor)
    assert browser.get(reverse("supervision:card-act", args=[hand_card(hall).pk, "withdraw"])).status_code == 404
    assert browser.get(reverse("supervision:rule", args=["nonsense"])).status_code == 404
    assert browser.get("/supervision/cards/nonsense/").status_code == 404


def test_a_rule_without_a_source_says_so_everywhere(hall: Hall) -> None:
    rule, browser = make_rule("gone", "test.gone"), at_desk(hall.supervisor)
    draft = make_draft(rule, hall.supervisor)
    assert "还没有接入" in page(browser, "rule", rule.code)
    assert "没有接入" in post(browser, "trial-new", versions=[str(draft.pk)], period="2026-04").text
    with announced(Facts(code="test.gone")):
        post(browser, "trial-new", versions=[str(draft.pk)], period="2026-04")
    assert "现在没有接入" in page(browser, "trial", Trial.objects.get().pk)


@pytest.mark.parametrize("data", [{}, {"period": "2026-13"}, {"period": "2026-04", "versions": ["nonsense"]}])
def test_a_trial_of_nothing_is_answered_with_a_sentence(hall: Hall, source: Facts, data: dict[str, Any]) -> None:
    make_draft(make_rule(), hall.supervisor)
    assert post(at_desk(hall.supervisor), "trial-new", **data).status_code == 422
    assert not source.asked


def test_a_version_is_switched_off_after_asking(hall: Hall, source: Facts) -> None:
    version, browser = switched_on(hall), at_desk(hall.supervisor)
    assert source.code in version.rule.source
    assert "停用后不再发牌" in page(browser, "version-off", version.pk)
    assert post(browser, "version-off", version.pk).status_code == 302
    version.refresh_from_db()
    assert version.status == VersionStatus.OFF


def test_a_draft_is_thrown_away_on_the_page(hall: Hall, source: Facts) -> None:
    draft = make_draft(make_rule(), hall.supervisor)
    assert post(at_desk(hall.supervisor), "version-discard", draft.pk).status_code == 302
    assert not RuleVersion.objects.filter(pk=draft.pk).exists()
    assert source.rows == []


def test_the_desk_says_which_rule_reads_nothing(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.broken = True
    watching.watch(at=timezone.now())
    assert "没有发牌不等于没有问题" in page(at_desk(hall.supervisor), "desk")


def test_signals_of_today_are_counted_and_listed(hall: Hall, source: Facts) -> None:
    switched_on(hall, colour=Colour.SIGNAL)
    now = timezone.now()
    source.rows = [fact(hall, at=now)]
    watching.watch(at=now)
    today = f"{timezone.localdate(now)}"
    for user in (hall.supervisor, hall.clerk, hall.chief):
        assert "办件 a 超过承诺期限" in page(at_desk(user), "signals", query=f"?period={today}")
    assert "这段时间没有提示" in page(at_desk(hall.supervisor), "signals", query="?period=2020")
    assert "这段时间没有提示" in page(at_desk(hall.other_clerk), "signals", query="?period=%00")


def test_signals_leave_the_house_as_they_are_listed(hall: Hall, source: Facts) -> None:
    switched_on(hall, colour=Colour.SIGNAL)
    now = timezone.now()
    source.rows = [fact(hall, at=now)]
    watching.watch(at=now)
    for user, period, rows in ((hall.clerk, "", 1), (hall.supervisor, "?period=2020", 0), (hall.other_clerk, "", 0)):
        url = reverse("supervision:signals-export") + period
        file = at_desk(user).post(url, {"purpose": "核对", "form": "xlsx"})
        assert b"".join(file.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
        assert Event.objects.filter(kind="exports.taken").latest("id").data["rows"] == rows


@pytest.mark.parametrize("name", ["cards", "desk", "my-cards", "records", "rules", "signals"])
def test_a_longer_list_costs_no_more_queries(hall: Hall, source: Facts, name: str) -> None:
    user = hall.clerk if name == "my-cards" else hall.supervisor
    switched_on(hall, colour=Colour.SIGNAL)
    browser, costs = at_desk(user), []
    for n in (1, 3):
        source.rows = [fact(hall, f"{n}-{i}") for i in range(n)]
        watching.watch(at=NOW + timedelta(minutes=n))
        for _ in range(n):
            hand_card(hall)
        page(browser, name)
        with CaptureQueriesContext(connection) as queries:
            page(browser, name)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_list_and_a_trial_leave_the_house_with_their_purpose(hall: Hall, source: Facts) -> None:
    browser = at_desk(hall.supervisor)
    hand_card(hall)
    draft = make_draft(make_rule(), hall.supervisor)
    source.rows = [fact(hall, at=NOW, docket=DOCKET)]
    post(browser, "trial-new", versions=[str(draft.pk)], period="2026-05")
    for name, args in (("cards-export", ()), ("trial-export", (Trial.objects.get().pk,))):
        assert "用途" in page(browser, name, *args)
        assert post(browser, name, *args, purpose="", form="xlsx").status_code == 422
        file = post(browser, name, *args, purpose="五月通报附表", form="xlsx")
        assert b"".join(file.streaming_content)[:2] == b"PK"
    rows = [event.data["rows"] for event in Event.objects.filter(kind="exports.taken").order_by("id")]
    assert rows == [1, 1]


def test_the_rail_shows_each_role_its_lines(hall: Hall) -> None:
    lines = {user.role: {entry.url_name for entry in entries_for(user)} for user in hall.everybody()}
    watching_lines = {"supervision:desk", "supervision:cards", "supervision:rules", "supervision:records"}
    assert watching_lines <= lines["supervisor"] & lines["auditor"]
    assert "supervision:my-cards" in lines["clerk"] & lines["approver"] & lines["chief"]
    assert not any(name in lines["admin"] for name in watching_lines | {"supervision:my-cards"})


def test_who_still_has_cards_to_answer_does_not_leave(hall: Hall) -> None:
    from hall.organisation.departure import obstacles  # noqa: PLC0415 - the only test that asks

    card = hand_card(hall)
    assert hall.clerk.staff is not None
    assert any("1 张督查牌" in sentence for sentence in obstacles(hall.clerk.staff))
    cards.withdraw(card, at=NOW)
    assert not any("督查牌" in sentence for sentence in obstacles(hall.clerk.staff))
