"""Real cases under the seeded rules: a real sweep, a real notice of holidays, real pauses, and the cards of them."""

from datetime import date, datetime, timedelta

import pytest

from approvals.cases import actions
from approvals.cases.actions.lateness import sweep
from approvals.cases.models import Case, Flag
from hall.facts import periods, sources
from hall.ledger.models import Event
from hall.outbox.models import Message
from hall.supervision import card_page, simulation, watching
from hall.supervision.actions import accountability, cards
from hall.supervision.actions import rules as rule_actions
from hall.supervision.actions.accountability import Ground as Beginning
from hall.supervision.enums import STANDING, CardState, Colour, Origin
from hall.supervision.models import Card, Deferral, RuleVersion, Signal, SuperviseRule
from tests.builders import Hall, accepted_case, make_case, make_item_version, moment
from tests.hall.supervision.builders import second_supervisor, subject
from tests.hall.workdays.builders import taken_in

# Accepted on Monday 2026-04-13 with 20 working days: due on 2026-05-13, late from the 14th on.
BEGUN = moment("2026-04-13 12:00")
LATE, LATER = moment("2026-05-14 09:00"), moment("2026-05-14 10:00")
HEAD = "date,kind,name,document_no\n"
# Invented amendments: a Wednesday off moves the day to the 14th; a make-up Saturday off does the same.
WEDNESDAY_OFF = HEAD + "2026-05-06,off,劳动节,测试〔2026〕1号\n"
HOLIDAY_WORKED = HEAD + "2026-05-05,work,劳动节,测试〔2026〕3号\n"


def on(hall: Hall, code: str, *, since: date = date(2026, 4, 1), at: datetime = BEGUN) -> RuleVersion:
    """A rule of the house, drafted from its template, tried and switched on."""
    draft = rule_actions.draft(SuperviseRule.objects.get(code=code), by=hall.supervisor, at=at)
    simulation.try_on([draft], periods.parse("2026-03"), by=hall.supervisor, at=at)
    return rule_actions.switch_on(draft, applies_from=since, by=hall.supervisor, at=at)


def promised(hall: Hall, days: int = 20, **facts: object) -> Case:
    version = make_item_version(hall.department, promise=(days, "workday"), statute=(40, "workday"), steps=())
    return accepted_case(hall, version, **facts)  # type: ignore[arg-type]


def look(at: datetime) -> watching.WatchResult:
    """What the scheduler does: flag what is late, then watch."""
    sweep(at=at)
    return watching.watch(at=at)


def carded(hall: Hall) -> tuple[Case, Card]:
    on(hall, "over_promise")
    case = promised(hall)
    assert look(LATE).cards == 1
    return case, Card.objects.get()


def test_a_case_past_its_promise_becomes_a_yellow_card_on_its_handler(hall: Hall) -> None:
    case, card = carded(hall)
    assert (card.colour, card.docket, card.staff_id) == (Colour.YELLOW, case.docket, case.handler_id)
    assert (card.department, card.window) == (hall.department, hall.window)
    assert card.happened_at == moment("2026-05-14 00:00")
    assert "超过承诺期限" in card.reason
    assert card.basis.startswith("某市行政审批电子监察办法")


def test_the_card_is_on_the_trail_of_the_case(hall: Hall) -> None:
    case, card = carded(hall)
    event = Event.objects.get(docket=case.docket, kind="supervision.card_raised")
    assert event.data == {"card": card.number, "colour": "yellow", "rule": "over_promise"}
    assert card_page.letter(card, LATE)["docket_url"] == f"/work/cases/{case.docket}/"


def test_a_day_earlier_there_is_nothing_to_raise(hall: Hall) -> None:
    on(hall, "over_promise")
    promised(hall)
    assert look(moment("2026-05-13 23:59")).cards == 0


