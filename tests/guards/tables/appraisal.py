"""Addresses of appraisal: sheets, rules, honours, attendance, duty."""

from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from hall.access.models import User
from hall.appraisal.models import AppraisalPeriod, Attendance, Award, DutySwap, ManualMark, Objection, Score
from tests.builders import make_staff
from tests.guards.route import CASE_READERS, CASEWORK, CHIEF, STAFF, SUPERVISOR, Route, form, get, post
from tests.guards.world import Place
from tests.hall.appraisal import builders

WATCHER: Final = frozenset({SUPERVISOR})
LEADERS: Final = frozenset({CHIEF, SUPERVISOR})
ON_DUTY: Final = CASEWORK | WATCHER


def _kept(place: Place, name: str, make: Any) -> Any:
    """One object of a place, made when it is first named, and again where a test took it back."""
    row = getattr(place, name, None)
    if row is None or not type(row).objects.filter(pk=row.pk).exists():
        setattr(place, name, make())
    return getattr(place, name)


def _period(place: Place) -> AppraisalPeriod:
    found: AppraisalPeriod = _kept(
        place, "appraised", lambda: builders.run(place, builders.manual_line(100), at=timezone.now())
    )
    return found


def _sheet(place: Place, user: User) -> Score:
    """The person's own sheet, where there is one."""
    scores = _period(place).scores
    return scores.filter(staff=user.staff).first() or scores.get(staff=place.clerk.staff)


def _pk(place: Place, user: User) -> dict[str, Any]:
    return {"pk": _sheet(place, user).pk}


def _entry(place: Place, user: User) -> dict[str, Any]:
    sheet = _sheet(place, user)
    return {"pk": sheet.pk, "entry": sheet.entries.get().pk}


def _objection(place: Place, _: User) -> dict[str, Any]:
    sheet, at = _sheet(place, place.clerk), timezone.now()
    facts = {"line": sheet.period.version.lines.get(), "text": "记分", "points": -1, "grounds": "不对"}
    make = Objection.objects.create
    who = {"raised_by": place.clerk, "raised_at": at}
    return {"pk": _kept(place, "objection", lambda: make(score=sheet, key="x:1", **facts, **who)).pk}


def _mark(place: Place, _: User) -> dict[str, Any]:
    sheet, at = _sheet(place, place.clerk), timezone.now()
    facts = {"line": sheet.period.version.lines.get(), "points": -1, "evidence": "巡查"}
    who = {"marked_by": place.supervisor, "marked_at": at}
    return {"pk": _kept(place, "mark", lambda: ManualMark.objects.create(score=sheet, **facts, **who)).pk}


def _step(place: Place, _: User) -> dict[str, Any]:
    return {"pk": _period(place).pk, "step": "recompute"}


def _scheme(place: Place, _: User) -> dict[str, Any]:
    return {"pk": _period(place).version_id}


def _draft(place: Place, _: User) -> dict[str, Any]:
    make = lambda: builders.draft(place, builders.manual_line(100), rhythm="year")  # noqa: E731 - asked at most once
    return {"pk": _kept(place, "scheme_draft", make).pk}


def _award(place: Place, _: User) -> dict[str, Any]:
    found: Award = _kept(place, "award", lambda: builders.honoured(place))
    return {"pk": found.pk}


def _candidate(place: Place, _: User) -> dict[str, Any]:
    return {"kind": "star", "pk": place.clerk.staff_id}


def _attendance(place: Place, user: User) -> dict[str, Any]:
    make = lambda: builders.attended(place, user.staff, presence="site")  # noqa: E731 - asked at most once
    found: Attendance = _kept(place, f"attendance_{user.pk}", make)
    return {"pk": found.pk}


def _kept_by_chief(place: Place, _: User) -> dict[str, Any]:
    return _attendance(place, place.clerk)


def _turn(place: Place, user: User) -> dict[str, Any]:
    today = timezone.localdate()
    make = lambda: builders.turn(place, user.staff, today.isoformat())  # noqa: E731 - asked at most once
    return {"pk": _kept(place, f"turn_{user.pk}", make).pk}


def _swap(place: Place, user: User) -> dict[str, Any]:
    """A request of a colleague that waits for this person."""
    day = (timezone.localdate() + timedelta(days=2)).isoformat()

    def make() -> DutySwap:
        turn = builders.turn(place, make_staff(place.department), day)
        who = {"asked_by": place.colleague, "asked_at": timezone.now()}
        return DutySwap.objects.create(turn=turn, to=user.staff, reason="家里有事", **who)

    return {"pk": _kept(place, f"swap_{user.pk}", make).pk}


ROUTES: Final[dict[str, Route]] = {
    "appraisal:overview": get(CASE_READERS),
    "appraisal:overview_export": form(LEADERS),
    "appraisal:mine": get(CASEWORK),
    "appraisal:sheet": get(CASE_READERS, _pk),
    "appraisal:confirm": post(CASEWORK, _pk),
    "appraisal:object": form(CASEWORK, _entry),
    "appraisal:mark": form(WATCHER, _pk),
    "appraisal:worklist": get(WATCHER),
    "appraisal:worklist_export": form(WATCHER),
    "appraisal:objection": form(WATCHER, _objection),
    "appraisal:mark_decide": form(WATCHER, _mark),
    "appraisal:period_new": form(WATCHER),
    "appraisal:period_step": post(WATCHER, _step),
    "appraisal:schemes": get(CASE_READERS),
    "appraisal:schemes_export": form(CASE_READERS),
    "appraisal:scheme": get(CASE_READERS, _scheme),
    "appraisal:scheme_copy": post(WATCHER, _scheme),
    "appraisal:scheme_edit": form(WATCHER, _draft),
    "appraisal:scheme_on": post(WATCHER, _draft),
    "appraisal:scheme_discard": post(WATCHER, _draft),
    "appraisal:awards": get(CASE_READERS),
    "appraisal:awards_export": form(LEADERS),
    "appraisal:candidates": get(LEADERS),
    "appraisal:candidates_export": form(LEADERS),
    "appraisal:nominate": form(LEADERS, _candidate),
    "appraisal:award": get(CASE_READERS, _award),
    "appraisal:award_decide": form(WATCHER, _award),
    "appraisal:award_withdraw": form(WATCHER, _award),
    "appraisal:certificate": get(CASE_READERS, _award),
    "appraisal:honours": get(None),
    "appraisal:attendance": form(LEADERS),
    "appraisal:attendance_mine": get(STAFF),
    "appraisal:attendance_month": get(LEADERS),
    "appraisal:attendance_export": form(LEADERS),
    "appraisal:attendance_row": get(STAFF, _attendance),
    "appraisal:attendance_correct": form(LEADERS, _kept_by_chief),
    "appraisal:attendance_return": post(STAFF, _attendance),
    "appraisal:duty": get(ON_DUTY),
    "appraisal:duty_export": form(LEADERS),
    "appraisal:duty_new": form(WATCHER),
    "appraisal:duty_logs": get(ON_DUTY),
    "appraisal:duty_logs_export": form(LEADERS),
    "appraisal:duty_remove": post(WATCHER, _turn),
    "appraisal:duty_swap": form(ON_DUTY, _turn),
    "appraisal:duty_log": form(ON_DUTY, _turn),
    "appraisal:duty_swap_answer": post(ON_DUTY, _swap),
}
