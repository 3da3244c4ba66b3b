"""From stories to rows: what every table gets for one made-up case."""

from dataclasses import dataclass
from datetime import date, datetime
from random import Random
from typing import Any, Final
from uuid import UUID

from approvals.cases.clock import ClockKind, Deadline
from approvals.cases.clock_duration import spare_days
from approvals.cases.enums import CaseState, ClosingCode, DeliveryMethod, PartyKind, PartyRole
from approvals.cases.models import Case, ClockRow, Flag, Party, Pause
from approvals.catalogue.models import ItemVersion
from approvals.city.clocks import NOTIFIED_DAYS, Clocks, Limits
from approvals.city.copying import Sheet
from approvals.city.places import Desk
from approvals.city.stories import Story
from hall.access.models import User
from hall.ledger.models import Event
from hall.privacy import cipher
from hall.privacy.enums import IdentityKind
from hall.privacy.indexes import blind_index

# State and closing code of each outcome.
_ENDS: Final = {
    "granted": (CaseState.DELIVERED, ClosingCode.ISSUED),
    "denied": (CaseState.DELIVERED, ClosingCode.OTHER),
    "not_required": (CaseState.NOT_REQUIRED, ClosingCode.OTHER),
    "refused": (CaseState.REFUSED, ClosingCode.RETURNED),
    "withdrawn": (CaseState.WITHDRAWN, ClosingCode.OTHER),
    "voided": (CaseState.VOIDED, ClosingCode.VOIDED),
}
_BEFORE_ACCEPTANCE: Final = {"not_required": "tell_not_required", "refused": "refuse", "voided": "void"}
_DECIDED: Final = {"granted": CaseState.GRANTED, "denied": CaseState.DENIED}


@dataclass(frozen=True, slots=True)
class Made:
    """One case about to be written."""

    id: UUID
    docket: str
    desk: Desk
    version: ItemVersion
    clerk: User
    window: Any
    channel: str
    limits: Limits
    story: Story

    @property
    def state(self) -> CaseState:
        """Where it stands."""
        story = self.story
        if story.closed_at is not None:
            return _ENDS[story.outcome][0]
        if story.decided_at is not None:
            return _DECIDED[story.outcome]
        if story.pause is not None and story.pause[1] is None:
            return CaseState.PAUSED
        return CaseState.REVIEWING

    @property
    def happened(self) -> list[tuple[str, datetime, User]]:
        """Its deeds in order: name, moment, who."""
        story, clerk, approver = self.story, self.clerk, self.desk.approver
        deeds = [("register", story.received_at, clerk)]
        if story.accepted_at is None:
            assert story.closed_at is not None  # noqa: S101 — what is never accepted has ended
            return [*deeds, (_BEFORE_ACCEPTANCE[story.outcome], story.closed_at, clerk)]
        deeds.append(("accept", story.accepted_at, clerk))
        deeds += [("pause" if n == 0 else "resume", at, approver) for n, at in enumerate(_pause_moments(story))]
        if story.decided_at is not None:
            deeds.append(("grant" if story.outcome == "granted" else "deny", story.decided_at, approver))
        if story.delivered_at is not None:
            deeds.append(("deliver", story.delivered_at, clerk))
        elif story.closed_at is not None:
            deeds.append(("withdraw", story.closed_at, clerk))
        return deeds


def _pause_moments(story: Story) -> list[datetime]:
    """When the clock was stopped and started again: at noon of those days."""
    if story.pause is None:
        return []
    base = story.received_at.replace(hour=12, minute=30, second=0)
    return [base.replace(year=day.year, month=day.month, day=day.day) for day in story.pause if day is not None]


