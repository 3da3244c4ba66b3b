"""The page of one case as data: head, clocks, timeline, papers, materials, parties, what may be done. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse

from approvals.cases import clock, rules
from approvals.cases.clock import ClockKind, Deadline, Lamp
from approvals.cases.clock_explanation import explain
from approvals.cases.consequences import until
from approvals.cases.doings import Doing, Verdict, doings
from approvals.cases.enums import OPEN, CaseState, MaterialState, PartyKind, PartyRole
from approvals.cases.models import Attachment, Case, Handover, OfficialDocument, Party
from approvals.cases.row_reading import LAMP_CSS
from approvals.cases.situations import Situation
from hall.access.rules import has_right
from hall.ledger import kinds, numbers
from hall.ledger.models import Event
from hall.ledger.queries import events_of
from hall.privacy import masks
from hall.workdays.explanation import Explanation

_LAST_EVENTS: Final = 200
_EARLIER: Final = 6


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above everything that is about this case."""

    docket: str
    item: str
    state: str
    badge: str
    applicant: str
    lamp: Lamp | None
    lamp_css: str
    due: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One running clock with its lamp, its day and the arithmetic."""

    title: str
    lamp: str
    css: str
    until: str
    explanation: Explanation | None
    print_url: str
    overrun: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One event as the timeline shows it."""

    at: datetime
    text: str
    by: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class PartyLine:
    """One fact about a party; `hidden` when the value is masked."""

    label: str
    value: str
    mono: bool = False


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """One line of the check list with what lies behind it."""

    pk: int
    name: str
    ask: str
    state: str
    css: str
    note: str
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing of the procedure: a pause, a notice, a check on site, a hand-over."""

    when: str
    what: str
    more: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the template shows."""

    case: Case
    head: Header
    clocks: tuple[Clock, ...]
    doings: tuple[Doing, ...]
    events: tuple[Told, ...]
    documents: tuple[OfficialDocument, ...]
    materials: tuple[MaterialLine, ...]
    others: tuple[Attachment, ...]
    parties: tuple[tuple[str, tuple[PartyLine, ...]], ...]
    revealed: bool
    may_unmask: bool
    may_attach: bool
    may_open_attachments: bool
    procedure: tuple[Step, ...]
    earlier: tuple[Case, ...]

    @property
    def more_events(self) -> bool:
        """The timeline may be longer than what is listed."""
        return len(self.events) >= _LAST_EVENTS

    @property
    def main(self) -> list[Doing]:
        """Buttons in the head of the page."""
        return [doing for doing in self.doings if doing.allowed and doing.main]

    @property
    def more(self) -> list[Doing]:
        """Buttons below."""
        return [doing for doing in self.doings if doing.allowed and not doing.main]

    @property
    def blocked(self) -> list[Doing]:
        """What only waits for a fact: the reason stands on the page."""
        return [doing for doing in self.doings if doing.verdict == Verdict.FACTS]

    @property
    def others_do(self) -> list[Doing]:
        """What somebody else does."""
        return [doing for doing in self.doings if doing.verdict == Verdict.PERSON]

    @property
    def later(self) -> list[Doing]:
        """What belongs to another state, or not to this item."""
        return [doing for doing in self.doings if doing.verdict in (Verdict.STATE, Verdict.MOOT)]


def page(situation: Situation, *, revealed: bool = False) -> CasePage:
    """Read everything. `revealed` shows the parties in full, after `actions.unmask` has recorded why."""
    case, user = situation.case, situation.user
    by_material = _by_material(case)
    return CasePage(
        case=case,
        head=header(situation),
        clocks=tuple(clocks(situation)),
        doings=tuple(doings(situation)),
        events=tuple(told(event) for event in _events(case)),
        documents=tuple(case.documents.defer("content", "snapshot").select_related("replaced_by")),
        materials=tuple(_materials(case, by_material)),
        others=tuple(by_material.get(None, ())),
        parties=tuple(_parties(case, revealed=revealed)),
        revealed=revealed,
        may_unmask=has_right(user, "unmask"),
        may_attach=case.state in OPEN and rules.may(user, "receive_material", case),
        may_open_attachments=has_right(user, "unmask"),
        procedure=tuple(_procedure(case)),
        earlier=tuple(_earlier(situation)),
    )


def header(s: Situation) -> Header:
    """Docket, item, state, masked applicant and the gravest lamp."""
    state = CaseState(s.case.state)
    lamps = {clock.lamp(d, s.calendar, today=s.today, at=s.at): d for d in s.deadlines}
    lamp = clock.gravest(lamps)
    deadline = lamps[lamp] if lamp else None
    applicant = applicant_of(s.case)
    return Header(
        docket=numbers.grouped(s.case.docket),
        item=s.case.version_filed.name,
        state=state.label,
        badge=state.badge,
        applicant=applicant.masked_name if applicant else "",
        lamp=lamp,
        lamp_css=LAMP_CSS[lamp.kind] if lamp else "",
        due="" if deadline is None or deadline.stopped else until(deadline),
    )


