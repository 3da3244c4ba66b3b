"""Patrols: draw the route, write down line by line, finish, put right, look again. One door for writing."""

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.access.rules import has_right
from hall.conduct import parameters, photos, queries, rules
from hall.conduct.enums import Outcome, RectificationDeed
from hall.conduct.models import (
    Finding,
    Patrol,
    PatrolLine,
    PatrolList,
    PatrolStop,
    Photo,
    Rectification,
    RectificationStep,
)
from hall.conduct.transitions import RECTIFICATION, target
from hall.facts.errors import NotPermitted, Refused
from hall.ledger import actions as ledger
from hall.organisation.models import Center, Department, Staff, Window
from hall.outbox import actions as outbox
from hall.supervision.impersonal import checked


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of a new version of the check list."""

    group: str
    text: str
    place: str
    source: str
    points: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen on one line: everything but the outcome is empty where nothing is wrong."""

    outcome: str
    text: str = ""
    severity: str = ""
    points: int = 0
    staff: Staff | None = None
    department: Department | None = None
    photo: bytes = b""


@transaction.atomic
def new_list(*, lines: Sequence[LineFacts], note: str, by: User, at: datetime) -> PatrolList:
    """Put a new version of the check list into force. Rounds under way keep theirs. Raises Refused, NotPermitted."""
    if not has_right(by, "patrol.record"):
        raise NotPermitted("修改巡查清单需要“巡查登记、复查整改”的权限。")
    if not lines:
        raise Refused("清单至少要有一项。", field="lines")
    last = PatrolList.objects.select_for_update().latest("version")
    row = PatrolList.objects.create(version=last.version + 1, note=note, added_at=at, added_by=by)
    PatrolLine.objects.bulk_create(
        PatrolLine(
            checklist=row, position=position, group=line.group, text=line.text, place=line.place, source=line.source,
            points=line.points,
        )
        for position, line in enumerate(lines, start=1)
    )  # fmt: skip
    code = by.staff.center.code if by.staff else ""
    data = {"version": row.version, "lines": len(lines)}
    ledger.append(docket="", kind="patrol.list", center_code=code, actor=by, occurred_at=at, data=data)
    return row


def draw(windows: Sequence[int], count: int, seed: str) -> list[int]:
    """`count` of the windows by the seed: the same again for the same windows in any order."""
    picked = random.Random(seed).sample(sorted(windows), min(count, len(windows)))  # noqa: S311 - repeatable on purpose
    return sorted(picked)


@transaction.atomic
def start(
    *, center: Center, chosen: Sequence[Window] = (), drawn: int = 0, by: User, at: datetime, seed: str = ""
) -> Patrol:
    """Begin a round: the hall itself, then the chosen windows and those drawn at random among the others.

    The seed is made here and kept, so that the draw can be repeated; a test may give one. Raises NotPermitted, and
    Refused where another round of the same person is still open or nothing was chosen.
    """
    if not (has_right(by, "patrol.record") and rules.in_center(by, center.pk)):
        raise NotPermitted("只能在您督查的中心巡查。")
    if Patrol.objects.select_for_update().filter(started_by=by, finished_at__isnull=True).exists():
        raise Refused("您还有一次巡查没有结束，请先结束那一次。")
    opened = list(queries.windows_of(center.pk, timezone.localdate(at)).order_by("pk"))
    if any(window.center_id != center.pk for window in chosen):
        raise Refused("所选窗口不在这个中心。", field="windows")
    taken = {window.pk for window in chosen}
    seed = seed or secrets.token_hex(8)
    route = taken | set(draw([window.pk for window in opened if window.pk not in taken], drawn, seed))
    patrol = Patrol.objects.create(
        center=center, checklist=queries.list_in_force(), drawn=drawn, windows_open=len(opened), seed=seed,
        started_at=at, started_by=by,
    )  # fmt: skip
    stops = [None, *(window for window in _by_number([*chosen, *opened]) if window.pk in route)]
    PatrolStop.objects.bulk_create(
        PatrolStop(patrol=patrol, window=window, position=position) for position, window in enumerate(stops)
    )
    _tell("patrol.started", patrol, by=by, at=at, windows=len(stops) - 1, drawn=drawn, seed=seed)
    return patrol


