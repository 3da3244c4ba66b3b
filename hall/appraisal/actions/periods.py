"""Run a period: open, announce for objections, freeze."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.appraisal import parameters, rules, transitions
from hall.appraisal.actions.computing import recompute
from hall.appraisal.actions.telling import event, message
from hall.appraisal.enums import MarkState, ObjectionState, PeriodState, SchemeState
from hall.appraisal.models import AppraisalPeriod, ManualMark, Objection, SchemeVersion
from hall.facts import parameters as settings
from hall.facts import periods
from hall.facts.errors import NotPermitted, Refused
from hall.workdays.arithmetic import OutOfCalendar
from hall.workdays.calendars import calendar_for

_MINE = "您不能办理这个中心的考核期。"


@transaction.atomic
def open_period(version: SchemeVersion, *, code: str, by: User, at: datetime) -> AppraisalPeriod:
    """Begin to score a period under a scheme in force; computed at once."""
    held = SchemeVersion.objects.select_for_update(of=("self",)).select_related("center").get(pk=version.pk)
    if held.center is None or not rules.may_run(by, held.center.pk):
        raise NotPermitted(_MINE)
    if held.state != SchemeState.ON:
        raise Refused("只能按施行中的细则计分。", field="version")
    try:
        span = periods.parse(code)
    except periods.InvalidPeriod as wrong:
        raise Refused(str(wrong), field="code") from wrong
    if span.kind.value != held.rhythm:
        raise Refused(f"这份细则按{held.get_rhythm_display()}考核，请填对应的考核期。", field="code")
    if span.first > timezone.localdate(at):
        raise Refused("考核期还没有开始。", field="code")
    known = AppraisalPeriod.objects.filter(
        center=held.center, code=span.code, version__subject=held.subject, version__rhythm=held.rhythm
    )
    if known.exists():
        raise Refused("这个考核期已经开启。", field="code")
    made = AppraisalPeriod.objects.create(
        version=held, center=held.center, code=span.code, first=span.first, last=span.last, opened_by=by, opened_at=at
    )
    event("appraisal.opened", held.center, by=by, at=at, period=made.pk, code=made.code)
    recompute(made, at=at)
    return made


@transaction.atomic
def announce(period: AppraisalPeriod, *, by: User, at: datetime) -> AppraisalPeriod:
    """Show the sheets for objections, some working days long. The period must be over.

    Whoever has an account is told; the others are named on the page of the ranking (`queries.out_of_reach`).
    """
    held = _held(period, "announce", by)
    today = timezone.localdate(at)
    if today <= held.last:
        raise Refused(f"考核期到 {held.last:%Y-%m-%d} 才结束，结束后才能公示。")
    recompute(held, at=at)
    days = settings.whole_number(parameters.OBJECTION_DAYS, center=held.center_id, on=today)
    try:
        until = calendar_for(held.center.region_id).add(today, days).on
    except OutOfCalendar as beyond:
        raise Refused("工作日历没有这些天，算不出异议截止日期。") from beyond
    held.state, held.objection_until = PeriodState.OBJECTION, until
    held.save(update_fields=["state", "objection_until"])
    event("appraisal.announced", held.center, by=by, at=at, period=held.pk, until=until)
    people = held.scores.filter(staff__user__is_active=True).values_list("staff_id", flat=True)
    label = periods.parse(held.code).label
    key = f"appraisal-announced:{held.pk}:{until}"
    message("appraisal_announced", people, key=key, at=at, period=label, until=until.isoformat())
    return held


@transaction.atomic
def reopen(period: AppraisalPeriod, *, by: User, at: datetime) -> AppraisalPeriod:
    """Back to scoring, where the announcement came too early."""
    held = _held(period, "reopen", by)
    held.state, held.objection_until = PeriodState.OPEN, None
    held.save(update_fields=["state", "objection_until"])
    event("appraisal.reopened", held.center, by=by, at=at, period=held.pk)
    return held


@transaction.atomic
def freeze(period: AppraisalPeriod, *, by: User, at: datetime) -> AppraisalPeriod:
    """Fix the sheets for good, after the window for objections and once nothing waits for a decision."""
    held = _held(period, "freeze", by)
    if held.objection_until is None or timezone.localdate(at) <= held.objection_until:
        raise Refused(f"异议期到 {held.objection_until:%Y-%m-%d} 截止，之后才能定分。")
    waiting = Objection.objects.filter(score__period=held, state=ObjectionState.OPEN).count()
    marks = ManualMark.objects.filter(score__period=held, state=MarkState.PROPOSED).count()
    if waiting or marks:
        raise Refused(f"还有 {waiting} 条异议、{marks} 条人工记分没有裁定，裁定后才能定分。")
    recompute(held, at=at)
    held.refresh_from_db(fields=["computed_at"])
    held.state, held.frozen_at, held.frozen_by = PeriodState.FROZEN, at, by
    held.save(update_fields=["state", "frozen_at", "frozen_by"])
    event("appraisal.frozen", held.center, by=by, at=at, period=held.pk, sheets=held.scores.count())
    return held


def _held(period: AppraisalPeriod, name: str, by: User) -> AppraisalPeriod:
    """The row as it is now, locked, where the step is one the table knows."""
    rows = AppraisalPeriod.objects.select_for_update(of=("self",)).select_related("center", "version")
    held = rows.get(pk=period.pk)
    if not rules.may_run(by, held.center_id):
        raise NotPermitted(_MINE)
    transitions.target_of(transitions.PERIOD, name, held.state)
    return held
