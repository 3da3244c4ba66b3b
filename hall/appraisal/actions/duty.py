"""The roster, swaps and the log of the day."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from hall.access.models import User
from hall.appraisal import parameters, rules
from hall.appraisal.actions.telling import event, message
from hall.appraisal.enums import Shift, SwapState
from hall.appraisal.models import DutyLog, DutySwap, DutyTurn
from hall.facts import parameters as settings
from hall.facts.errors import NotPermitted, Refused
from hall.facts.periods import midnight
from hall.organisation.models import Center, Staff
from hall.workdays.arithmetic import OutOfCalendar
from hall.workdays.calendars import calendar_for


def due(day: date, region: str) -> datetime:
    """When the log of a duty day is overdue: the end of the next working day. Raises Refused beyond the calendar."""
    try:
        return midnight(calendar_for(region).add(day, 1).on + timedelta(days=1))
    except OutOfCalendar as beyond:
        raise Refused("工作日历没有这一天，排不了班。", field="day") from beyond


@transaction.atomic
def arrange(*, center: Center, day: date, shift: str, staff: Staff, by: User, at: datetime) -> DutyTurn:
    """Put somebody of the center on duty."""
    if not rules.may_arrange(by, center.pk):
        raise NotPermitted("您不能排这个中心的班。")
    if staff.center_id != center.pk or (staff.left_on is not None and staff.left_on < day):
        raise Refused("这个人那天不在这个中心工作。", field="staff")
    if day < timezone.localdate(at):
        raise Refused("不能给过去的日子排班。", field="day")
    Center.objects.select_for_update().get(pk=center.pk)
    if DutyTurn.objects.filter(center=center, day=day, shift=shift, staff=staff).exists():
        raise Refused("这个人这一班已排上。", field="staff")
    made = DutyTurn.objects.create(
        center=center, day=day, shift=shift, staff=staff, log_due=due(day, center.region_id), arranged_by=by,
        arranged_at=at,
    )  # fmt: skip
    event("duty.arranged", center, by=by, at=at, turn=made.pk, day=day, shift=shift, staff=staff.pk)
    return made


@transaction.atomic
def remove(turn: DutyTurn, *, by: User, at: datetime) -> None:
    """Take a coming turn off the roster; a past one stays."""
    held = _held(turn)
    if not rules.may_arrange(by, held.center_id):
        raise NotPermitted("您不能排这个中心的班。")
    if held.day < timezone.localdate(at) or hasattr(held, "log"):
        raise Refused("已经过去的班和有日记的班不能取消。")
    facts = {"day": held.day, "shift": held.shift, "staff": held.staff_id}
    event("duty.removed", held.center, by=by, at=at, turn=held.pk, **facts)
    held.delete()


@transaction.atomic
def ask_swap(
    turn: DutyTurn, *, to: Staff, other: DutyTurn | None = None, reason: str, by: User, at: datetime
) -> DutySwap:
    """Ask a colleague of the center to take one's turn, or to exchange it for one of theirs."""
    held = _held(turn)
    if held.staff_id != by.staff_id:
        raise NotPermitted("只能为自己的班请人代替。")
    if held.day < timezone.localdate(at) or hasattr(held, "log"):
        raise Refused("已经过去的班和有日记的班不能换。")
    if to.pk == held.staff_id or to.center_id != held.center_id:
        raise Refused("请选本中心的另一个人。", field="to")
    if other is not None and other.staff_id != to.pk:
        raise Refused("交换的班不是对方的。", field="other")
    if not reason.strip():
        raise Refused("请写明事由。", field="reason")
    if held.swaps.filter(state=SwapState.ASKED).exists():
        raise Refused("这一班已有换班请求在等答复。", field="to")
    made = DutySwap.objects.create(turn=held, other=other, to=to, reason=reason.strip(), asked_by=by, asked_at=at)
    event("duty.swap_asked", held.center, by=by, at=at, swap=made.pk, turn=held.pk)
    facts = {"day": held.day.isoformat(), "shift": Shift(held.shift).label}
    message("duty_swap_asked", [to.pk], key=f"duty-swap:{made.pk}", at=at, **facts)
    return made


