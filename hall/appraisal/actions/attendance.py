"""Keep attendance: record a board, correct with a reason, sign back in."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.appraisal import rules
from hall.appraisal.actions.telling import event
from hall.appraisal.enums import OUT, Half, Presence
from hall.appraisal.models import Attendance, AttendanceChange
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import midnight
from hall.organisation.models import Center, Staff


def starts(day: date, half: str) -> datetime:
    """The moment a half day is counted at: 00:00 or 12:00 Beijing time."""
    return midnight(day) + timedelta(hours=12 if half == Half.AFTERNOON else 0)


@transaction.atomic
def record(
    *, center: Center, day: date, marks: Mapping[tuple[int, str], str], by: User, at: datetime
) -> list[Attendance]:
    """Write the half days of a board that nobody wrote yet; `marks` maps (staff, half) to where they were.

    What is on record already stays as it is: that is changed by `correct`, with a reason.
    """
    if day > timezone.localdate(at):
        raise Refused("不能登记以后的考勤。", field="day")
    people = {one.pk: one for one in Staff.objects.filter(pk__in={pk for pk, _ in marks}, center=center)}
    homes = {one.department_id: one for one in people.values()}  # the right depends on the department alone
    if any(pk not in people for pk, _ in marks) or not all(rules.may_record(by, one) for one in homes.values()):
        raise NotPermitted("首席代表登记本部门的考勤，督查人员登记本中心的考勤。")
    Center.objects.select_for_update().get(pk=center.pk)  # two boards of the same day at once
    known = set(Attendance.objects.filter(day=day, staff__in=people).values_list("staff_id", "half"))
    rows = [
        Attendance(
            staff=people[pk], center=center, day=day, half=half, starts_at=starts(day, half), presence=presence,
            recorded_by=by, recorded_at=at,
        )
        for (pk, half), presence in marks.items()
        if (pk, half) not in known
    ]  # fmt: skip
    made = Attendance.objects.bulk_create(rows)
    if made:
        event("attendance.recorded", center, by=by, at=at, day=day, rows=len(made))
    return made


@transaction.atomic
def correct(row: Attendance, *, presence: str, reason: str, by: User, at: datetime) -> Attendance:
    """Change what is on record; what stood there, why and by whom stays readable."""
    held = _held(row)
    if not rules.may_correct(by, held):
        raise NotPermitted("您不能更正这个人的考勤；自己的考勤由别人更正。")
    if not reason.strip():
        raise Refused("请写明更正的理由。", field="reason")
    if presence == held.presence:
        raise Refused("和原来登记的一样，没有更正。", field="presence")
    AttendanceChange.objects.create(
        attendance=held, before=held.presence, after=presence, reason=reason.strip(), changed_by=by, changed_at=at
    )
    before, held.presence = held.presence, presence
    if presence not in OUT:
        held.returned_at = held.returned_by = None
    held.save(update_fields=["presence", "returned_at", "returned_by"])
    event("attendance.corrected", held.center, by=by, at=at, attendance=held.pk, before=before, after=presence)
    return held


@transaction.atomic
def sign_return(row: Attendance, *, by: User, at: datetime) -> Attendance:
    """Back from site, meeting or village. A second press changes nothing."""
    held = _held(row)
    if not rules.may_sign_return(by, held):
        raise NotPermitted("返岗由本人或登记考勤的人签到。")
    if held.presence not in OUT:
        raise Refused(f"登记的是“{Presence(held.presence).label}”，不用返岗签到。")
    if held.returned_at is None:
        held.returned_at, held.returned_by = at, by
        held.save(update_fields=["returned_at", "returned_by"])
        event("attendance.returned", held.center, by=by, at=at, attendance=held.pk)
    return held


def _held(row: Attendance) -> Attendance:
    return Attendance.objects.select_for_update(of=("self",)).select_related("staff", "center").get(pk=row.pk)