def _by_number(windows: Sequence[Window]) -> list[Window]:
    """In the order one walks: by number, each once."""
    return sorted({window.pk: window for window in windows}.values(), key=lambda w: (len(w.number), w.number))


@transaction.atomic
def record(*, stop: PatrolStop, line: PatrolLine, seen: Seen, by: User, at: datetime) -> Finding:
    """Write down one line of one stop; again corrects it while the round is open. Raises Refused, NotPermitted."""
    patrol = _open_patrol(stop.patrol_id, by)
    if stop.patrol_id != patrol.pk or line.checklist_id != patrol.checklist_id or line.place != stop.place:
        raise Refused("这一项不在这次巡查的清单里。")
    problem = seen.outcome == Outcome.PROBLEM
    if problem and not (seen.text.strip() and seen.severity):
        raise Refused("有问题的，请写明看到的情况，并选程度。", field="text" if not seen.text.strip() else "severity")
    earlier = Finding.objects.filter(stop=stop, line=line).first()
    row = earlier or Finding(patrol=patrol, stop=stop, line=line, center_id=patrol.center_id, window_id=stop.window_id)
    row.outcome, row.recorded_at = seen.outcome, at
    row.text = checked(seen.text.strip(), "text") if problem else ""
    row.severity, row.points = (seen.severity, seen.points) if problem else ("", 0)
    row.staff, row.department = _responsible(patrol, stop, seen) if problem else (None, None)
    row.photo = _photo(seen, row.photo, by, at) if problem else None
    row.save()
    _tell("patrol.recorded", patrol, by=by, at=at, line=line.position, outcome=seen.outcome, window=stop.window_id)
    return row


def _responsible(patrol: Patrol, stop: PatrolStop, seen: Seen) -> tuple[Staff | None, Department | None]:
    """The person and the department: what was chosen, else the person's, else the window's."""
    department = seen.department or (seen.staff and seen.staff.department) or (stop.window and stop.window.department)
    for field, row in (("staff", seen.staff), ("department", department)):
        if row is not None and row.center_id != patrol.center_id:
            raise Refused("涉及的人员和部门要属于这个中心。", field=field)
    return seen.staff, department or None


def _photo(seen: Seen, before: Photo | None, by: User, at: datetime) -> Photo | None:
    return _kept(seen.photo, by, at) if seen.photo else before


def _kept(content: bytes, by: User, at: datetime) -> Photo:
    row = photos.sealed(content)
    row.added_at, row.added_by = at, by
    row.save(force_insert=True)
    return row


@transaction.atomic
def finish(*, patrol: Patrol, note: str = "", by: User, at: datetime) -> Patrol:
    """End the round: from now on its findings count, and every problem is to be put right by a day."""
    patrol = _open_patrol(patrol.pk, by)
    findings = list(
        patrol.findings.select_related("department__chief_representative", "line").select_for_update(of=("self",))
    )
    if not findings:
        raise Refused("还没有记下任何一项，不能结束。不巡查了的，请至少记下一项“正常”。")
    patrol.finished_at, patrol.note = at, checked(note.strip(), "note")
    patrol.save(update_fields=["finished_at", "note"])
    patrol.findings.update(counted_at=at)
    problems = [finding for finding in findings if finding.outcome == Outcome.PROBLEM]
    due = parameters.due_on(parameters.RECTIFY_DAYS, center=patrol.center, at=at)
    for finding in problems:
        row = Rectification.objects.create(
            finding=finding, opened_at=at, due_on=due, late_from=parameters.late_from(due)
        )
        _write_to_chief(row, finding, at=at)
    _tell("patrol.finished", patrol, by=by, at=at, looked=len(findings), problems=len(problems), due=due.isoformat())
    return patrol


def _write_to_chief(row: Rectification, finding: Finding, *, at: datetime) -> None:
    chief = finding.department.chief_representative_id if finding.department else None
    if chief is None:
        return
    context = {"line": finding.line.text, "due": f"{row.due_on:%Y-%m-%d}"}
    _message("staff_patrol_finding", chief, f"patrol.opened:{row.pk}", context, at)


