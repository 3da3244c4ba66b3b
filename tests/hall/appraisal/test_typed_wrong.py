"""The clerk who types nonsense into drafts, decisions and objections: a sentence where it is wrong, nothing lost."""

from typing import Any

import pytest
from django.urls import reverse

from hall.appraisal.actions import sheets
from hall.appraisal.models import Award, Objection, SchemeVersion, Score
from hall.ledger.models import Event
from tests.builders import Hall
from tests.hall.appraisal.builders import (
    SCORED,
    bonus_line,
    draft,
    frozen,
    honoured,
    manual_line,
    nominated,
    run,
    second_supervisor,
    sheet_of,
)
from tests.hall.appraisal.pages import browser, read, send

pytestmark = pytest.mark.django_db


def typed(*lines: dict[str, str], **head: str) -> dict[str, Any]:
    """A draft as its page sends it."""
    data: dict[str, Any] = {
        "line-TOTAL_FORMS": len(lines), "line-INITIAL_FORMS": 0, "name": "月考", "source": "依据", "bonus_cap": "5",
    }  # fmt: skip
    for number, line in enumerate(lines):
        data |= {f"line-{number}-{name}": value for name, value in line.items()}
    return data | head


LINE = {"name": "巡查", "kind": "manual", "start": "full", "weight": "100"}


def sent(hall: Hall, version: SchemeVersion, data: dict[str, Any]) -> Any:
    return browser(hall.supervisor).post(reverse("appraisal:scheme_edit", args=[version.pk]), data)


@pytest.mark.parametrize(
    ("head", "sentence"),
    [({"name": ""}, "请填写名称"), ({"name": "长" * 61}, "最多 60 个字"), ({"source": ""}, "请填写依据"),
     ({"source": "长" * 301}, "最多 300 个字"), ({"bonus_cap": "11"}, "不能大于 10"),
     ({"bonus_cap": "很多"}, "要填数字"),
     ({"name": "a\x00"}, "不能保存的字符")],
)  # fmt: skip
def test_a_head_typed_wrong_comes_back_with_what_was_typed(hall: Hall, head: dict[str, str], sentence: str) -> None:
    version = draft(hall, manual_line(100))
    response = sent(hall, version, typed({**LINE, "name": "新写的项目"}, **head))
    page = response.content.decode()
    assert (response.status_code, sentence in page, "新写的项目" in page) == (422, True, True)
    version.refresh_from_db()
    assert (version.name, version.lines.get().name) == ("月考", "人工项")


@pytest.mark.parametrize("count", [None, "", "x", "-1", "41", "99999"])
def test_a_page_that_miscounts_its_rows_loses_nothing(hall: Hall, count: str | None) -> None:
    version, data = draft(hall, manual_line(100)), typed(LINE)
    del data["line-TOTAL_FORMS"]
    response = sent(hall, version, data | ({} if count is None else {"line-TOTAL_FORMS": count}))
    assert response.status_code in (302, 422)
    assert version.lines.exists() or response.status_code == 302


def test_a_page_that_claims_a_thousand_rows_is_refused_without_showing_them(hall: Hall) -> None:
    version = draft(hall, manual_line(100))
    response = sent(hall, version, typed(LINE) | {"line-TOTAL_FORMS": "1000"})
    assert response.status_code == 422
    assert response.content.decode().count('-kind"') < 50 * 4  # a row names it four times; one is the empty row


def test_a_draft_that_does_not_sum_is_saved_and_says_so(hall: Hall) -> None:
    version = draft(hall, manual_line(100))
    assert sent(hall, version, typed({**LINE, "weight": "40"})).status_code == 302
    assert "合计 40 分，应为 100 分" in read(hall.supervisor, "scheme", version.pk)


def test_a_bonus_typed_with_a_weight_has_none(hall: Hall) -> None:
    version = draft(hall, manual_line(100))
    bonus = {**LINE, "name": "加分", "bonus": "on", "weight": "30", "cap": "3"}
    assert sent(hall, version, typed(LINE, bonus)).status_code == 302
    made = version.lines.get(bonus=True)
    assert (made.weight, made.cap, made.start) == (0, 3, "zero")