@transaction.atomic
def answer_swap(swap: DutySwap, *, accept: bool, by: User, at: datetime) -> DutySwap:
    """The person asked agrees, and the turns change hands; or does not, and nothing changes."""
    held = DutySwap.objects.select_for_update(of=("self",)).select_related("turn__center", "asked_by").get(pk=swap.pk)
    if not rules.may_answer_swap(by, held):
        raise NotPermitted("换班要由被请的人答复。")
    if held.state != SwapState.ASKED:
        raise Refused("这个换班请求已经答复过。")
    turn = _held(held.turn)
    if accept:
        _hand_over(held, turn, at)
    held.state = SwapState.ACCEPTED if accept else SwapState.REFUSED
    held.answered_by, held.answered_at = by, at
    held.save(update_fields=["state", "answered_by", "answered_at"])
    event("duty.swap_answered", turn.center, by=by, at=at, swap=held.pk, outcome=held.state)
    facts = {"day": turn.day.isoformat(), "shift": Shift(turn.shift).label, "outcome": held.get_state_display()}
    people = [held.asked_by.staff_id] if held.asked_by.staff_id is not None else []
    message("duty_swap_answered", people, key=f"duty-swap-answer:{held.pk}", at=at, **facts)
    return held


def _hand_over(swap: DutySwap, turn: DutyTurn, at: datetime) -> None:
    today = timezone.localdate(at)
    if turn.staff_id != swap.asked_by.staff_id or turn.day < today or hasattr(turn, "log"):
        raise Refused("这一班已经换人、已经过去或已有日记。")
    exchanged = _held(swap.other) if swap.other is not None else None
    # A past turn may lack its log: nobody takes that over by answering late.
    if exchanged is not None and (
        exchanged.staff_id != swap.to_id or exchanged.day < today or hasattr(exchanged, "log")
    ):
        raise Refused("要交换的班已经换人、已经过去或已有日记。")
    changes = [(turn, swap.to_id)] + ([(exchanged, turn.staff_id)] if exchanged is not None else [])
    for row, person in changes:
        if DutyTurn.objects.filter(center=row.center, day=row.day, shift=row.shift, staff_id=person).exists():
            raise Refused("接班的人那一班已经排上。")
    for row, person in changes:
        row.staff_id = person
        row.save(update_fields=["staff"])


@transaction.atomic
def write_log(turn: DutyTurn, *, text: str, handover: str = "", by: User, at: datetime) -> DutyLog:
    """The person on duty writes the log of the day, or edits it while it may still be edited."""
    held = _held(turn)
    if not rules.may_log(by, held):
        raise NotPermitted("值班日记由值班人本人记。")
    if timezone.localdate(at) < held.day:
        raise Refused("还没到值班的日子。", field="text")
    if not text.strip():
        raise Refused("请写值班情况。", field="text")
    log = DutyLog.objects.filter(turn=held).first()
    if log is None:
        log = DutyLog.objects.create(
            turn=held, text=text.strip(), handover=handover.strip(), written_by=by, written_at=at
        )
    elif at >= editable_until(log, held):
        raise Refused("日记写成已过可以修改的时间，不能再改。", field="text")
    else:
        log.text, log.handover, log.edited_at = text.strip(), handover.strip(), at
        log.save(update_fields=["text", "handover", "edited_at"])
    event("duty.logged", held.center, by=by, at=at, turn=held.pk, edited=log.edited_at is not None)
    return log


def editable_until(log: DutyLog, turn: DutyTurn) -> datetime:
    """When the log becomes unchangeable (a setting, in hours)."""
    hours = settings.whole_number(parameters.LOG_HOURS, center=turn.center_id, on=timezone.localdate(log.written_at))
    return log.written_at + timedelta(hours=hours)


def _held(turn: DutyTurn) -> DutyTurn:
    return DutyTurn.objects.select_for_update(of=("self",)).select_related("center", "staff").get(pk=turn.pk)
