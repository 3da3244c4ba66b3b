"""Honours: nominate with evidence, decide by another person, publish with reasons, withdraw with a reason."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.appraisal import parameters, rules, transitions
from hall.appraisal.actions.telling import event, message
from hall.appraisal.candidates import asked_for, evidence_for, sheets_for
from hall.appraisal.eligibility import Condition, conditions, eligible
from hall.appraisal.enums import AwardKind, AwardState, PeriodState
from hall.appraisal.models import Award
from hall.appraisal.models.award import LIVE
from hall.facts import parameters as settings
from hall.facts import periods
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import Period
from hall.organisation.models import Center, Post, Staff, Window
from hall.privacy.detector import personal_paths
from hall.workdays.arithmetic import OutOfCalendar
from hall.workdays.calendars import calendar_for


def judged(subject: Staff | Window, period: Period, on: date) -> list[Condition]:
    """The conditions of one candidate, as they stand."""
    found = evidence_for(type(subject), subject.center_id, period, only=subject.pk)
    return conditions(found[subject.pk], **asked_for(subject.center_id, on))


@transaction.atomic
def nominate(
    subject: Staff | Window, *, kind: str, period: Period, term: tuple[date, date] | None = None,
    post: Post | None = None, evidence: str, by: User, at: datetime,
) -> Award:  # fmt: skip
    """Nominate a person or a window that fulfils every condition. `term` is the term of a model post, `post` the post
    it is given for, one the person holds.
    """
    if not rules.may_nominate(by, subject):
        raise NotPermitted("您不能提名这个人或窗口：首席代表提名本部门的，督查人员提名本中心的，谁都不能提名自己。")
    if isinstance(subject, Window) != (kind == AwardKind.BANNER):
        raise Refused("红旗窗口授予窗口，其余荣誉授予个人。", field="kind")
    if not evidence.strip():
        raise Refused("请写明提名材料。", field="evidence")
    first, last = term or (period.first, period.last)
    if last < first:
        raise Refused("任期的截止日期不能早于开始日期。", field="last")
    Center.objects.select_for_update().get(pk=subject.center_id)  # two presses make one nomination
    _check_post(post, subject, kind, first, last)
    who: dict[str, Any] = {"window": subject} if isinstance(subject, Window) else {"staff": subject}
    if Award.objects.filter(kind=kind, period_code=period.code, state__in=LIVE, **who).exists():
        raise Refused("这一期已有同一荣誉的提名。", field="evidence")
    found = judged(subject, period, timezone.localdate(at))
    if not eligible(found):
        raise Refused("不符合评选条件：" + "；".join(one.text for one in found if not one.ok) + "。", field="evidence")
    made = Award.objects.create(
        kind=kind, center=subject.center, period_code=period.code, first=first, last=last, post=post,
        evidence=evidence.strip(),
        figures=[asdict(one) for one in found], nominated_by=by, nominated_at=at, **who,
    )  # fmt: skip
    event("awards.nominated", subject.center, by=by, at=at, award=made.pk, kind=kind, period=period.code)
    return made


def _check_post(post: Post | None, subject: Staff | Window, kind: str, first: date, last: date) -> None:
    """A model post is one the person holds, and nobody else's in the same term."""
    if post is None:
        return
    if kind != AwardKind.POST or subject.pk not in (post.holder_a_id, post.holder_b_id):
        raise Refused("示范岗要是这个人自己的岗位。", field="post")
    if Award.objects.filter(post=post, state__in=LIVE, first__lte=last, last__gte=first).exists():
        raise Refused("这个岗位在这段任期里已有示范岗的提名。", field="post")


@transaction.atomic
def publish(award: Award, *, reasons: str, by: User, at: datetime) -> Award:
    """Decide for the nomination and publish it with its reasons, some working days as 公示."""
    held = _held(award, "publish")
    if not rules.may_decide_award(by, held):
        raise NotPermitted("荣誉要由提名人以外的第二人评定，也不能评定自己。")
    if not reasons.strip():
        raise Refused("请写明公布的理由。", field="reasons")
    if personal_paths({"reasons": reasons}):
        raise Refused("公布的理由里有证件号或电话，请去掉。", field="reasons")
    today = timezone.localdate(at)
    _check_final(held, today)
    days = settings.whole_number(parameters.NOTICE_DAYS, center=held.center_id, on=today)
    try:
        held.notice_until = calendar_for(held.center.region_id).add(today, days).on
    except OutOfCalendar as beyond:
        raise Refused("工作日历没有这些天，算不出公示截止日期。") from beyond
    held.reasons = reasons.strip()
    _decide(held, AwardState.PUBLISHED, by, at)
    event("awards.published", held.center, by=by, at=at, award=held.pk, until=held.notice_until)
    if held.staff_id is not None:
        facts = {"award": held.get_kind_display(), "period": _period(held).label, "until": str(held.notice_until)}
        message("award_published", [held.staff_id], key=f"award:{held.pk}", at=at, **facts)
    return held


def _check_final(held: Award, today: date) -> None:
    """Nothing that an honour rests on may still change: the days are over, the sheets frozen, the conditions hold."""
    period, subject = _period(held), held.staff or held.window
    if today <= period.last:
        raise Refused("评选期还没有结束，结束以后才能公布。", field="reasons")
    if subject is None or not eligible(judged(subject, period, today)):
        raise Refused("提名以后情况有变，已不符合评选条件，请看评选条件后再定。", field="reasons")
    sheets = sheets_for(held.kind, held.center, period)
    if sheets is None or sheets.state != PeriodState.FROZEN:
        now = sheets.get_state_display() if sheets else "还没有考核分"
        raise Refused(f"{period.label}的考核分现在是“{now}”，定分以后才能公布荣誉。", field="reasons")


@transaction.atomic
def refuse(award: Award, *, reason: str, by: User, at: datetime) -> Award:
    """Decide against the nomination, with a reason the house can read."""
    held = _held(award, "refuse")
    if not rules.may_decide_award(by, held):
        raise NotPermitted("荣誉要由提名人以外的第二人评定，也不能评定自己。")
    if not reason.strip():
        raise Refused("请写明理由。", field="reasons")
    held.reasons = reason.strip()
    _decide(held, AwardState.REFUSED, by, at)
    event("awards.refused", held.center, by=by, at=at, award=held.pk)
    return held


@transaction.atomic
def withdraw(award: Award, *, reason: str, by: User, at: datetime) -> Award:
    """Take a published honour back; it leaves the public page, the row and its reason stay."""
    held = _held(award, "withdraw")
    if not rules.may_withdraw_award(by, held):
        raise NotPermitted("您不能撤销这项荣誉。")
    if not reason.strip():
        raise Refused("请写明撤销的理由。", field="reason")
    held.state, held.withdrawn_by, held.withdrawn_at = AwardState.WITHDRAWN, by, at
    held.withdrawal = reason.strip()
    held.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawal"])
    event("awards.withdrawn", held.center, by=by, at=at, award=held.pk)
    return held


def _held(award: Award, name: str) -> Award:
    rows = Award.objects.select_for_update(of=("self",)).select_related("center", "staff", "window", "post")
    held = rows.get(pk=award.pk)
    transitions.target_of(transitions.AWARD, name, held.state)
    return held


def _decide(held: Award, state: AwardState, by: User, at: datetime) -> None:
    held.state, held.decided_by, held.decided_at = state, by, at
    held.save(update_fields=["state", "decided_by", "decided_at", "reasons", "notice_until"])


def _period(award: Award) -> Period:
    return periods.parse(award.period_code)
