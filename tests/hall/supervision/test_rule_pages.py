"""Pages of rules and trials: scope, drafts, bad entries, what a trial shows and sends, and what was drawn wrongly."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hall.ledger.models import Event
from hall.supervision import queries, simulation, watching
from hall.supervision.actions import rules as rule_actions
from hall.supervision.enums import Colour, VersionStatus
from hall.supervision.models import Card, RuleVersion, Trial
from tests.builders import Hall, make_center, make_department, make_staff, make_user, moment
from tests.hall.supervision.builders import (
    NOW,
    Facts,
    announced,
    fact,
    hand_card,
    make_draft,
    make_rule,
    second_supervisor,
    switched_on,
    tried,
)
from tests.hall.supervision.test_pages import DOCKET, at_desk, page, post
from tests.hall.supervision.test_simulation import APRIL, THEN

WORDS = {
    "colour": "yellow", "feedback_days": "5", "feedback_source": "办法第二条", "reason": "【事实】", "basis": "办法",
    "option_days": "7",
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"colour": "blue"}, "请从列出的信号里选一个"),
        ({"feedback_days": "0"}, "不能小于 1"),
        ({"feedback_days": "31"}, "不能大于 30"),
        ({"feedback_days": "五"}, "要填数字"),
        ({"feedback_days": "9" * 30}, "不能大于 30"),
        ({"option_days": "0"}, "不能小于 1"),
        ({"option_days": "31"}, "不能大于 30"),
        ({"option_days": ""}, "超过"),
        ({"reason": ""}, "请填写事由写法"),
        ({"reason": "\x00"}, "不能保存的字符"),
        ({"basis": "x" * 501}, "最多 500 个字"),
        ({"basis": "   "}, "请填写依据"),
        ({"feedback_source": ""}, "请填写反馈期限依据"),
    ],
)
def test_a_draft_that_makes_no_sense_is_not_saved(hall: Hall, source: Facts, wrong: dict[str, str], said: str) -> None:
    draft, events = make_draft(make_rule(), hall.supervisor, days=3), Event.objects.count()
    answer = post(at_desk(hall.supervisor), "version-edit", draft.pk, **{**WORDS, **wrong})
    assert answer.status_code == 422
    assert said in answer.text
    draft.refresh_from_db()
    assert (draft.options, draft.basis, Event.objects.count()) == ({"days": 3}, "测试办法第一条", events)


def test_a_draft_leads_on_to_its_trial(hall: Hall, source: Facts) -> None:
    draft, browser = make_draft(make_rule(), hall.supervisor), at_desk(hall.supervisor)
    answer = post(browser, "version-edit", draft.pk, **WORDS)
    assert answer["Location"] == f"{reverse('supervision:trial-new')}?versions={draft.pk}"
    assert re.search(
        rf'value="{draft.pk}"[^>]*checked|checked[^>]*value="{draft.pk}"', browser.get(answer["Location"]).text
    )
    draft.refresh_from_db()
    assert draft.options == {"days": 7}


def test_a_field_nobody_asked_for_is_not_saved(hall: Hall, source: Facts) -> None:
    draft = make_draft(make_rule(), hall.supervisor)
    extra = {"status": "on", "number": "99", "option_secret": "1", "applies_from": "2020-01-01", "center": ""}
    assert post(at_desk(hall.supervisor), "version-edit", draft.pk, **WORDS, **extra).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.number, draft.options, draft.applies_from) == ("draft", 2, {"days": 7}, None)


@pytest.mark.parametrize("name", ["version-edit", "version-on", "version-off", "version-discard"])
def test_a_version_is_404_elsewhere_and_403_to_those_who_only_watch(hall: Hall, source: Facts, name: str) -> None:
    draft = make_draft(make_rule(), hall.supervisor)
    below = make_user("supervisor", make_staff(center=make_center("乡镇", parent=hall.center)))
    for user, status in ((Hall().supervisor, 404), (hall.auditor, 403), (hall.clerk, 403), (below, 403)):
        assert post(at_desk(user), name, draft.pk, **WORDS).status_code == status, user.role
    draft.refresh_from_db()
    assert draft.status == VersionStatus.DRAFT


@pytest.mark.parametrize(
    ("since", "said"),
    [("", "请填写施行日期"), ("昨天", "要写成"), ("2020-01-01", "天以内"), ("9999-12-31", "天以内"), ("\x00", "")],
)
def test_a_day_that_makes_no_sense_switches_nothing_on(hall: Hall, source: Facts, since: str, said: str) -> None:
    draft = make_draft(make_rule(), hall.supervisor)
    tried(draft, hall.supervisor)
    answer = post(at_desk(hall.supervisor), "version-on", draft.pk, applies_from=since)
    assert answer.status_code == 422
    assert said in answer.text
    draft.refresh_from_db()
    assert draft.status == VersionStatus.DRAFT


def test_a_template_opens_no_page_of_a_draft(hall: Hall, source: Facts) -> None:
    template = make_rule().versions.get()
    for name in ("version-edit", "version-on", "version-off"):
        assert at_desk(hall.supervisor).get(reverse(f"supervision:{name}", args=[template.pk])).status_code == 403


def test_what_is_on_is_sent_back_to_its_rule(hall: Hall, source: Facts) -> None:
    version, browser = switched_on(hall), at_desk(hall.supervisor)
    answer = browser.get(reverse("supervision:version-edit", args=[version.pk]))
    assert answer["Location"] == reverse("supervision:rule", args=["test"])
    assert "启用过，不能再改" in browser.get(answer["Location"]).text
    assert post(browser, "version-edit", version.pk, **WORDS).status_code == 302
    version.refresh_from_db()
    assert version.options == {}


@pytest.mark.parametrize("name", ["version-off", "version-discard"])
def test_a_button_pressed_twice_says_so_the_second_time(hall: Hall, source: Facts, name: str) -> None:
    browser = at_desk(hall.supervisor)
    version = switched_on(hall) if name == "version-off" else make_draft(make_rule(), hall.supervisor)
    assert post(browser, name, version.pk).status_code == 302
    again = post(browser, name, version.pk)
    assert again.status_code == (302 if name == "version-off" else 404)
    kind = "supervision.rule_off" if name == "version-off" else "supervision.rule_discarded"
    assert Event.objects.filter(kind=kind).count() == 1


def test_what_is_on_is_not_thrown_away(hall: Hall, source: Facts) -> None:
    version, browser = switched_on(hall), at_desk(hall.supervisor)
    answer = browser.post(reverse("supervision:version-discard", args=[version.pk]), follow=True)
    assert "不能再改" in answer.text
    assert RuleVersion.objects.filter(pk=version.pk).exists()


@pytest.mark.parametrize("code", ["nonsense", "%00", "over_promise/../x", "x" * 300])
def test_a_rule_that_is_not_there_is_404(hall: Hall, code: str) -> None:
    assert at_desk(hall.supervisor).get(f"/supervision/rules/{code}/").status_code == 404


def test_a_draft_is_begun_by_a_press_and_not_by_a_link(hall: Hall) -> None:
    url = reverse("supervision:rule-draft", args=["over_promise"])
    assert at_desk(hall.supervisor).get(url).status_code == 405
    assert at_desk(hall.auditor).post(url).status_code == 403
    assert not RuleVersion.objects.filter(status=VersionStatus.DRAFT).exists()
    for _ in range(2):
        assert at_desk(hall.supervisor).post(url).status_code == 302
    assert RuleVersion.objects.filter(status=VersionStatus.DRAFT).count() == 1


def test_a_rule_tells_its_versions_newest_first_and_their_ends(hall: Hall, source: Facts) -> None:
    old = switched_on(hall)
    new = make_draft(old.rule, hall.supervisor)
    tried(new, hall.supervisor)
    rule_actions.switch_on(new, applies_from=date(2026, 5, 12), by=hall.supervisor, at=NOW)
    text = page(at_desk(hall.auditor), "rule", "test")
    assert text.index("第 3 版") < text.index("第 2 版") < text.index("第 1 版")
    assert "到 2026-05-12 前发生的事实" in text
    assert "version-off" not in text
    assert "起草新版本" not in text


def test_a_rule_hides_drafts_of_other_centers(hall: Hall, source: Facts) -> None:
    make_draft(make_rule(), hall.supervisor)
    assert "第 2 版" in page(at_desk(hall.supervisor), "rule", "test")
    assert "第 2 版" not in page(at_desk(Hall().supervisor), "rule", "test")


def test_the_list_of_rules_counts_standing_cards_of_ones_own_centers(hall: Hall, source: Facts) -> None:
    switched_on(hall)
    source.rows = [fact(hall, str(n)) for n in range(3)]
    watching.watch(at=NOW)
    hand_card(hall)
    line = next(line for line in queries.rule_lines(hall.supervisor) if line.rule.code == "test")
    assert (line.cards, len(line.on), line.draft) == (3, 1, None)
    foreign = next(line for line in queries.rule_lines(Hall().supervisor) if line.rule.code == "test")
    assert (foreign.cards, foreign.on) == (0, [])
    assert line.template is not None


def test_the_list_of_rules_shows_ones_own_draft_only(hall: Hall, source: Facts) -> None:
    rule = make_rule()
    draft = make_draft(rule, hall.supervisor)
    for user, shown in ((hall.supervisor, draft), (second_supervisor(hall), draft), (Hall().supervisor, None)):
        assert next(line for line in queries.rule_lines(user) if line.rule == rule).draft == shown


def test_a_broken_rule_is_named_to_those_it_concerns(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    source.broken = True
    watching.watch(at=NOW)
    assert queries.parked_rules(hall.supervisor) == [version]
    assert queries.parked_rules(Hall().supervisor) == []
    rule_actions.switch_off(version, by=hall.supervisor, at=NOW)
    assert queries.parked_rules(hall.supervisor) == []


def trial_of(hall: Hall, source: Facts, count: int, **facts: Any) -> Trial:
    source.rows = [fact(hall, f"{n:03d}", at=THEN + timedelta(minutes=n), **facts) for n in range(count)]
    return simulation.try_on([make_draft(make_rule(), hall.supervisor)], APRIL, by=hall.supervisor, at=NOW)


def test_a_trial_is_404_elsewhere_and_403_without_the_right(hall: Hall, source: Facts) -> None:
    trial = trial_of(hall, source, 1)
    url = reverse("supervision:trial", args=[trial.pk])
    seen = {user.role: at_desk(user).get(url).status_code for user in hall.everybody()}
    assert seen == {"clerk": 403, "approver": 403, "chief": 403, "supervisor": 200, "admin": 403, "auditor": 200}
    assert at_desk(Hall().supervisor).get(url).status_code == 404
    assert at_desk(hall.auditor).get(reverse("supervision:trial-export", args=[trial.pk])).status_code == 403


ODD = ["?line=x", "?line=%00", "?line=" + "9" * 21, "?page=x", "?page=-1", "?page=99", "?line=&page=" + "9" * 50]


@pytest.mark.parametrize("query", ODD)
def test_absurd_addresses_of_a_trial_show_a_page(hall: Hall, source: Facts, query: str) -> None:
    trial = trial_of(hall, source, 3)
    assert page(at_desk(hall.supervisor), "trial", trial.pk, query=query).count("测试") >= 1


def test_a_long_trial_is_cut_into_pages(hall: Hall, source: Facts) -> None:
    trial, browser = trial_of(hall, source, 60, docket=DOCKET), at_desk(hall.supervisor)
    first, second = (page(browser, "trial", trial.pk, query=f"?page={n}") for n in (1, 2))
    assert (first.count("data-open"), second.count("data-open")) == (50, 10)
    assert "办件 059 " in first
    assert "办件 000 " in second


def test_a_trial_shows_departments_and_people_the_most_blamed_first(hall: Hall, source: Facts) -> None:
    source.rows = [fact(hall, str(n), at=THEN) for n in range(2)]
    source.rows.append(fact(hall, "other", at=THEN, staff=hall.other_clerk.staff_id))
    trial = simulation.try_on([make_draft(make_rule(), hall.supervisor)], APRIL, by=hall.supervisor, at=NOW)
    text = page(at_desk(hall.supervisor), "trial", trial.pk)
    assert hall.clerk.staff is not None
    assert hall.other_clerk.staff is not None
    assert text.index(f"<span>{hall.clerk.staff.name}</span>") < text.index(
        f"<span>{hall.other_clerk.staff.name}</span>"
    )
    assert "会发 3 张黄牌。" in text


def test_a_fact_of_a_person_counts_for_the_department_the_card_would_go_to(hall: Hall, source: Facts) -> None:
    version = make_draft(make_rule(), hall.supervisor)
    source.rows = [fact(hall, at=THEN, department=None), fact(hall, "b", at=THEN)]
    (line,) = simulation.try_on([version], APRIL, by=hall.supervisor, at=NOW).lines.all()
    assert line.departments == {str(hall.department.pk): 2}


def test_a_trial_marks_what_stands_still(hall: Hall, source: Facts) -> None:
    trial = trial_of(hall, source, 2, paused=True)
    text = page(at_desk(hall.supervisor), "trial", trial.pk)
    assert "会发 0 张黄牌。" in text
    assert "另有 2 件正在停表，不发" in text
    assert text.count("停表，不发") == 3


def test_a_trial_of_nothing_says_so(hall: Hall, source: Facts) -> None:
    assert "这段时间没有这样的事实" in page(at_desk(hall.supervisor), "trial", trial_of(hall, source, 0).pk)


def test_a_trial_of_several_rules_has_a_tab_for_each(hall: Hall, source: Facts) -> None:
    with announced(Facts(code="test.red")) as other:
        other.rows = [fact(hall, "r", at=THEN)]
        source.rows = [fact(hall, "y", at=THEN)]
        versions = [make_draft(make_rule(), hall.supervisor),
                    make_draft(make_rule("red", "test.red"), hall.supervisor, colour=Colour.RED),
                    ]  # fmt: skip
        trial = simulation.try_on(versions, APRIL, by=hall.supervisor, at=NOW)
        red = trial.lines.get(colour="red")
        assert "会发 1 张黄牌、1 张红牌。" in page(at_desk(hall.supervisor), "trial", trial.pk)
        text = page(at_desk(hall.supervisor), "trial", trial.pk, query=f"?line={red.pk}")
        assert "办件 r " in text
        assert "办件 y " not in text


def test_a_line_of_another_trial_is_not_shown(hall: Hall, source: Facts) -> None:
    trial = trial_of(hall, source, 1)
    foreign_rule = make_rule("foreign")
    foreign = Hall()
    other = simulation.try_on([make_draft(foreign_rule, foreign.supervisor)], APRIL, by=foreign.supervisor, at=NOW)
    text = page(at_desk(hall.supervisor), "trial", trial.pk, query=f"?line={other.lines.get().pk}")
    assert "测试规则 foreign" not in text


@pytest.mark.parametrize(
    "data",
    [
        {"period": "2026-04"},
        {"period": ""},
        {"period": "2026-04-31"},
        {"period": "2026-05-20..2026-05-01"},
        {"period": "\x00"},
        {"period": "2099"},
        {"period": "２０２６-04"},
    ],
)
def test_a_trial_that_makes_no_sense_is_not_kept(hall: Hall, source: Facts, data: dict[str, str]) -> None:
    draft = make_draft(make_rule(), hall.supervisor)
    chosen = {} if data["period"] == "2026-04" else {"versions": [str(draft.pk)]}
    assert post(at_desk(hall.supervisor), "trial-new", **data, **chosen).status_code == 422
    assert not Trial.objects.exists()


def test_versions_of_other_centers_and_templates_are_not_tried(hall: Hall, source: Facts) -> None:
    rule = make_rule()
    foreign = make_draft(rule, Hall().supervisor)
    for version in (foreign, rule.versions.get(status="template")):
        answer = post(at_desk(hall.supervisor), "trial-new", versions=[str(version.pk)], period="2026-04")
        assert answer.status_code == 422
    assert not Trial.objects.exists()


def test_what_is_on_is_tried_too(hall: Hall, source: Facts) -> None:
    version = switched_on(hall)
    answer = post(at_desk(hall.supervisor), "trial-new", versions=[str(version.pk)], period="2026-04")
    assert answer.status_code == 302


def test_the_form_of_a_trial_begins_with_last_month(hall: Hall, source: Facts) -> None:
    make_draft(make_rule(), hall.supervisor)
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    assert f'value="{last:%Y-%m}"' in page(at_desk(hall.supervisor), "trial-new")


@pytest.mark.parametrize("query", ["?versions=x", "?versions=%00", "?versions=", "?versions=" + "1" * 500])
def test_absurd_choices_in_the_address_choose_nothing(hall: Hall, source: Facts, query: str) -> None:
    make_draft(make_rule(), hall.supervisor)
    assert "checked" not in page(at_desk(hall.supervisor), "trial-new", query=query)


def test_the_export_of_a_trial_is_its_list(hall: Hall, source: Facts) -> None:
    trial = trial_of(hall, source, 3)
    answer = post(at_desk(hall.supervisor), "trial-export", trial.pk, purpose="会议材料", form="xlsx")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    assert sum("超过承诺期限" in cell for cell in cells) == 3
    assert any("没有发牌" in cell for cell in cells)


def test_a_trial_page_costs_the_same_for_one_fact_and_for_many(hall: Hall, source: Facts) -> None:
    trial, browser, costs = trial_of(hall, source, 1), at_desk(hall.supervisor), []
    page(browser, "trial", trial.pk)
    for count in (1, 40):
        source.rows = [fact(hall, str(n), at=THEN) for n in range(count)]
        with CaptureQueriesContext(connection) as asked:
            page(browser, "trial", trial.pk)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_the_list_of_rules_costs_the_same_with_one_draft_and_with_three(hall: Hall, source: Facts) -> None:
    browser, costs = at_desk(hall.supervisor), []
    page(browser, "rules")
    for codes in (("one",), ("two", "three")):
        for code in codes:
            make_draft(make_rule(code), hall.supervisor)
        with CaptureQueriesContext(connection) as asked:
            page(browser, "rules")
        costs.append(len(asked))
    assert costs[0] == costs[1]


DAYS = [f"2026-04-{day:02d}" for day in (1, 2, 9, 15, 29, 30)]


@pytest.mark.parametrize(
    "period", ["2026-04", "2026-04-01", "2026-04-02..2026-04-15", "2026-W18", "2026-Q2", "2026-H1", "2026"]
)
def test_over_any_period_the_watch_raises_what_the_trial_said(hall: Hall, source: Facts, period: str) -> None:
    """The rule is switched on from the first day of the period and off at its end."""
    from hall.facts import periods  # noqa: PLC0415 - the only test that walks over periods

    span = periods.parse(period)
    source.rows = [fact(hall, day, at=moment(f"{day} 00:00")) for day in DAYS]
    source.rows += [fact(hall, f"{day} late", at=moment(f"{day} 23:59"), paused=day < "2026-04-09") for day in DAYS]
    draft = make_draft(make_rule(), hall.supervisor)
    (line,) = simulation.try_on([draft], span, by=hall.supervisor, at=moment("2026-05-01 09:00")).lines.all()
    rule_actions.switch_on(draft, applies_from=span.first, by=hall.supervisor, at=moment("2026-05-01 09:00"))
    RuleVersion.objects.filter(pk=draft.pk).update(applies_until=span.last + timedelta(days=1))
    result = watching.watch(at=moment("2026-05-01 10:00"))
    assert (result.cards, result.paused) == (line.count, line.paused)
    assert Card.objects.filter(staff=hall.clerk.staff).count() == line.people.get(str(hall.clerk.staff_id), 0)
    assert Card.objects.filter(department=hall.department).count() == line.departments.get(str(hall.department.pk), 0)


def test_a_trial_goes_no_further_than_the_centers_below(hall: Hall, source: Facts) -> None:
    below = make_center("乡镇便民服务中心", parent=hall.center)
    inside = make_staff(make_department(below))
    source.rows = [
        fact(hall, "below", at=THEN, center=below.pk, department=inside.department_id, window=None, staff=inside.pk),
        fact(Hall(), "elsewhere", at=THEN),
    ]
    trial = simulation.try_on([make_draft(make_rule(), hall.supervisor)], APRIL, by=hall.supervisor, at=NOW)
    line = trial.lines.get()
    assert (line.count, line.people) == (1, {str(inside.pk): 1})
