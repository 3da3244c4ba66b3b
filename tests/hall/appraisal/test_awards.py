"""Honours: drawn up from sheets with reasons, nominated by one, decided by another, published, taken back."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from hall.access.models import User
from hall.appraisal import candidates, queries, rules
from hall.appraisal.actions import awards, periods
from hall.appraisal.models import Award
from hall.facts.errors import NotPermitted, Refused
from hall.ledger.models import Event
from hall.organisation.models import Staff
from hall.outbox.models import Message
from tests.builders import Hall, moment
from tests.hall.appraisal.builders import (
    OCTOBER,
    SCORED,
    ListSource,
    announced,
    attended,
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
ROLES = ("clerk", "other_clerk", "approver", "chief", "supervisor", "admin", "auditor")
CODES = ("cases.closed", "supervision.red", "complaints.upheld")


@pytest.fixture
def world() -> Iterator[dict[str, ListSource]]:
    with ExitStack() as stack:
        yield dict(zip(CODES, stack.enter_context(announced(*CODES)), strict=True))


def deserving(hall: Hall, world: dict[str, ListSource], staff: Staff, closed: int = 20) -> None:
    """Somebody who fulfils every condition."""
    for _ in range(closed):
        world["cases.closed"].happened(hall, staff)
    attended(hall, staff)


def nominate(hall: Hall, by: User | None = None, **facts: Any) -> Award:
    defaults = {"kind": "star", "period": OCTOBER, "evidence": "办件又快又好", "at": SCORED}
    return awards.nominate(facts.pop("subject", hall.clerk.staff), by=by or hall.chief, **{**defaults, **facts})


def test_who_fulfils_every_condition_is_nominated_with_what_was_known(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    made = nominate(hall)
    assert (made.state, made.first, made.last) == ("nominated", OCTOBER.first, OCTOBER.last)
    assert {"ok": True, "text": "办结 20 件，达到最低 20 件"} in made.figures


@pytest.mark.parametrize(
    ("code", "sentence"), [("supervision.red", "1 张督查红牌"), ("complaints.upheld", "1 件有责投诉")]
)
def test_a_red_card_or_an_upheld_complaint_bars(
    hall: Hall, world: dict[str, ListSource], code: str, sentence: str
) -> None:
    deserving(hall, world, hall.clerk.staff)
    world[code].happened(hall, hall.clerk.staff)
    with pytest.raises(Refused, match=sentence):
        nominate(hall)


def test_a_red_card_of_another_month_does_not_bar(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    world["supervision.red"].happened(hall, hall.clerk.staff, "2026-09-30 10:00")
    assert nominate(hall).pk


def test_a_red_card_of_a_colleague_does_not_bar(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    world["supervision.red"].happened(hall, hall.approver.staff)
    assert nominate(hall).pk


def test_too_few_cases_are_no_hundred_per_cent(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff, closed=19)
    with pytest.raises(Refused, match="办结 19 件，不到最低 20 件"):
        nominate(hall)


@pytest.mark.parametrize("presence", ["absent", "late"])
def test_who_was_away_has_no_full_attendance(hall: Hall, world: dict[str, ListSource], presence: str) -> None:
    deserving(hall, world, hall.clerk.staff)
    attended(hall, hall.clerk.staff, half="afternoon", presence=presence)
    with pytest.raises(Refused, match="缺勤或迟到 1 次"):
        nominate(hall)


def test_leave_and_site_visits_are_full_attendance(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    attended(hall, hall.clerk.staff, half="afternoon", presence="site")
    attended(hall, hall.clerk.staff, day="2026-10-13", presence="leave")
    assert nominate(hall).pk


def test_a_window_is_judged_by_its_people(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    assert nominate(hall, subject=hall.window, kind="banner").window == hall.window
    attended(hall, hall.clerk.staff, half="afternoon", presence="absent")
    with pytest.raises(Refused):
        nominate(hall, subject=hall.window, kind="banner", period=OCTOBER.following())


def test_an_honour_is_given_to_what_it_is_for(hall: Hall, world: dict[str, ListSource]) -> None:
    for subject, kind in ((hall.window, "star"), (hall.clerk.staff, "banner")):
        with pytest.raises(Refused, match="红旗窗口授予窗口"):
            nominate(hall, subject=subject, kind=kind)


def test_nobody_is_nominated_twice_for_the_same(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    nominate(hall)
    with pytest.raises(Refused, match="已有同一荣誉"):
        nominate(hall, by=hall.supervisor)
    with pytest.raises(IntegrityError), transaction.atomic():
        nominated(hall)


def test_a_model_post_has_a_term(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    term = (date(2026, 11, 1), date(2027, 10, 31))
    made = nominate(hall, kind="post", term=term)
    assert (made.first, made.last) == term
    with pytest.raises(Refused, match="不能早于"):
        nominate(hall, kind="post", period=OCTOBER.previous(), term=term[::-1])


@pytest.mark.parametrize("who", ROLES)
def test_who_nominates(hall: Hall, who: str) -> None:
    assert rules.may_nominate(getattr(hall, who), hall.clerk.staff) is (who in ("chief", "supervisor"))
    assert rules.may_nominate(getattr(hall, who), hall.window) is (who in ("chief", "supervisor"))


def test_nobody_nominates_himself_or_in_another_house(hall: Hall) -> None:
    assert not rules.may_nominate(hall.chief, hall.chief.staff)
    assert not rules.may_nominate(Hall().chief, hall.clerk.staff)
    assert not rules.may_nominate(Hall().supervisor, hall.clerk.staff)
    with pytest.raises(NotPermitted):
        nominate(hall, by=hall.clerk)


@pytest.mark.parametrize("who", ROLES)
def test_who_decides(hall: Hall, who: str) -> None:
    row = nominated(hall, by=hall.chief)
    assert rules.may_decide_award(getattr(hall, who), row) is (who == "supervisor")


def test_who_nominated_does_not_decide(hall: Hall, world: dict[str, ListSource]) -> None:
    row = nominated(hall, by=hall.supervisor)
    with pytest.raises(NotPermitted, match="第二人"):
        awards.publish(row, reasons="好", by=hall.supervisor, at=SCORED)
    facts = {"state": "refused", "decided_by": hall.supervisor, "decided_at": SCORED}
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=row.pk).update(**facts)


def test_nobody_decides_on_himself(hall: Hall) -> None:
    row = nominated(hall, hall.supervisor.staff, by=hall.chief)
    assert not rules.may_decide_award(hall.supervisor, row)


def test_what_is_published_says_its_reasons_and_its_days_of_notice(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    frozen(hall, manual_line(100))
    row = awards.publish(nominate(hall), reasons="当月办结最多", by=hall.supervisor, at=SCORED)
    assert (row.state, row.notice_until) == ("published", date(2026, 11, 9))
    assert Message.objects.get(template="award_published").recipient_ref == str(hall.clerk.staff_id)
    assert list(Event.objects.filter(kind__startswith="awards.").values_list("kind", flat=True).order_by("pk")) == [
        "awards.nominated", "awards.published"
    ]  # fmt: skip


def test_a_red_card_after_the_nomination_stops_the_publication(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    row = nominate(hall)
    world["supervision.red"].happened(hall, hall.clerk.staff)
    with pytest.raises(Refused, match="情况有变"):
        awards.publish(row, reasons="好", by=hall.supervisor, at=SCORED)


@pytest.mark.parametrize("state", ["none", "open", "objection", "of windows", "of another month"])
def test_an_honour_waits_until_the_sheets_of_its_period_are_frozen(
    hall: Hall, world: dict[str, ListSource], state: str
) -> None:
    deserving(hall, world, hall.clerk.staff)
    if state in ("open", "objection"):
        made = run(hall, manual_line(100))
        if state == "objection":
            periods.announce(made, by=hall.supervisor, at=SCORED)
    if state == "of windows":
        frozen(hall, manual_line(100), subject="window")
    if state == "of another month":
        frozen(hall, manual_line(100), code="2026-09")
    row = nominate(hall)
    with pytest.raises(Refused, match="定分以后才能公布荣誉") as refusal:
        awards.publish(row, reasons="好", by=hall.supervisor, at=SCORED)
    assert refusal.value.field == "reasons"
    row.refresh_from_db()
    assert row.state == "nominated"


def test_a_banner_rests_on_the_sheets_of_windows(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    frozen(hall, manual_line(100), subject="window")
    row = nominate(hall, subject=hall.window, kind="banner")
    assert awards.publish(row, reasons="好", by=hall.supervisor, at=SCORED).state == "published"


@pytest.mark.parametrize("reasons", ["", " ", "帮助了电话 13800000000 的群众"])
def test_reasons_are_needed_and_name_no_citizen(hall: Hall, world: dict[str, ListSource], reasons: str) -> None:
    deserving(hall, world, hall.clerk.staff)
    with pytest.raises(Refused) as refusal:
        awards.publish(nominate(hall), reasons=reasons, by=hall.supervisor, at=SCORED)
    assert refusal.value.field == "reasons"


def test_a_refused_nomination_keeps_its_reason_and_frees_the_place(hall: Hall) -> None:
    row = awards.refuse(nominated(hall, by=hall.chief), reason="材料不足", by=hall.supervisor, at=SCORED)
    assert (row.state, row.reasons) == ("refused", "材料不足")
    assert nominated(hall, by=hall.chief).pk != row.pk


def test_an_honour_taken_back_leaves_the_public_page_and_keeps_its_reason(hall: Hall) -> None:
    row = honoured(hall)
    awards.withdraw(row, reason="查实弄虚作假", by=hall.supervisor, at=SCORED)
    row.refresh_from_db()
    assert (row.state, row.withdrawal) == ("withdrawn", "查实弄虚作假")
    assert not queries.published().exists()
    with pytest.raises(Refused):
        awards.withdraw(row, reason="再来", by=hall.supervisor, at=SCORED)


@pytest.mark.parametrize(("on", "count"), [("2026-10-01", 1), ("2026-11-30", 1), ("2027-01-15", 0), ("2026-09-30", 0)])
def test_badges_are_shown_for_a_while(hall: Hall, on: str, count: int) -> None:
    honoured(hall)
    honoured(hall, hall.window)
    day = date.fromisoformat(on)
    assert len(queries.honours_of(hall.clerk.staff, on=day)) == count
    assert len(queries.honours_of(hall.window, on=day)) == count


def test_a_model_post_is_shown_to_the_end_of_its_term_and_no_longer(hall: Hall) -> None:
    honoured(hall, kind="post", first=date(2026, 1, 1), last=date(2026, 10, 31))
    assert queries.honours_of(hall.clerk.staff, on=date(2026, 10, 31))
    assert not queries.honours_of(hall.clerk.staff, on=date(2026, 11, 1))


def test_candidates_are_drawn_up_from_the_sheets_with_ties_and_reasons(
    hall: Hall, world: dict[str, ListSource]
) -> None:
    deserving(hall, world, hall.clerk.staff)
    run(hall, manual_line(100))
    drawn = candidates.drawn_up("star", hall.center, OCTOBER, date(2026, 11, 2))
    assert all(one.tied for one in drawn)
    assert [one.subject for one in drawn if one.ok] == [hall.clerk.staff]


def test_each_source_is_asked_once_for_all_candidates(hall: Hall, world: dict[str, ListSource]) -> None:
    run(hall, manual_line(100))
    candidates.drawn_up("star", hall.center, OCTOBER, date(2026, 11, 2))
    assert {code: source.asked for code, source in world.items()} == dict.fromkeys(CODES, 1)


def test_without_sheets_there_are_no_candidates(hall: Hall) -> None:
    assert candidates.drawn_up("banner", hall.center, OCTOBER, date(2026, 11, 2)) == []
    assert "还没有考核分" in read(hall.supervisor, "candidates", period="2026-10")


def test_the_star_is_drawn_up_nominated_decided_and_published(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    frozen(hall, manual_line(100))
    page = read(hall.chief, "candidates", period="2026-10")
    address = reverse("appraisal:nominate", args=["star", hall.clerk.staff_id]) + "?period=2026-10"
    assert address in page
    assert reverse("appraisal:nominate", args=["star", hall.approver.staff_id]) not in page
    assert browser(hall.chief).post(address, {"evidence": "办件又快又好"}).status_code == 302
    row = Award.objects.get()
    assert "办件又快又好" in read(hall.supervisor, "award", row.pk)
    assert send(hall.supervisor, "award_decide", row.pk, publish="yes", reasons="当月零差错").status_code == 302
    public = read(hall.auditor, "honours")
    assert hall.clerk.staff.name in public
    assert "当月零差错" in public
    assert hall.clerk.staff.name in read(hall.clerk, "certificate", row.pk)
    assert sheet_of(candidates.sheets_for("star", hall.center, OCTOBER), hall.clerk).rank == 1  # type: ignore[arg-type]


def test_a_nomination_that_may_not_be_comes_back_with_its_sentence(hall: Hall, world: dict[str, ListSource]) -> None:
    response = send(hall.supervisor, "nominate", "star", hall.clerk.staff_id, evidence="好")
    assert response.status_code == 422
    assert "不符合评选条件" in response.content.decode()


@pytest.mark.parametrize(("kind", "who", "status"), [("nonsense", "clerk", 404), ("star", "chief", 403)])
def test_what_cannot_be_nominated_has_no_page(hall: Hall, kind: str, who: str, status: int) -> None:
    read(hall.chief, "nominate", kind, getattr(hall, who).staff_id, status=status)


def test_a_model_post_asks_for_its_term(hall: Hall, world: dict[str, ListSource]) -> None:
    response = send(hall.supervisor, "nominate", "post", hall.clerk.staff_id, evidence="好", first="2026-11-01")
    assert response.status_code == 422
    assert "开始和截止" in response.content.decode()


def test_an_honour_is_taken_back_from_its_page(hall: Hall) -> None:
    row = honoured(hall)
    assert "撤销" in read(hall.supervisor, "award", row.pk)
    assert send(hall.supervisor, "award_withdraw", row.pk, reason="查实弄虚作假").status_code == 302
    assert "查实弄虚作假" in read(hall.supervisor, "award", row.pk)
    read(hall.supervisor, "certificate", row.pk, status=404)


@pytest.mark.parametrize("state", ["nominated", "refused", "withdrawn"])
def test_the_public_sees_only_what_is_published(hall: Hall, state: str) -> None:
    decided = {} if state == "nominated" else {"decided_by": hall.chief, "decided_at": SCORED}
    nominated(hall, state=state, **decided)
    assert hall.clerk.staff.name not in read(hall.auditor, "honours")


def test_the_public_page_is_narrowed_by_center_and_honour(hall: Hall) -> None:
    honoured(hall)
    page = read(hall.auditor, "honours", center=str(hall.center.pk), kind="star")
    assert hall.clerk.staff.name in page
    assert hall.clerk.staff.name not in read(hall.auditor, "honours", kind="banner")
    assert hall.clerk.staff.name not in read(hall.auditor, "honours", center=str(Hall().center.pk))


def test_nominations_are_seen_by_who_leads_and_who_watches(hall: Hall) -> None:
    row = nominated(hall)
    for user, status in ((hall.chief, 200), (hall.supervisor, 200), (hall.auditor, 200), (hall.clerk, 404)):
        read(user, "award", row.pk, status=status)


def test_the_list_is_filtered_and_exported(hall: Hall) -> None:
    honoured(hall)
    assert hall.clerk.staff.name in read(hall.supervisor, "awards", kind="star", state="published")
    assert hall.clerk.staff.name not in read(hall.supervisor, "awards", state="refused")
    response = send(hall.supervisor, "awards_export", purpose="存档", form="xlsx")
    assert b"".join(response.streaming_content)[:2] == b"PK"


def test_two_supervisors_publish_once(hall: Hall, world: dict[str, ListSource]) -> None:
    deserving(hall, world, hall.clerk.staff)
    frozen(hall, manual_line(100))
    row = nominate(hall)
    awards.publish(row, reasons="好", by=hall.supervisor, at=SCORED)
    with pytest.raises(Refused, match="刷新页面"):
        awards.publish(row, reasons="好", by=second_supervisor(hall), at=moment("2026-11-03 09:00"))