@transaction.atomic
def answer(*, rectification: Rectification, text: str, photo: bytes = b"", by: User, at: datetime) -> Rectification:
    """The department says what it did. Raises NotPermitted, Refused."""
    row = _locked(rectification.pk)
    if not rules.answers_for(by, row):
        raise NotPermitted("这个问题由责任部门的首席代表答复。")
    if not rules.may_answer(by, row):
        raise Refused(f"现在是“{row.get_state_display()}”，不能再答复。")
    row.answered_at, row.answered_by = at, by
    _step(row, RectificationDeed.ANSWER, text, photo, by=by, at=at)
    context = {"line": row.finding.line.text}
    patroller = row.finding.patrol.started_by.staff_id
    if patroller:
        _message("staff_patrol_answered", patroller, f"patrol.answered:{row.pk}:{at.isoformat()}", context, at)
    return row


@transaction.atomic
def recheck(*, rectification: Rectification, passed: bool, text: str, by: User, at: datetime) -> Rectification:
    """A patroller who is not the one who answered looks again: closed, or back with a new day."""
    row = _locked(rectification.pk)
    if not (has_right(by, "patrol.record") and rules.in_center(by, row.finding.center_id)):
        raise NotPermitted("复查整改需要“巡查登记、复查整改”的权限。")
    if row.answered_by_id == by.pk:
        raise NotPermitted("答复整改的人不能自己复查。")
    if not rules.may_recheck(by, row):
        raise Refused(f"现在是“{row.get_state_display()}”，没有要复查的。")
    if passed:
        row.closed_at, row.closed_by = at, by
    else:
        _new_term(row, at)
    _step(row, RectificationDeed.CLOSE if passed else RectificationDeed.REOPEN, text, b"", by=by, at=at)
    if not passed:
        _write_again(row, at)
    return row


def _new_term(row: Rectification, at: datetime) -> None:
    """Another term; what was late already stays late from the first day."""
    in_time = row.answered_at is not None and row.answered_at < row.late_from
    row.due_on = parameters.due_on(parameters.RECTIFY_DAYS, center=row.finding.center, at=at)
    if in_time:
        row.late_from = parameters.late_from(row.due_on)
    row.answered_at = row.answered_by = None


def _write_again(row: Rectification, at: datetime) -> None:
    chief = row.finding.department.chief_representative_id if row.finding.department else None
    if chief is not None:
        context = {"line": row.finding.line.text, "due": f"{row.due_on:%Y-%m-%d}"}
        _message("staff_patrol_reopened", chief, f"patrol.reopened:{row.pk}:{at.isoformat()}", context, at)


def _step(row: Rectification, deed: str, text: str, photo: bytes, *, by: User, at: datetime) -> None:
    """State, step and event together."""
    text = checked(text.strip(), "text")
    if not text:
        raise Refused("请写明情况。", field="text")
    row.state = target(RECTIFICATION, deed)
    row.save()
    RectificationStep.objects.create(
        rectification=row, deed=deed, text=text, photo=_kept(photo, by, at) if photo else None,
        done_at=at, done_by=by,
    )  # fmt: skip
    data = {"rectification": str(row.pk), "deed": deed, "due": row.due_on.isoformat()}
    code = row.finding.center.code
    ledger.append(docket="", kind="patrol.rectification", center_code=code, actor=by, occurred_at=at, data=data)


def _locked(pk: UUID) -> Rectification:
    rows = Rectification.objects.select_related(
        "finding__center", "finding__department", "finding__line", "finding__patrol__started_by"
    )
    return rows.select_for_update(of=("self",)).get(pk=pk)


def _open_patrol(pk: UUID, by: User) -> Patrol:
    patrol = Patrol.objects.select_related("center").select_for_update(of=("self",)).get(pk=pk)
    if patrol.finished_at is not None:
        raise Refused("这次巡查已经结束，不能再改。")
    if not rules.may_patrol(by, patrol):
        raise NotPermitted("这次巡查由发起的人登记。")
    return patrol


def _tell(kind: str, patrol: Patrol, *, by: User, at: datetime, **data: object) -> None:
    facts = {"patrol": str(patrol.pk), **data}
    ledger.append(docket="", kind=kind, center_code=patrol.center.code, actor=by, occurred_at=at, data=facts)


def _message(template: str, staff: int, key: str, context: dict[str, str], at: datetime) -> None:
    outbox.enqueue(
        docket="", channel="inbox", template=template, recipient_kind="staff", recipient_ref=str(staff),
        dedupe_key=key, available_at=at, context=context,
    )  # fmt: skip
