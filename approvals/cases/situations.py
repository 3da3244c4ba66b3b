"""One case as one person meets it at one moment: loaded once, asked by the case page and by every act on it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from django.http import Http404
from django.utils import timezone

from approvals.cases import actions, clock, clockwork
from approvals.cases.clock import CaseFacts, ClockKind, Deadline
from approvals.cases.models import Case, Correction, Handover, Pause, ReturnReview, StepRecord
from approvals.catalogue.models import PauseGround
from hall.access.models import User
from hall.workdays.arithmetic import Calendar
from hall.workdays.calendars import calendar_for

_ONE = (
    "center__region", "department", "window", "version_filed__item", "version_filed__regime", "first_handler",
    "handler", "accepted_by__staff", "decided_by__staff", "extension__approved_by__staff",
)  # fmt: skip
_MANY = (
    "parties", "materials__material", "deferred__material", "pauses__ground", "pauses__approved_by__staff",
    "pauses__ended_by__staff", "steps__step", "steps__ended_by__staff", "notices__given_by__staff",
    "hearings__given_by__staff", "inspections__first_officer", "inspections__second_officer",
    "inspections__recorded_by__staff", "returns__proposed_by__staff", "returns__reviewed_by__staff",
    "corrections__proposed_by__staff", "corrections__reviewed_by__staff", "handovers__from_staff",
    "handovers__to_staff", "handovers__by__staff", "fees__fee_item", "fees__by__staff",
    "version_filed__fees", "attachments__uploaded_by__staff", "version_filed__materials", "version_filed__steps",
    "version_filed__regime__pause_grounds", "center__opening_hours",
)  # fmt: skip


def visible_case(user: User, docket: str) -> Case:
    """The case under a docket number with everything its page asks, where the person may see it; Http404 otherwise."""
    case = Case.objects.visible_to(user).select_related(*_ONE).prefetch_related(*_MANY).filter(docket=docket).first()
    if case is None:
        raise Http404
    return case


@dataclass
class Situation:
    """A case, the person in front of it, and the moment. Everything derived is computed once."""

    case: Case
    user: User
    at: datetime

    @cached_property
    def today(self) -> date:
        return timezone.localdate(self.at)

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_for(self.case.region_code)

    @cached_property
    def facts(self) -> CaseFacts:
        """What the clock is told; a case of another system keeps the day that system gave."""
        facts = clockwork.facts_of(self.case, self.calendar)
        return replace(facts, fixed_due_on=self.case.legacy_due_on) if self.case.legacy_due_on else facts

    @cached_property
    def deadlines(self) -> tuple[Deadline, ...]:
        """The clocks that run now."""
        return self.deadlines_if()

    def deadlines_if(self, **changes: object) -> tuple[Deadline, ...]:
        """The clocks that would run if some facts were different."""
        facts = replace(self.facts, **changes) if changes else self.facts  # type: ignore[arg-type]
        return clock.deadlines(facts, self.calendar, today=self.today, warn=self._warn)

    @cached_property
    def _warn(self) -> clock.WarnRule:
        return clockwork.warn_rule(self.case, self.today)

    def deadline(self, kind: ClockKind, **changes: object) -> Deadline | None:
        """One clock, as it runs or as it would run."""
        deadlines = self.deadlines_if(**changes) if changes else self.deadlines
        return next((d for d in deadlines if d.clock == kind), None)

    @cached_property
    def missing(self) -> list[str]:
        """Required materials not there yet."""
        return actions.missing_materials(self.case)

    @cached_property
    def owed(self) -> list[str]:
        """Promised materials (容缺) that have not come."""
        return [d.material.name for d in self.case.deferred.all() if d.received_at is None]

    @cached_property
    def grounds(self) -> list[PauseGround]:
        """On which grounds the item's regime may stop the clock."""
        regime = self.case.version_filed.regime
        return list(regime.pause_grounds.all()) if regime else []

    @cached_property
    def open_pauses(self) -> list[Pause]:
        return [pause for pause in self.case.pauses.all() if pause.end_on is None]

    @cached_property
    def running_step(self) -> StepRecord | None:
        return next((step for step in self.case.steps.all() if step.ended_at is None), None)

    @cached_property
    def pending_return(self) -> ReturnReview | None:
        return next((review for review in self.case.returns.all() if review.agreed is None), None)

    @cached_property
    def pending_handover(self) -> Handover | None:
        return next((row for row in self.case.handovers.all() if row.is_pending), None)

    @cached_property
    def pending_corrections(self) -> list[Correction]:
        return [row for row in self.case.corrections.all() if row.agreed is None]
