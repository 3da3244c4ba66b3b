"""Bulletins: frozen figures, two people, a gapless number, and nothing changed once it is out."""

from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from hall.conduct import bulletin_page, queries, rules
from hall.conduct.actions import bulletins
from hall.conduct.enums import BulletinState
from hall.conduct.models import Bulletin
from hall.conduct.transitions import BULLETIN
from hall.facts import indicators, sources
from hall.facts.errors import NotPermitted, Refused
from hall.facts.indicators import Figure, Indicator
from hall.facts.periods import parse
from hall.facts.slices import Slice
from tests.builders import Hall
from tests.hall.conduct.builders import (
    MONDAY,
    an_indicator,
    drafted,
    published,
    second_supervisor,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registries(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test announces is forgotten after it."""
    monkeypatch.setattr(sources, "_sources", dict(sources._sources))
    monkeypatch.setattr(indicators, "_indicators", dict(indicators._indicators))


def test_the_figures_are_frozen_with_everything_that_makes_them_honest(hall: Hall) -> None:
    row = drafted(hall)
    (figure,) = row.figures
    assert figure | {"missing": ""} == figure
    assert (figure["numerator"], figure["denominator"], figure["text"]) == (3, 4, "75%")
    assert (figure["definition"], figure["excludes"], figure["source"]) == (
        "分子比分母。",
        "作废的。",
        "测试办法第一条",
    )
    assert row.frozen_at == MONDAY
    an_indicator(numerator=4)  # the world goes on
    row.refresh_from_db()
    assert row.figures[0]["numerator"] == 3


def test_the_first_text_tells_every_figure_and_what_has_none(hall: Hall) -> None:
    indicators.register(Indicator("test.none", "没有来源的", "。", missing="热线还没有接入"))
    indicators.register(Indicator("test.count", "件数", "。", compute=lambda *_: Figure(1234)))
    body = drafted(hall, codes=(an_indicator(), "test.none", "test.count")).body
    assert "测试比例：75%（3 / 4）。" in body
    assert "没有来源的：暂无数据（热线还没有接入）。" in body
    assert "件数：1,234。" in body
    assert "截至 2026-10-12 09:00" in body


def test_the_centers_below_are_counted_in_and_no_others(hall: Hall) -> None:
    below, asked = Hall(), list[Slice]()
    below.center.parent = hall.center
    below.center.save()

    def compute(part: Slice, _: datetime) -> Figure:
        asked.append(part)
        return Figure(0)

    indicators.register(Indicator("test.asked", "问", "。", compute=compute))
    Hall()
    bulletins.freeze(center=hall.center, period=parse("2026-09"), codes=["test.asked"], at=MONDAY)
    assert asked[0].centers == {hall.center.pk, below.center.pk}


def test_only_supervisors_of_the_place_draft(hall: Hall) -> None:
    facts: dict[str, Any] = {"center": hall.center, "audience": "internal", "period": parse("2026-09"), "title": "通报"}
    for user in (hall.clerk, hall.approver, hall.chief, hall.admin, hall.auditor, Hall().supervisor):
        with pytest.raises(NotPermitted):
            bulletins.draft(**facts, codes=[an_indicator()], by=user, at=MONDAY)


@pytest.mark.parametrize(("facts", "field"), [({"codes": []}, "codes"), ({"period": parse("2027")}, "period")])
def test_a_draft_needs_figures_of_days_that_have_begun(hall: Hall, facts: dict[str, Any], field: str) -> None:
    wanted = {"codes": [an_indicator()], "period": parse("2026-09"), **facts}
    with pytest.raises(Refused) as refusal:
        bulletins.draft(center=hall.center, audience="internal", title="通报", by=hall.supervisor, at=MONDAY, **wanted)
    assert refusal.value.field == field


def test_the_author_writes_and_a_second_person_publishes(hall: Hall) -> None:
    row = bulletins.edit(
        bulletin=drafted(hall), title="新标题", body="正文", audience="public", by=hall.supervisor, at=MONDAY
    )
    bulletins.submit(bulletin=row, by=hall.supervisor, at=MONDAY)
    with pytest.raises(NotPermitted, match="起草的人不能审核"):
        bulletins.publish(bulletin=row, by=hall.supervisor, at=MONDAY)
    other = second_supervisor(hall)
    row = bulletins.publish(bulletin=row, by=other, at=MONDAY)
    assert (row.state, row.published_by, row.number) == (BulletinState.PUBLISHED, other, "〔2026〕第 1 期")
    assert (row.title, row.body, row.audience) == ("新标题", "正文", "public")


def test_it_goes_back_with_a_word(hall: Hall) -> None:
    row, other = submitted(hall), second_supervisor(hall)
    with pytest.raises(Refused) as refusal:
        bulletins.send_back(bulletin=row, note=" ", by=other, at=MONDAY)
    assert refusal.value.field == "note"
    row = bulletins.send_back(bulletin=row, note="补充原因", by=other, at=MONDAY)
    assert (row.state, row.return_note) == ("draft", "补充原因")
    row = bulletins.submit(bulletin=row, by=hall.supervisor, at=MONDAY)
    assert row.return_note == ""


def test_numbers_have_no_gap_and_begin_anew_each_year_and_center(hall: Hall) -> None:
    other = second_supervisor(hall)
    first, gone = published(hall, other), submitted(hall)
    with transaction.atomic():
        bulletins.publish(bulletin=gone, by=other, at=MONDAY)
        transaction.set_rollback(True)  # something failed after the number was taken
    second = published(hall, other)
    assert (first.serial, second.serial) == (1, 2)
    assert published(hall, other, at=MONDAY.replace(year=2025)).number == "〔2025〕第 1 期"
    elsewhere = Hall()
    assert published(elsewhere).serial == 1


@pytest.mark.parametrize(
    "change",
    [{"title": "改"}, {"body": "改"}, {"figures": []}, {"audience": "public"}, {"serial": 9}, {"state": "draft"}],
)
def test_the_database_keeps_what_was_published(hall: Hall, change: dict[str, Any]) -> None:
    row = published(hall)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bulletin.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()


def test_a_withdrawn_one_stays_readable_with_its_reason(hall: Hall) -> None:
    row = published(hall, audience="public")
    with pytest.raises(Refused) as refusal:
        bulletins.withdraw(bulletin=row, reason="", by=hall.supervisor, at=MONDAY)
    assert refusal.value.field == "reason"
    row = bulletins.withdraw(bulletin=row, reason="数据口径有误", by=hall.supervisor, at=MONDAY)
    assert (row.state, row.number, row.withdrawal) == ("withdrawn", "〔2026〕第 1 期", "数据口径有误")
    assert row in queries.public_bulletins()
    with pytest.raises(Refused):
        bulletins.withdraw(bulletin=row, reason="再撤一次", by=hall.supervisor, at=MONDAY)


def in_state(state: str, hall: Hall) -> Bulletin:
    if state == "withdrawn":
        return bulletins.withdraw(bulletin=published(hall), reason="误", by=hall.supervisor, at=MONDAY)
    return {"draft": drafted, "submitted": submitted, "published": published}[state](hall)


@pytest.mark.parametrize("state", BulletinState.values)
def test_who_may_do_what_in_which_state(hall: Hall, state: str) -> None:
    row, other = in_state(state, hall), second_supervisor(hall)
    for user in (*hall.everybody(), other, *Hall().everybody()):
        author, second = user == hall.supervisor, user == other
        assert rules.may_edit_bulletin(user, row) == (author and state == "draft"), user.role
        assert rules.may_review_bulletin(user, row) == (second and state == "submitted"), user.role
        assert rules.may_withdraw_bulletin(user, row) == ((author or second) and state == "published"), user.role


@pytest.mark.parametrize("state", BulletinState.values)
def test_the_actions_follow_the_table(hall: Hall, state: str) -> None:
    row, other = in_state(state, hall), second_supervisor(hall)
    facts = {"title": "题", "body": "文", "audience": "internal"}
    deeds = {
        "edit": lambda: bulletins.edit(bulletin=row, **facts, by=hall.supervisor, at=MONDAY),
        "submit": lambda: bulletins.submit(bulletin=row, by=hall.supervisor, at=MONDAY),
        "return": lambda: bulletins.send_back(bulletin=row, note="改", by=other, at=MONDAY),
        "publish": lambda: bulletins.publish(bulletin=row, by=other, at=MONDAY),
        "withdraw": lambda: bulletins.withdraw(bulletin=row, reason="误", by=other, at=MONDAY),
    }
    assert set(deeds) == set(BULLETIN)
    for name, deed in deeds.items():
        with transaction.atomic():
            if state in BULLETIN[name][0]:
                assert deed().state == BULLETIN[name][1], name
            else:
                with pytest.raises(Refused):
                    deed()
            transaction.set_rollback(True)


@pytest.mark.parametrize("state", BulletinState.values)
def test_who_reads_what(hall: Hall, state: str) -> None:
    row, done = in_state(state, hall), state in ("published", "withdrawn")
    for user in hall.everybody():
        writes = user == hall.supervisor
        assert queries.bulletins_for(user).filter(pk=row.pk).exists() == (writes or done), user.role
    assert not queries.bulletins_for(Hall().clerk).exists(), "an internal one stays in its house"
    assert not queries.public_bulletins().exists()


@pytest.mark.parametrize(
    ("denominator", "audience", "hidden"), [(9, "public", True), (10, "public", False), (9, "internal", False)]
)
def test_small_groups_are_hidden_where_everybody_reads(
    hall: Hall, denominator: int, audience: str, hidden: bool
) -> None:
    row = drafted(hall, audience=audience, codes=(an_indicator(numerator=1, denominator=denominator),))
    (line,) = bulletin_page.rows_of(row)
    assert (line.text == "—", line.fraction == "", line.value is None) == (hidden, hidden, hidden)
    assert ("样本不足 10 件" in line.note) == hidden


def test_the_period_is_told_as_people_say_it(hall: Hall) -> None:
    assert bulletin_page.period_label(Bulletin(period="2026-09")) == "2026 年 9 月"
    assert bulletin_page.period_label(Bulletin(period="nonsense")) == "nonsense"


def test_no_number_of_a_person_stands_in_a_bulletin(hall: Hall) -> None:
    with pytest.raises(Refused) as refusal:
        bulletins.edit(
            bulletin=drafted(hall),
            title="题",
            body="办事人 13912345678",
            audience="internal",
            by=hall.supervisor,
            at=MONDAY,
        )
    assert refusal.value.field == "body"


def test_the_text_for_everybody_does_not_tell_what_the_table_hides(hall: Hall) -> None:
    codes = (an_indicator(numerator=1, denominator=9),)
    open_draft, own_draft = drafted(hall, audience="public", codes=codes), drafted(hall, codes=codes)
    assert "样本不足 10 件" in open_draft.body
    assert "1 / 9" not in open_draft.body
    facts = {"title": "题", "body": own_draft.body, "by": hall.supervisor, "at": MONDAY}
    bulletins.edit(bulletin=own_draft, audience="public", **facts)
    with pytest.raises(Refused, match="样本不足 10 件"):
        bulletins.submit(bulletin=own_draft, by=hall.supervisor, at=MONDAY)
    bulletins.edit(bulletin=own_draft, audience="internal", **facts)
    assert bulletins.submit(bulletin=own_draft, by=hall.supervisor, at=MONDAY).state == "submitted"
