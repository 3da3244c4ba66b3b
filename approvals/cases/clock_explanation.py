"""Why that day: every clock of a case told day by day, with the articles and notices it rests on. Pure.

    explain(facts, ClockKind.DECISION, calendar, today=…) -> Explanation, or None where the case has no such clock

templates/components/ruler.html shows it on the case page, on the public page and in print.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from approvals.cases.clock import Reach, reach_of, reaches
from approvals.cases.clock_facts import (
    CaseFacts,
    ClockKind,
    ExtensionFact,
    PauseFact,
    RegimeFacts,
    StepFact,
    beijing_day,
    day_text,
)
from hall.workdays.arithmetic import Calendar
from hall.workdays.explanation import START_SOURCE, Explanation, Line, Stop, Wording, explain_term, span_words
from hall.workdays.terms import Limit, Term, Unit

PROMISE_ONLY = "没有法律条文，只停承诺，不停法定期限"


def explain(facts: CaseFacts, clock: str, calendar: Calendar, *, today: date, key: str = "") -> Explanation | None:
    """Tell one clock, running or ended; `key` chooses the step."""
    kind = ClockKind(clock)
    if kind is ClockKind.DECISION:
        return _decision(facts, calendar, today)
    if kind is ClockKind.NOTICE:
        return _notice(facts, calendar, today)
    if kind is ClockKind.DELIVERY:
        return _delivery(facts, calendar, today)
    if kind is ClockKind.SUPPLEMENT:
        return _supplement(facts, calendar, today)
    step = next((step for step in facts.steps if step.key == key), None)
    return _step(facts, step, calendar, today) if step else None


def _decision(facts: CaseFacts, calendar: Calendar, today: date) -> Explanation | None:
    """The limit that comes first is told day by day; the other one in a line."""
    promise, statute = reaches(facts, calendar, today=today)
    both = [reach for reach in (promise, statute) if reach is not None]
    if not both or facts.accepted_at is None:
        return None
    first = min(both, key=lambda reach: reach.late_from)
    by_promise = first is promise
    wording = Wording(
        title="决定期限",
        basis="承诺" if by_promise else "法定",
        start="受理",
        start_text="受理当日不计",
        end="办结",
        source="" if by_promise else _statute_source(facts),
    )
    pauses = facts.pauses if by_promise else [pause for pause in facts.pauses if pause.stops_statute]
    told = _tell(first, facts.accepted_at, pauses, calendar, today, wording)
    extra = [*_extensions(facts, by_promise), *_other(facts, promise, statute, by_promise)]
    if not by_promise:
        extra += _promise_only(facts.pauses)
    later = f"法定最长到 {day_text(statute.due)}。" if by_promise and statute and not statute.stopped else ""
    return told.with_lines(*extra, sentence=later)


def _notice(facts: CaseFacts, calendar: Calendar, today: date) -> Explanation | None:
    regime = facts.regime
    if regime.notice is None:
        return None
    wording = Wording(
        "告知期限", "法定", "收件", "收到材料当日不计", "一次性告知", _cited(regime, regime.notice_article)
    )
    told = _tell(reach_of(facts.received_at, regime.notice, calendar), facts.received_at, (), calendar, today, wording)
    if not regime.deemed_acceptance:
        return told
    received = beijing_day(facts.received_at)
    text = f"逾期不告知的，自收到材料之日 {day_text(received)} 起即为受理"
    return told.with_lines(Line("逾期", text, _cited(regime, regime.notice_article)), sentence=f"{text}。")


def _delivery(facts: CaseFacts, calendar: Calendar, today: date) -> Explanation | None:
    regime = facts.regime
    if regime.delivery is None or facts.decided_at is None or not facts.granted:
        return None
    wording = Wording(
        "送达期限", "法定", "决定", "作出准予决定当日不计", "颁发、送达", _cited(regime, regime.delivery_article)
    )
    return _tell(reach_of(facts.decided_at, regime.delivery, calendar), facts.decided_at, (), calendar, today, wording)


def _step(facts: CaseFacts, step: StepFact, calendar: Calendar, today: date) -> Explanation | None:
    if step.limit is None:
        return None
    reach = reach_of(step.started_at, step.limit, calendar, facts.pauses, today=today, opening=facts.opening)
    wording = Wording(f"环节期限：{step.label}", "环节", "开始", "环节开始当日不计", "完成")
    return _tell(reach, step.started_at, facts.pauses, calendar, today, wording)


def _supplement(facts: CaseFacts, calendar: Calendar, today: date) -> Explanation | None:
    due = facts.supplement_due_on
    if due is None:
        return None
    began = facts.supplement_start_on or beijing_day(facts.accepted_at or facts.noticed_at or facts.received_at)
    limit = Limit(calendar.count(began, due), Unit.WORKDAY)
    term = Term(began, due, due, calendar.is_provisional(began, due))
    # After a notice of what is missing nobody promised anything: the days run from the day it was given.
    start = "告知" if facts.noticed_at and not facts.accepted_at else "承诺"
    wording = Wording(facts.supplement_label, "", start, "当日不计", "补齐")
    return explain_term(began, limit, (), calendar, today=today, wording=wording, term=term)


def _tell(
    reach: Reach,
    start_at: datetime,
    pauses: Iterable[PauseFact],
    calendar: Calendar,
    today: date,
    wording: Wording,
) -> Explanation:
    stops = [stop_of(pause, today) for pause in pauses]
    if reach.due_at is not None:
        return _hours(reach, start_at, stops, wording)
    term = Term(reach.start_on, reach.due, reach.counted_to, reach.provisional)
    return explain_term(reach.start_on, reach.limit, stops, calendar, today=today, wording=wording, term=term)


def stop_of(pause: PauseFact, today: date) -> Stop:
    """A pause as the explanation tells it, an open one up to today."""
    end = pause.end_on if pause.end_on is not None else max(today, pause.start_on)
    source = pause.article if pause.stops_statute else PROMISE_ONLY
    return Stop(pause.start_on, end, pause.label, pause.document_no, source, open=pause.end_on is None)


def _hours(reach: Reach, start_at: datetime, stops: Sequence[Stop], wording: Wording) -> Explanation:
    """Hours have no days to count: the moment they begin, what stopped them, the moment they end."""
    assert reach.due_at is not None  # noqa: S101 — narrowed for the type checker
    begins, ends = (
        f"{day_text(beijing_day(at))} {at.astimezone(reach.due_at.tzinfo):%H:%M}" for at in (start_at, reach.due_at)
    )
    counted = "只计开门时间" if reach.limit.unit == Unit.OPENING_HOUR else "日夜连续计算"
    lines = [Line(begins, f"自{wording.start}时起算，{counted}", START_SOURCE)]
    lines += [
        Line(span_words(s.start_on, s.end_on, reach.start_on.year), f"{s.label}停表", s.source)
        for s in stops
        if s.start_on < reach.due
    ]
    lines.append(Line(ends, f"到期，此前{wording.end}", wording.source))
    sentence = f"{wording.basis} {reach.limit}，{ends} 前{wording.end}。"
    return Explanation(
        wording.title,
        sentence,
        sentence,
        tuple(lines),
        provisional=reach.provisional,
        stopped=reach.stopped,
        due=reach.due,
    )


def _extensions(facts: CaseFacts, by_promise: bool) -> list[Line]:
    return [_extension(extension, by_promise) for extension in facts.extensions]


def _extension(extension: ExtensionFact, by_promise: bool) -> Line:
    who = f"{extension.approver}批准" if extension.approver else "批准"
    moved = "" if not by_promise or extension.moves_promise else "；只延长法定期限，承诺不变"
    notice = f"，{extension.document_no}告知理由" if extension.document_no else ""
    text = f"{who}延长 {Limit(extension.count, extension.unit)}{notice}{moved}"
    return Line(day_text(extension.approved_on), text, extension.article)


def _other(facts: CaseFacts, promise: Reach | None, statute: Reach | None, by_promise: bool) -> list[Line]:
    other = statute if by_promise else promise
    if other is None:
        return []
    name, source = ("法定", _statute_source(facts)) if by_promise else ("承诺", "")
    until = "停表中" if other.stopped else f"最迟 {day_text(other.due)}"
    return [Line(f"{name}期限", f"{other.limit}，{until}；两者以先到的为准", source)]


def _promise_only(pauses: Iterable[PauseFact]) -> list[Line]:
    told = [pause for pause in pauses if not pause.stops_statute]
    return [Line(day_text(pause.start_on), f"{pause.label}停表，法定期限照算", PROMISE_ONLY) for pause in told]


def _statute_source(facts: CaseFacts) -> str:
    """The article the statutory limit rests on: the item's own statute before that of its regime (law 6)."""
    return facts.statute_source or _cited(facts.regime, facts.regime.decision_article)


def _cited(regime: RegimeFacts, article: str) -> str:
    """The article under the name of its statute, unless it already says which."""
    return article if not article or article.startswith(("《", regime.name)) else f"{regime.name}{article}"