def applicant_of(case: Case) -> Party | None:
    """Whoever applies; a case of another system may come without."""
    return next((party for party in case.parties.all() if party.role == PartyRole.APPLICANT), None)


_ORDER: Final = (ClockKind.DECISION, ClockKind.NOTICE, ClockKind.SUPPLEMENT, ClockKind.DELIVERY, ClockKind.STEP)


def clocks(s: Situation) -> Iterator[Clock]:
    """The running clocks: the decision first, steps last."""
    for deadline in sorted(s.deadlines, key=lambda d: _ORDER.index(ClockKind(d.clock))):
        lamp = clock.lamp(deadline, s.calendar, today=s.today, at=s.at)
        yield Clock(
            title=_clock_title(deadline),
            lamp=lamp.text,
            css=LAMP_CSS[lamp.kind],
            until="" if deadline.stopped else until(deadline),
            explanation=explain(s.facts, deadline.clock, s.calendar, today=s.today, key=deadline.key),
            print_url=_print_url(s.case, deadline),
            overrun=deadline.stop_overrun,
        )


def _clock_title(deadline: Deadline) -> str:
    if deadline.clock == ClockKind.STEP:
        return f"环节：{deadline.label}"
    return deadline.label if deadline.clock == ClockKind.SUPPLEMENT else f"{ClockKind(deadline.clock).label}期限"


def _print_url(case: Case, deadline: Deadline) -> str:
    url = reverse("cases:clock", args=(case.docket, str(deadline.clock)))
    return f"{url}?step={deadline.key}" if deadline.key else url


def _events(case: Case) -> Sequence[Event]:
    newest = events_of(case.docket).select_related("actor__staff").order_by("-occurred_at", "-id")
    return list(newest[:_LAST_EVENTS])


def told(event: Event) -> Told:
    """An event in words, with the name of whoever did it; colleagues see names, citizens never see this page."""
    by = event.actor.display_name if event.actor else "系统"
    backdated = "（补录）" if event.data.get("backdate_reason") else ""
    return Told(event.occurred_at, kinds.describe(event) + backdated, by)


def _by_material(case: Case) -> dict[int | None, list[Attachment]]:
    found: dict[int | None, list[Attachment]] = {}
    for row in case.attachments.all():
        found.setdefault(row.material_id, []).append(row)
    return found


_MATERIAL_CSS: Final = {
    MaterialState.RECEIVED: "ok",
    MaterialState.MISSING: "late",
    MaterialState.FAULTY: "late",
    MaterialState.PROMISED: "warn",
    MaterialState.WAIVED: "",
}


def _materials(case: Case, attachments: dict[int | None, list[Attachment]]) -> Iterator[MaterialLine]:
    lines = {row.material_id: row for row in case.materials.all()}
    deferred = {row.material_id: row for row in case.deferred.all() if row.received_at is None}
    for material in case.version_filed.materials.all():
        line, owed = lines.get(material.pk), deferred.get(material.pk)
        notes = [line.note] if line and line.note else []
        notes += ["已核原件"] if line and line.original_checked else []
        notes += [f"{clock.day_text(owed.due_on)}前补齐"] if owed else []
        yield MaterialLine(
            pk=material.pk,
            name=material.name,
            ask=f"{line.copies if line else material.copies} 份 {material.get_form_display()}",
            state=line.get_state_display()
            if line
            else ("没有登记" if material.need != "conditional" else "特定情形才需要"),
            css=_MATERIAL_CSS[MaterialState(line.state)] if line else "",
            note="，".join(notes),
            attachments=tuple(attachments.get(material.pk, ())),
        )


def _parties(case: Case, *, revealed: bool) -> Iterator[tuple[str, tuple[PartyLine, ...]]]:
    for party in sorted(case.parties.all(), key=lambda p: p.role != PartyRole.APPLICANT):
        yield party.get_role_display(), tuple(_party(party, revealed=revealed))


def _party(party: Party, *, revealed: bool) -> Iterator[PartyLine]:
    name = party.name if revealed else party.masked_name
    yield PartyLine("名称" if party.kind == PartyKind.ORGANISATION else "姓名", name)
    identity = party.identity if revealed else masks.mask_identity(party.identity, party.identity_kind)
    yield PartyLine(party.get_identity_kind_display(), identity, mono=True)
    others = (
        ("法定代表人", party.legal_representative, masks.mask_name),
        ("联系人", party.contact_name, masks.mask_name),
        ("电话", party.phone, masks.mask_phone),
        ("地址", party.address, masks.mask_address),
    )
    for label, value, mask in others:
        if value:
            yield PartyLine(label, value if revealed else mask(value), mono=label == "电话")
    if party.mandate:
        yield PartyLine("代理权限", party.mandate)