class Tables:
    """The sheets of the cases room."""

    def __init__(self, clocks: Clocks, *, now: datetime, random: Random) -> None:
        self.clocks, self.now, self.random = clocks, now, random
        self.cases = Sheet(Case, (
            "id", "docket", "center", "department", "window", "version_filed", "state", "case_kind", "channel",
            "first_handler", "handler", "received_at", "accepted_at", "accepted_by", "decided_at", "decided_by",
            "granted", "decision_reason", "delivered_at", "delivery_method", "closed_at", "closing_code",
            "promise_count", "promise_unit", "statute_count", "statute_unit", "version", "created_at",
        ))  # fmt: skip
        self.clock_rows = Sheet(ClockRow, (
            "case", "clock", "label", "start_on", "unit", "due", "promise_due", "statute_due", "warn_from",
            "late_from", "statute_late_from", "changes", "next_look_at", "provisional", "stopped", "statute_stopped",
            "stop_label", "stop_since", "stop_overrun", "ended_on", "net_days", "elapsed_days", "spare_days",
        ))  # fmt: skip
        self.flags = Sheet(Flag, ("case", "clock", "version", "level", "true_at", "recorded_at"))
        self.pauses = Sheet(Pause, (
            "case", "ground", "start_on", "end_on", "notified_days", "document_no", "reason", "approved_by", "ended_by",
            "created_at",
        ))  # fmt: skip
        self.parties = Sheet(Party, (
            "id", "case", "role", "kind", "name", "name_index", "identity_kind", "identity", "identity_index", "phone",
            "phone_index",
        ))  # fmt: skip
        self.events = Sheet(Event, (
            "docket", "kind", "center_code", "actor", "actor_role", "occurred_at", "recorded_at", "data",
        ))  # fmt: skip

    @property
    def all(self) -> tuple[Sheet, ...]:
        """In the order the references ask for."""
        return (self.cases, self.clock_rows, self.flags, self.pauses, self.parties, self.events)

    def write(self, made: Made, *, applicant: UUID | None) -> None:
        """Everything of one case. Without an applicant the party is left out (a reduced history)."""
        self._case(made)
        deeds = made.happened
        for number, (name, at, by) in enumerate(deeds):
            self._event(made, f"case.{name}", at, by, {"version": number + 1})
        if made.story.pause is not None:
            self._pause(made, made.story.pause)
        for deadline, ended_on in self.clocks.of(made.story, made.limits):
            self._clock(made, deadline, ended_on)
        if applicant is not None:
            self._party(made, applicant)

    def _case(self, made: Made) -> None:
        story, staff = made.story, made.clerk.staff_id
        decided = story.decided_at is not None
        code = _ENDS[story.outcome][1].value if story.closed_at is not None else ""
        promise, statute = made.limits
        instant = promise == 0
        self.cases.add(
            made.id, made.docket, made.desk.center.pk, made.desk.department.pk, made.window.pk, made.version.pk,
            made.state.value, made.version.case_kind, made.channel, staff, staff, story.received_at,
            story.accepted_at, made.clerk.pk if story.accepted_at else None, story.decided_at,
            made.desk.approver.pk if decided else None, story.outcome == "granted" if decided else None,
            "不符合法定条件。" if story.outcome == "denied" and decided else "", story.delivered_at,
            DeliveryMethod.COLLECTED.value if story.delivered_at else "", story.closed_at, code,
            0 if instant else promise, "workday", statute or None, "workday" if statute else "",
            len(made.happened) + 1, story.received_at,
        )  # fmt: skip

    def _event(self, made: Made, kind: str, at: datetime, by: User | None, data: dict[str, Any]) -> None:
        self.events.add(
            made.docket, kind, made.desk.center.code, by.pk if by else None, by.role if by else "", at, at, data
        )

    def _pause(self, made: Made, pause: tuple[date, date | None]) -> None:
        start, end = pause
        approver = made.desk.approver.pk
        self.pauses.add(
            made.id, self.clocks.ground.pk, start, end, NOTIFIED_DAYS, f"样本-特-{made.docket}", "需要专家评审。",
            approver, approver if end else None, made.story.accepted_at,
        )  # fmt: skip

    def _clock(self, made: Made, deadline: Deadline, ended_on: date | None) -> None:
        ended = made.story.decided_at or made.story.closed_at if deadline.clock == ClockKind.DECISION else None
        until = (ended or made.story.delivered_at or self.now) if ended_on else self.now
        reached = [change for change in deadline.changes if change.at <= until]
        ahead = [change.at for change in deadline.changes if change.at > until]
        used = self._used(made.story, deadline, ended_on)
        self.clock_rows.add(
            made.id, deadline.clock.value, deadline.label, deadline.start_on, deadline.unit, deadline.due,
            deadline.promise_due, deadline.statute_due, deadline.warn_from, deadline.late_from,
            deadline.statute_late_from, [[change.at.isoformat(), change.level.value] for change in deadline.changes],
            None if ended_on else min(ahead, default=None), deadline.provisional, deadline.stopped,
            deadline.statute_stopped, deadline.stop_label if deadline.stopped else "",
            deadline.stop_since if deadline.stopped else None, deadline.stop_overrun and not ended_on, ended_on,
            *used,
        )  # fmt: skip
        for change in reached:
            self.flags.add(made.id, deadline.clock.value, 1, change.level.value, change.at, change.at)
            data = {"clock": deadline.clock.value, "level": change.level.value, "deadline_version": 1}
            self._event(made, "case.flag_raised", change.at, None, data)

    def _used(
        self, story: Story, deadline: Deadline, ended_on: date | None
    ) -> tuple[int, int, int] | tuple[None, None, None]:
        """Net working days and calendar days from acceptance to decision, and the working days left then."""
        if deadline.clock != ClockKind.DECISION or ended_on is None or story.decided_at is None:
            return None, None, None
        calendar = self.clocks.calendar
        stood = calendar.count(story.pause[0], story.pause[1]) if story.pause and story.pause[1] else 0
        net, elapsed = calendar.count(deadline.start_on, ended_on) - stood, (ended_on - deadline.start_on).days
        return net, elapsed, spare_days(ended_on, deadline.due, calendar)

    def _party(self, made: Made, pk: UUID) -> None:
        serial = made.docket[-7:-1]
        name, phone, identity = f"样本人{serial}", f"000{made.docket[-9:-1]}", f"Y{made.docket[-12:-1]}"
        self.parties.add(
            pk, made.id, PartyRole.APPLICANT.value, PartyKind.PERSON.value, _sealed(pk, "name", name),
            blind_index("name", name), IdentityKind.PASSPORT.value, _sealed(pk, "identity", identity),
            blind_index("identity", identity), _sealed(pk, "phone", phone), blind_index("phone", phone),
        )  # fmt: skip


def _sealed(pk: UUID, column: str, value: str) -> str:
    return cipher.encrypt(value, context=f"cases_party.{column}.{pk}")
