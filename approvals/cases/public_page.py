"""What a citizen is told about a case, in plain words: where it is, whose turn it is, why that day, what has happened.

Masked harder than staff pages; no clerk's action, no document number of a person, nothing but dates and states.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from approvals.cases import clock, clockwork
from approvals.cases.clock import ClockKind, Deadline
from approvals.cases.clock_explanation import explain
from approvals.cases.enums import CaseState, PartyKind, PartyRole
from approvals.cases.messages import spoken_day
from approvals.cases.models import Case, Party
from approvals.cases.public_reading import Happened, Read
from hall.evaluation import tokens
from hall.evaluation.enums import Via
from hall.evaluation.queries import GIVEN, evaluation_state
from hall.ledger.models import Event
from hall.organisation import opening
from hall.privacy import masks
from hall.rectification.queries import Progress, public_answer
from hall.workdays.calendars import calendar_for
from hall.workdays.explanation import Explanation


@dataclass(frozen=True, slots=True)
class Step:
    """One of the five steps everybody understands."""

    label: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is, and what the citizen has to do."""

    title: str
    text: str
    you: bool = False
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask."""

    place: str
    phone: str
    hours: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Evaluating:
    """Whether the closed case can be evaluated, where, until when; and what becomes of a bad grade one signed."""

    given: bool
    url: str = ""
    until: str = ""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class PublicPage:
    """Everything the page shows."""

    docket: str
    item: str
    applicant: str
    answer: str
    strong: str
    rest: str
    steps: tuple[Step, ...]
    turn: Turn
    explanation: Explanation | None
    why: str
    happened: tuple[tuple[datetime, str], ...]
    contact: Contact
    evaluating: Evaluating | None = None


# The end of the sentence for each way a case can end; `answer` is complete without a day.
_ENDED: Final[dict[str, str]] = {
    CaseState.NOT_REQUIRED: "您申请的事项不需要办理许可，详见不受理告知书。",
    CaseState.REFUSED: "您申请的事项不归本机关办理，应向哪里申请写在不予受理决定书上。",
    CaseState.WITHDRAWN: "这件申请已经撤回。",
    CaseState.LAPSED: "材料逾期没有补齐，这件申请已经结束。要继续办理，请重新申请。",
    CaseState.RETURNED: "这件申请已经退回，理由写在文书上。",
    CaseState.VOIDED: "这件登记已经作废。",
}
_DONE: Final = (CaseState.DELIVERED, CaseState.ARCHIVED)


def build(case: Case, *, at: datetime, known: Read | None = None) -> PublicPage:
    """The page for one case at one moment. Reads the database; changes nothing.

    `known`: the case came with all that belongs to it (public_reading.read); nothing is read again.
    """
    calendar = known.calendar if known else calendar_for(case.region_code)
    today = timezone.localdate(at)
    facts = clockwork.facts_of(case, calendar)
    running = clock.deadlines(facts, calendar, today=today)  # when the lamp turns is for staff only
    stands = _stands(case)
    main = next((deadline for deadline in running if deadline.clock == _AWAITED.get(stands)), None)
    told = explain(facts, main.clock, calendar, today=today, key=main.key) if main else None
    answer, strong, rest = _answer(case, stands, main, today)
    return PublicPage(
        docket=case.docket,
        item=case.version_filed.name,
        applicant=_masked(known.applicant if known else case.parties.get(role=PartyRole.APPLICANT)),
        answer=answer,
        strong=strong,
        rest=rest,
        steps=_steps(case),
        turn=_turn(case, stands),
        explanation=told,
        why=spoken_day(main.due) if main and not main.stopped else "",
        happened=_happened(known.happened if known else _events(case)),
        contact=_contact(case),
        evaluating=None if case.is_open else _evaluating(case, at=at),
    )


# The clock the citizen waits for, or that waits for the citizen. A promised supplement runs beside the decision.
_AWAITED: Final = {
    CaseState.RECEIVED: ClockKind.NOTICE,
    CaseState.SUPPLEMENTING: ClockKind.SUPPLEMENT,
    CaseState.REVIEWING: ClockKind.DECISION,
    CaseState.PAUSED: ClockKind.DECISION,
    CaseState.GRANTED: ClockKind.DELIVERY,
}
_LATE: Final = "（比原定的日子晚了，我们正在抓紧）"


def _stands(case: Case) -> CaseState:
    """Where the case stands for the citizen: a return somebody proposed is nothing until a second person agrees."""
    if case.state != CaseState.RETURNING:
        return CaseState(case.state)
    review = case.returns.filter(agreed__isnull=True).first()
    return CaseState(review.from_state) if review else CaseState.REVIEWING


def _answer(case: Case, stands: CaseState, main: Deadline | None, today: date) -> tuple[str, str, str]:
    """One sentence in three parts: before the day, the day, after it. Whole also where no day is known."""
    day = spoken_day(main.due) if main and not main.stopped else ""
    passed = bool(day and main and main.due < today)
    late = _LATE if passed else ""
    match stands:
        case CaseState.RECEIVED:
            return "已经收件，正在核对材料，", day, f"{'前' if day else '核对完就'}告诉您是否受理。{late}"
        case CaseState.SUPPLEMENTING:
            hurry = "这个日子已经过了，请尽快联系窗口。" if passed else ""
            return "还缺材料，请您", f"在{day}前" if day else "尽快", f"补齐。{hurry}"
        case CaseState.REVIEWING:
            return "正在审查，", day or "按规定期限", f"{'下班前' if day else ''}给您结果。{late}"
        case CaseState.PAUSED:
            return f"正在进行{main.stop_label if main else '特别程序'}，这段时间不计入期限，结束后继续审查。", "", ""
        case CaseState.GRANTED:
            return "已经准予，", day or "近日", f"{'前' if day else ''}送达给您，也可以到窗口领取。{late}"
        case CaseState.DENIED:
            return "已作出不予许可的决定，理由和救济途径写在决定书上，请到窗口领取。", "", ""
    if stands in _DONE and case.granted is not None:
        return "已经办结，结果已送达。", "", ""
    return _ENDED.get(stands, "这件申请已经结束，详见文书。"), "", ""


def _steps(case: Case) -> tuple[Step, ...]:
    """收件 受理 审查 决定 送达, as far as the case has come."""
    moments = (case.received_at, case.accepted_at, case.accepted_at, case.decided_at, case.delivered_at)
    labels = ("收件", "受理", "审查", "决定", "送达")
    reached = 1 + sum(m is not None for m in (case.accepted_at, case.accepted_at, case.decided_at, case.delivered_at))
    reached -= 1 if case.accepted_at and not case.decided_at else 0
    ended = not case.is_open
    steps = []
    for position, (label, moment) in enumerate(zip(labels, moments, strict=True)):
        if position < reached:
            steps.append(Step(label, "done", _day(moment) if moment and label != "审查" else ""))
        elif position == reached and not ended:
            steps.append(Step(label, "now", "进行中"))
        else:
            steps.append(Step(label, ""))
    return tuple(steps)


def _day(moment: datetime) -> str:
    day: date = timezone.localdate(moment)
    return f"{day.month}月{day.day}日"


def _turn(case: Case, stands: CaseState) -> Turn:
    if stands == CaseState.SUPPLEMENTING:
        given = [notice.items for notice in case.notices.all()]
        items = tuple(f"{i['name']}：{i.get('requirement', '')}" for i in (given[-1] if given else ()))
        return Turn("现在轮到您", "请您补交下面的材料，补齐后从补齐那天起算受理。", you=True, items=items)
    owed = [d for d in case.deferred.all() if d.received_at is None]
    if owed and stands in (CaseState.REVIEWING, CaseState.PAUSED):
        due = min(d.due_on for d in owed)
        items = tuple(d.material.name for d in owed)
        return Turn("请您补交", f"您承诺后补的材料，请在{spoken_day(due)}前交来。", you=True, items=items)
    if case.state in (CaseState.GRANTED, CaseState.DENIED):
        return Turn("请您领取结果", "带上收件凭证和有效证件到窗口领取；约定邮寄的请留意寄件信息。", you=True)
    if case.is_open:
        return Turn("现在轮到中心", "您不用做什么。需要您补材料时，我们会一次说清，并发短信给您。")
    return Turn("这件办完了", "如对结果有不同意见，可以按文书上写明的途径申请复议或提起诉讼。")


_HAPPENED: Final[dict[str, str]] = {
    "case.register": "收到您的申请",
    "case.accept": "受理",
    "case.accept_with_promise": "先行受理，部分材料您承诺后补",
    "case.deem_accepted": "自收件之日起视为受理",
    "case.notify_supplement": "一次性告知您要补的材料",
    "case.supplement": "收到您补的材料",
    "case.pause": "进入特别程序，停止计时",
    "case.resume": "特别程序结束，继续计时",
    "case.extend": "经批准延长期限",
    "case.give_hearing_notice": "告知您有权要求听证",
    "case.inspect": "现场核查",
    "case.grant": "准予",
    "case.deny": "作出不予许可的决定",
    "case.deliver": "送达",
    "case.withdraw": "按您的要求撤回申请",
    "case.tell_not_required": "告知您这件事不需要办理许可",
    "case.refuse": "决定不予受理",
    "case.lapse": "材料逾期没有补齐，视为撤回申请",
    "case.end_unsupplemented": "材料逾期没有补齐，终止办理",
    "case.confirm_return": "退回申请",
    "case.void": "登记作废",
    "case.deadline_moved": "因放假安排变化，期限重新计算",
}


KINDS: Final = tuple(_HAPPENED)


def _events(case: Case) -> Iterable[Happened]:
    """What the citizen would recognise of the ledger, newest first."""
    rows = Event.objects.filter(docket=case.docket, kind__in=KINDS).order_by("-id")
    return (Happened(*row) for row in rows.values_list("kind", "occurred_at", "data"))


def _happened(events: Iterable[Happened]) -> tuple[tuple[datetime, str], ...]:
    return tuple((event.occurred_at, _in_plain_words(event)) for event in events)


def _in_plain_words(event: Happened) -> str:
    """A full supplement accepts the case that day (art. 32(5)); nothing else in the ledger would say so."""
    if event.kind == "case.supplement" and event.data.get("complete"):
        return "收齐您补的材料，受理"
    return _HAPPENED[event.kind]


def _masked(party: Party) -> str:
    if party.kind == PartyKind.ORGANISATION:
        return masks.mask_organisation(party.name)
    return masks.mask_name(party.name, public=True)


def _evaluating(case: Case, *, at: datetime) -> Evaluating | None:
    """Nothing where nobody was invited, or where the time to answer passed without an answer."""
    state = evaluation_state(case.docket, at=at)
    if state.is_open:
        until = spoken_day(state.until) if state.until else ""
        return Evaluating(given=False, url=tokens.link(case.docket, Via.LOOKUP), until=until)
    return Evaluating(given=True, progress=public_answer(case.docket)) if state.word == GIVEN else None


def _contact(case: Case) -> Contact:
    center = case.center
    window = f"{case.window.number} 号窗口" if case.window else case.department.name
    table = opening.timetable(center.opening_hours.all(), ())
    hours = tuple(opening.week(table)) if table.known else ()
    return Contact(place=f"{center.name} {window}", phone=center.phone, hours=hours)