def _earlier(s: Situation) -> Sequence[Case]:
    """Other cases of the same applicant that this person may see, found by blind index."""
    applicant = applicant_of(s.case)
    if applicant is None:
        return ()
    same = Party.objects.filter(role=PartyRole.APPLICANT, identity_index=applicant.identity_index).values("case_id")
    found = Case.objects.visible_to(s.user).filter(pk__in=same).exclude(pk=s.case.pk)
    return list(found.select_related("version_filed").order_by("-received_at", "-id")[:_EARLIER])


def _name(user: Any) -> str:
    return user.display_name if user else ""


def _day(moment: datetime) -> str:
    return clock.day_text(clock.beijing_day(moment))


def _procedure(case: Case) -> Iterator[Step]:
    """Pauses, extension, notices, hearings, checks, returns, corrections and hand-overs, each in its own order."""
    yield from _special(case)
    yield from _notices(case)
    for check in case.inspections.all():
        officers = f"{check.first_officer.name}、{check.second_officer.name}"
        passed = "符合" if check.passed else "不符合"
        yield Step(
            _day(check.inspected_at), f"现场核查：{passed}（{officers}）", check.finding, _name(check.recorded_by)
        )
    for step in case.steps.all():
        if step.ended_at:
            yield Step(_day(step.ended_at), f"环节“{step.step.name}”办完", step.opinion, _name(step.ended_by))
    yield from _reviews(case)
    for row in case.handovers.all():
        what = f"{row.from_staff.name}移交给{row.to_staff.name}：{_answer_to(row)}"
        yield Step(_day(row.at), what, row.reason, _name(row.by))
    for fee in case.fees.all():
        name = f"（{fee.fee_item.name}）" if fee.fee_item else ""
        less = f"　减免：{fee.reduction}" if fee.reduction else ""
        what = f"收费 {fee.amount} 元{name}"
        yield Step(_day(fee.charged_at), what, f"票据号 {fee.receipt_number}{less}", _name(fee.by))


def _special(case: Case) -> Iterator[Step]:
    for pause in case.pauses.all():
        ends = f"，{clock.day_text(pause.end_on)}恢复" if pause.end_on else "，还在停表"
        told_days = f"书面告知需 {pause.notified_days} 个工作日（{pause.document_no}）"
        what = f"停表：{pause.ground.name}{ends}"
        yield Step(clock.day_text(pause.start_on), what, f"{pause.reason}　{told_days}", _name(pause.approved_by))
    extension = getattr(case, "extension", None)
    if extension is not None:
        term = clock.Limit(extension.count, extension.unit)
        what = f"延期 {term}（{extension.document_no}）"
        yield Step(_day(extension.approved_at), what, extension.reason, _name(extension.approved_by))


def _notices(case: Case) -> Iterator[Step]:
    for notice in case.notices.all():
        ends = f"，{_day(notice.fulfilled_at)}补齐" if notice.fulfilled_at else ""
        due = f"，{clock.day_text(notice.due_on)}前补齐" if notice.due_on and not ends else ""
        names = "、".join(str(item.get("name", "")) for item in notice.items)
        which = "一次性告知" if notice.sequence == 1 else f"第 {notice.sequence} 次告知"
        yield Step(_day(notice.given_at), f"{which}{ends}{due}", names, _name(notice.given_by))
    for hearing in case.hearings.all():
        what = f"听证告知，{clock.day_text(hearing.apply_by)}前可申请听证（{hearing.document_no}）"
        yield Step(_day(hearing.given_at), what, hearing.matter, _name(hearing.given_by))


def _reviews(case: Case) -> Iterator[Step]:
    for review in case.returns.all():
        yield Step(_day(review.proposed_at), f"提请退件：{_outcome(review)}", review.reason, _name(review.proposed_by))
    for row in case.corrections.all():
        what = f"提请更正“{row.get_field_display()}”：{_outcome(row)}"
        yield Step(_day(row.proposed_at), what, row.reason, _name(row.proposed_by))


def _answer_to(row: Handover) -> str:
    if row.is_pending:
        return "等对方接收"
    if row.declined_at:
        return f"{_day(row.declined_at)}退回，{row.decline_reason}"
    return f"{_day(row.accepted_at or row.at)}接收"


def _outcome(review: Any) -> str:
    if review.agreed is None:
        return "等待复核"
    opinion = f"，{review.opinion}" if review.opinion else ""
    return f"{_name(review.reviewed_by)}{'同意' if review.agreed else '不同意'}{opinion}"


__all__ = ["CasePage", "Header", "clocks", "header", "page", "told"]