def test_a_cap_of_nought_takes_every_bonus_back(hall: Hall) -> None:
    period = run(hall, manual_line(100), {**bonus_line("attendance.late"), "kind": "manual", "source": ""}, bonus_cap=0)
    sheet, line = sheet_of(period, hall.clerk), period.version.lines.get(bonus=True)
    row = sheets.mark(sheet, line=line, points=3, evidence="表扬信", by=hall.supervisor, at=SCORED)  # type: ignore[arg-type]
    sheets.decide_mark(row, agree=True, by=second_supervisor(hall), at=SCORED)
    assert Score.objects.get(pk=sheet.pk).total == 100
    assert sheet.entries.get(key="bonus-cap").points == -3


def an_objection(hall: Hall) -> Objection:
    sheet = sheet_of(run(hall, manual_line(100)), hall.clerk)
    facts = {"line": sheet.period.version.lines.get(), "key": "x:1", "text": "记分", "points": -1, "grounds": "不对"}
    return Objection.objects.create(score=sheet, raised_by=hall.clerk, raised_at=SCORED, **facts)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({"strike": "yes", "reason": ""}, "请填写裁定理由"), ({"reason": "属实"}, "请选择裁定"),
     ({"strike": "half", "reason": "x"}, "裁定"), ({"strike": "no", "reason": "长" * 301}, "最多 300 个字"),
     ({"strike": "no", "reason": "\x00x"}, "不能保存的字符")],
)  # fmt: skip
def test_a_ruling_typed_wrong_decides_nothing(hall: Hall, data: dict[str, str], sentence: str) -> None:
    row = an_objection(hall)
    response = send(hall.supervisor, "objection", row.pk, **data)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    row.refresh_from_db()
    assert row.state == "open"


def test_a_ruling_pressed_twice_is_one(hall: Hall) -> None:
    row = an_objection(hall)
    assert send(hall.supervisor, "objection", row.pk, strike="yes", reason="属实").status_code == 302
    again = send(second_supervisor(hall), "objection", row.pk, strike="no", reason="反对")
    assert (again.status_code, "已经裁定" in again.content.decode()) == (422, True)
    assert Event.objects.filter(kind="appraisal.objection_decided").count() == 1


@pytest.mark.parametrize(
    ("data", "sentence"),
    [({"publish": "yes", "reasons": ""}, "请填写理由"), ({"reasons": "好"}, "请选择评定"),
     ({"publish": "yes", "reasons": "长" * 501}, "最多 500 个字"), ({"publish": "perhaps", "reasons": "好"}, "评定"),
     ({"publish": "yes", "reasons": "好"}, "不符合评选条件")],
)  # fmt: skip
def test_a_decision_typed_wrong_publishes_nothing(hall: Hall, data: dict[str, str], sentence: str) -> None:
    row = nominated(hall, by=hall.chief)
    response = send(hall.supervisor, "award_decide", row.pk, **data)
    assert (response.status_code, sentence in response.content.decode()) == (422, True)
    assert Award.objects.get(pk=row.pk).state == "nominated"


@pytest.mark.parametrize("reason", ["", " ", "长" * 201, "\x00"])
def test_an_honour_is_not_taken_back_without_a_reason(hall: Hall, reason: str) -> None:
    row = honoured(hall)
    assert send(hall.supervisor, "award_withdraw", row.pk, reason=reason).status_code == 422
    assert Award.objects.get(pk=row.pk).state == "published"


def test_an_honour_taken_back_twice_says_so(hall: Hall) -> None:
    row = honoured(hall)
    codes = [send(hall.supervisor, "award_withdraw", row.pk, reason="查实").status_code for _ in range(2)]
    assert codes == [302, 422]
    assert Event.objects.filter(kind="awards.withdrawn").count() == 1


@pytest.mark.parametrize("step", ["announce", "reopen", "freeze", "recompute"])
def test_every_step_on_a_frozen_period_is_told_to_be_too_late(hall: Hall, step: str) -> None:
    period = frozen(hall, manual_line(100))
    address = reverse("appraisal:period_step", args=[period.pk, step])
    page = browser(hall.supervisor).post(address, follow=True).content.decode()
    assert "不能这样办理" in page or "不再计算" in page
    period.refresh_from_db()
    assert period.state == "frozen"