def test_a_notice_that_takes_the_ground_away_takes_the_card_back(hall: Hall) -> None:
    case, card = carded(hall)
    taken_in(text=WEDNESDAY_OFF, by=None, at=LATER)
    assert Flag.objects.get(case=case, level="over_promise").withdrawn_at == LATER
    assert watching.review_grounds(at=LATER) == 1
    card.refresh_from_db()
    assert (card.state, card.ground, card.withdrawn_at) == (CardState.WITHDRAWN, "ground_gone", LATER)
    event = Event.objects.get(kind="supervision.card_withdraw")
    assert (event.docket, event.actor, event.data["from"]) == (case.docket, None, "awaiting")
    told = Message.objects.filter(template="supervision_withdrawn").values_list("recipient_ref", flat=True)
    assert set(told) == {str(hall.clerk.staff_id), str(hall.chief.staff_id)}
    assert "自动撤销" in [step["text"] for step in card_page.course(card)]


def test_a_regions_own_holiday_takes_cards_of_that_region_back(hall: Hall) -> None:
    _, card = carded(hall)
    taken_in(
        text=HEAD + "2026-05-06,off,建县纪念日,测试县发〔2026〕2号\n", by=None, at=LATER,
        region=hall.center.region_id, region_name="海港区",
    )  # fmt: skip
    assert watching.review_grounds(at=LATER) == 1
    card.refresh_from_db()
    assert card.state == CardState.WITHDRAWN


def test_the_holiday_of_another_region_takes_nothing_back(hall: Hall) -> None:
    carded(hall)
    text = HEAD + "2026-05-06,off,建县纪念日,外县发〔2026〕2号\n"
    taken_in(text=text, by=None, at=LATER, region="530000000000", region_name="外省")
    assert watching.review_grounds(at=LATER) == 0


@pytest.mark.parametrize("state", [s for s in STANDING if s != CardState.AWAITING])
def test_however_far_it_went_the_notice_takes_it_back(hall: Hall, state: str) -> None:
    _, card = carded(hall)
    readers = [second_supervisor(hall), second_supervisor(hall)]
    cards.answer(card, text="系统停机。", plea="force_majeure", by=hall.clerk, at=LATE)
    if state != CardState.ANSWERED:
        cards.uphold(card, text="没有停机记录。", by=readers[0], at=LATE)
    if state in (CardState.APPEALING, CardState.CONFIRMED):
        cards.appeal(card, text="附停机公告。", by=hall.clerk, at=LATE)
    if state == CardState.CONFIRMED:
        cards.confirm(card, text="维持。", by=readers[1], at=LATE)
    taken_in(text=WEDNESDAY_OFF, by=None, at=LATER)
    assert watching.review_grounds(at=LATER) == 1
    card.refresh_from_db()
    assert card.state == CardState.WITHDRAWN
    assert Event.objects.get(kind="supervision.card_withdraw").data["from"] == state


def test_a_record_built_on_the_card_gets_a_note_and_stays(hall: Hall) -> None:
    on(hall, "over_statute")
    accepted_case(hall, make_item_version(hall.department, steps=()))
    look(LATE)
    card = Card.objects.get()
    assert card.colour == Colour.RED
    cards.answer(card, text="x", plea="", by=hall.clerk, at=LATE)
    card = cards.uphold(card, text="x", by=second_supervisor(hall), at=LATE)
    record = accountability.open_record(
        subject=subject(hall), ground=Beginning(Origin.CARD, card=card), finding="超过法定期限。",
        by=hall.supervisor, at=LATE,
    )  # fmt: skip
    taken_in(text=WEDNESDAY_OFF, by=None, at=LATER)
    watching.review_grounds(at=LATER)
    note = record.notes.get()
    assert (note.noted_at, card.number in note.text) == (LATER, True)
    record.refresh_from_db()
    assert record.state == "found"


def test_a_notice_that_leaves_the_case_late_leaves_the_card_and_raises_no_other(hall: Hall) -> None:
    on(hall, "over_promise")
    case = promised(hall)
    late = moment("2026-05-20 09:00")
    look(late)
    taken_in(text=WEDNESDAY_OFF, by=None, at=late + timedelta(hours=1))
    look(late + timedelta(hours=2))
    assert Flag.objects.filter(case=case, level="over_promise", carried=True).exists()
    assert watching.review_grounds(at=late + timedelta(hours=2)) == 0
    assert [card.state for card in Card.objects.all()] == [CardState.AWAITING]


