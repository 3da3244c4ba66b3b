"""What people write on a sheet: marks by judgement with a second person, objections with a second reader, 阅知."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from hall.access.models import User
from hall.appraisal import rules, scoring
from hall.appraisal.actions.computing import recompute
from hall.appraisal.actions.telling import event, message
from hall.appraisal.enums import LineKind, MarkState, ObjectionState, PeriodState, Start
from hall.appraisal.models import AppraisalPeriod, Confirmation, Line, ManualMark, Objection, Score, ScoreEntry
from hall.facts.errors import NotPermitted, Refused

_FROZEN = "已定分，不能再改。"


def _held(score: Score) -> Score:
    """The sheet while its period is held, so that a freeze and a change never cross."""
    period = AppraisalPeriod.objects.select_for_update(of=("self",)).get(pk=score.period_id)
    if period.state == PeriodState.FROZEN:
        raise Refused(_FROZEN)
    return Score.objects.select_related("period__center", "period__version", "staff").get(pk=score.pk)


@transaction.atomic
def mark(score: Score, *, line: Line, points: Decimal, evidence: str, by: User, at: datetime) -> ManualMark:
    """Propose points by judgement, with evidence. They count once a second person agreed."""
    held = _held(score)
    if not rules.may_score(by, held):
        raise NotPermitted("您不能给这张考核表记分。")
    if line.version_id != held.period.version_id or line.kind != LineKind.MANUAL:
        raise Refused("这个项目不是人工记分的。", field="line")
    if points == 0 or abs(points) > line.limit:
        raise Refused(f"分数不能是 0，也不能超过本项的 {line.limit:g} 分。", field="points")
    if (line.start == Start.FULL) == (points > 0):
        word = "满分起扣，请填负数" if line.start == Start.FULL else "零分起加，请填正数"
        raise Refused(f"这个项目{word}。", field="points")
    if not evidence.strip():
        raise Refused("请写明证据。", field="evidence")
    same = ManualMark.objects.filter(score=held, line=line, points=points, evidence=evidence.strip(), marked_by=by)
    if same.filter(state=MarkState.PROPOSED).exists():  # two presses make one mark
        raise Refused("同样的记分已提交，正在等第二人审核。", field="evidence")
    made = ManualMark.objects.create(
        score=held, line=line, points=points, evidence=evidence.strip(), marked_by=by, marked_at=at
    )
    event("appraisal.marked", held.period.center, by=by, at=at, mark=made.pk, score=held.pk, points=str(points))
    return made


@transaction.atomic
def decide_mark(mark: ManualMark, *, agree: bool, reason: str = "", by: User, at: datetime) -> ManualMark:
    """The second person agrees, and the points count; or does not, with a reason."""
    sheet = _held(mark.score)
    held = ManualMark.objects.select_for_update().get(pk=mark.pk)
    held.score = sheet
    if not rules.may_decide_mark(by, held):
        raise NotPermitted("人工记分要由记分人以外的第二人审核。")
    if held.state != MarkState.PROPOSED:
        raise Refused("这条记分已经审核过。")
    if not agree and not reason.strip():
        raise Refused("不通过要写明理由。", field="reason")
    held.state = MarkState.APPROVED if agree else MarkState.REFUSED
    held.decided_by, held.decided_at, held.reason = by, at, reason.strip()
    held.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    center = sheet.period.center
    event("appraisal.mark_decided", center, by=by, at=at, mark=held.pk, outcome=held.state)
    recompute(sheet.period, at=at)
    return held


@transaction.atomic
def object_to(entry: ScoreEntry, *, grounds: str, by: User, at: datetime) -> Objection:
    """The appraised says an entry is wrong, once, before the freeze."""
    held = _held(entry.score)
    if not rules.may_object(by, held):
        raise NotPermitted("只能对自己的考核表提异议；部门和窗口的由首席代表提。")
    if entry.key in scoring.NO_EVENT:
        raise Refused("起评分和上限不是记分，不能提异议。")
    if not grounds.strip():
        raise Refused("请写明异议理由。", field="grounds")
    if Objection.objects.filter(score=held, line=entry.line, key=entry.key).exists():
        raise Refused("这一条已提过异议。")
    made = Objection.objects.create(
        score=held, line=entry.line, key=entry.key, text=entry.text, points=entry.points, grounds=grounds.strip(),
        raised_by=by, raised_at=at,
    )  # fmt: skip
    center = held.period.center
    event("appraisal.objected", center, by=by, at=at, objection=made.pk, score=held.pk, fact=made.key)
    return made


def scorer_of(objection: Objection) -> int | None:
    """Who gave the mark objected to; None for points that come from facts."""
    word, _, number = objection.key.partition(":")
    if word != "manual" or not number.isdecimal():
        return None
    return ManualMark.objects.filter(pk=int(number)).values_list("marked_by_id", flat=True).first()


@transaction.atomic
def decide_objection(objection: Objection, *, strike: bool, reason: str, by: User, at: datetime) -> Objection:
    """The second reader strikes the entry or keeps it, with a reason; the sheet is computed anew."""
    sheet = _held(objection.score)
    held = Objection.objects.select_for_update().get(pk=objection.pk)
    held.score = sheet
    if not rules.may_decide_objection(by, held, scorer_of(held)):
        raise NotPermitted("异议要由提出人、记分人以外的第二人裁定。")
    if held.state != ObjectionState.OPEN:
        raise Refused("这条异议已经裁定。")
    if not reason.strip():
        raise Refused("请写明裁定理由。", field="reason")
    held.state = ObjectionState.STRUCK if strike else ObjectionState.KEPT
    held.decided_by, held.decided_at, held.reason = by, at, reason.strip()
    held.save(update_fields=["state", "decided_by", "decided_at", "reason"])
    center = sheet.period.center
    event("appraisal.objection_decided", center, by=by, at=at, objection=held.pk, outcome=held.state)
    recompute(sheet.period, at=at)
    if held.raised_by.staff_id is not None:
        key, outcome = f"appraisal-objection:{held.pk}", held.get_state_display()
        message("appraisal_objection_decided", [held.raised_by.staff_id], key=key, at=at, outcome=outcome)
    return held


@transaction.atomic
def confirm(score: Score, *, by: User, at: datetime) -> Confirmation:
    """阅知: the appraised has read the sheet as it stands. Before or after the freeze; once."""
    held = Score.objects.select_for_update(of=("self",)).select_related("period__center").get(pk=score.pk)
    if not rules.speaks_for(by, held):
        raise NotPermitted("只能确认自己的考核表；部门和窗口的由首席代表确认。")
    if held.period.state == PeriodState.OPEN:
        raise Refused("考核分公示以后才能确认。")
    made, new = Confirmation.objects.get_or_create(
        score=held, defaults={"total": held.total, "confirmed_by": by, "confirmed_at": at}
    )
    if new:
        event("appraisal.confirmed", held.period.center, by=by, at=at, score=held.pk, total=str(held.total))
    return made