def test_a_case_late_again_after_the_notice_is_late_by_a_new_fact(hall: Hall) -> None:
    """The first lateness never was; the second, of the moved day, is another."""
    carded(hall)
    taken_in(text=WEDNESDAY_OFF, by=None, at=LATER)
    watching.review_grounds(at=LATER)
    assert look(moment("2026-05-14 23:00")).cards == 0
    assert look(moment("2026-05-15 09:00")).cards == 1
    states = dict(Card.objects.values_list("happened_at", "state"))
    assert states == {moment("2026-05-14 00:00"): "withdrawn", moment("2026-05-15 00:00"): "awaiting"}


def test_a_holiday_that_is_worked_after_all_makes_a_case_late_once(hall: Hall) -> None:
    on(hall, "over_promise")
    promised(hall)
    day_before = moment("2026-05-13 09:00")
    assert look(day_before).cards == 0
    taken_in(text=HOLIDAY_WORKED, by=None, at=day_before)
    assert look(day_before + timedelta(minutes=5)).cards == 1
    assert look(LATE).cards == 0


def test_a_case_that_was_closed_late_keeps_its_card(hall: Hall) -> None:
    case, _ = carded(hall)
    actions.grant(Case.objects.get(pk=case.pk), by=hall.approver, at=LATER)
    assert watching.review_grounds(at=LATER + timedelta(days=1)) == 0


def test_a_case_decided_in_time_never_gets_one(hall: Hall) -> None:
    on(hall, "over_promise")
    case = promised(hall)
    actions.grant(case, by=hall.approver, at=moment("2026-05-13 17:00"))
    assert look(LATE).cards == 0


def pause(hall: Hall, case: Case, at: datetime, days: int = 30) -> Case:
    case = Case.objects.get(pk=case.pk)
    return actions.pause(case, by=hall.approver, at=at, ground=hall.ground(), notified_days=days, reason="评审")


def test_a_paused_case_gets_no_card_however_long_it_stands(hall: Hall) -> None:
    on(hall, "over_promise")
    pause(hall, promised(hall), moment("2026-05-12 09:00"))
    for day in (14, 20, 29):
        assert look(moment(f"2026-05-{day} 09:00")).cards == 0
    assert not Card.objects.exists()


def test_a_case_flagged_and_then_paused_gets_its_card_when_it_runs_again(hall: Hall) -> None:
    """The promise is broken at midnight; the clock of the statute is stopped before the watch comes by."""
    on(hall, "over_promise")
    case = promised(hall)
    sweep(at=moment("2026-05-14 08:30"))
    pause(hall, case, moment("2026-05-14 08:45"))
    assert watching.watch(at=LATE).cards == 0
    assert Deferral.objects.get().reason == "paused"
    assert watching.watch(at=LATE + timedelta(days=40)).cards == 0
    actions.resume(Case.objects.get(pk=case.pk), by=hall.clerk, at=moment("2026-06-24 10:00"), ground=hall.ground())
    result = watching.watch(at=moment("2026-06-24 10:30"))
    assert (result.cards, Deferral.objects.count()) == (1, 0)
    assert Card.objects.get().happened_at == moment("2026-05-14 00:00")


def test_a_card_raised_before_a_pause_stays(hall: Hall) -> None:
    case, card = carded(hall)
    pause(hall, case, LATER)
    assert watching.review_grounds(at=LATER) == 0
    card.refresh_from_db()
    assert card.state == CardState.AWAITING


def test_promise_and_statute_are_two_facts_with_a_card_each(hall: Hall) -> None:
    on(hall, "over_promise")
    on(hall, "over_statute")
    case = accepted_case(hall, make_item_version(hall.department, promise=(5, "workday"), steps=()))
    assert look(moment("2026-04-21 09:00")).cards == 1
    assert look(LATE).cards == 1
    assert look(LATER).cards == 0
    assert set(Card.objects.filter(docket=case.docket).values_list("colour", flat=True)) == {"yellow", "red"}


def test_due_soon_is_a_signal_and_never_a_card(hall: Hall) -> None:
    on(hall, "due_soon")
    case = promised(hall)
    result = look(moment("2026-05-13 09:00"))
    assert (result.cards, result.signals) == (0, 1)
    signal = Signal.objects.get()
    assert (signal.docket, signal.staff_id) == (case.docket, case.handler_id)
    assert Message.objects.filter(template="supervision_signal").count() == 1


def test_nobody_told_for_five_days_is_deemed_acceptance_and_a_red_card(hall: Hall) -> None:
    on(hall, "deemed_accepted")
    case = make_case(hall)
    assert look(moment("2026-04-21 09:00")).cards == 1
    card = Card.objects.get()
    assert (card.colour, card.docket) == (Colour.RED, case.docket)
    assert "第三十二条" in card.basis


def test_cases_of_another_center_are_not_this_ones_business(hall: Hall) -> None:
    on(hall, "over_promise")
    promised(Hall())
    assert look(LATE).cards == 0


def test_no_citizen_is_named_on_a_card_or_in_its_messages(hall: Hall) -> None:
    _, card = carded(hall)
    written = [
        card.reason,
        card.fact_text,
        *(str(m.context) for m in Message.objects.filter(template__contains="superv")),
    ]
    assert not [text for text in written if "张小明" in text or "13800000000" in text]


MONTH = periods.parse("2026-05")


@pytest.mark.parametrize("code", ["over_promise", "over_statute", "due_soon"])
def test_a_trial_says_what_the_watch_then_raises(hall: Hall, code: str) -> None:
    for days in (5, 14, 18):
        accepted_case(hall, make_item_version(hall.department, promise=(days, "workday"), steps=()))
    stopped = accepted_case(hall, make_item_version(hall.department, promise=(13, "workday"), steps=()))
    sweep(at=moment("2026-05-05 09:00"))
    pause(hall, stopped, moment("2026-05-06 09:00"))
    sweep(at=LATE)
    draft = rule_actions.draft(SuperviseRule.objects.get(code=code), by=hall.supervisor, at=LATE)
    (line,) = simulation.try_on([draft], MONTH, by=hall.supervisor, at=LATE).lines.all()
    rule_actions.switch_on(draft, applies_from=MONTH.first, by=hall.supervisor, at=LATE)
    result = watching.watch(at=LATE)
    assert line.count == result.cards + result.signals > 0
    assert line.paused == result.paused
    made = [*Card.objects.values_list("fact_key", flat=True), *Signal.objects.values_list("fact_key", flat=True)]
    listed = {fact.key for fact in simulation.facts_of(line, offset=0, limit=99) if not fact.paused}
    assert set(made) == listed
    assert line.people == {str(hall.clerk.staff_id): len(made)}


def test_a_correction_of_the_calendar_changes_the_next_trial_and_not_the_last(hall: Hall) -> None:
    on(hall, "over_promise")
    promised(hall)
    sweep(at=LATE)
    draft = rule_actions.draft(SuperviseRule.objects.get(code="over_promise"), by=hall.supervisor, at=LATE)
    (before,) = simulation.try_on([draft], MONTH, by=hall.supervisor, at=LATE).lines.all()
    taken_in(text=WEDNESDAY_OFF, by=None, at=LATER)
    (after,) = simulation.try_on([draft], MONTH, by=hall.supervisor, at=LATER).lines.all()
    before.refresh_from_db()
    assert (before.count, after.count, simulation.total_of(before)) == (1, 0, 0)


@pytest.mark.django_db
def test_every_seeded_rule_of_cases_names_a_source_that_is_there() -> None:
    named = set(SuperviseRule.objects.filter(source__startswith="cases.").values_list("source", flat=True))
    assert len(named) == 13
    assert {code for code in named if not sources.known(code)} == set()
