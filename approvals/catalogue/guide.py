"""A version in the words of a guide: the answer first, then what people ask next. Pure: the day is handed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from approvals.catalogue.enums import InstantDeadline, MaterialNeed, VisitCount
from approvals.catalogue.models import ItemVersion, Material
from hall.workdays.arithmetic import Calendar, OutOfCalendar
from hall.workdays.explanation import Explanation, Wording, explain_term
from hall.workdays.terms import Limit, Unit

WEEKDAYS = "一二三四五六日"
DATED_UNITS = frozenset({Unit.WORKDAY, Unit.DAY, Unit.MONTH})


@dataclass(frozen=True, slots=True)
class Today:
    """What is promised to somebody who applies today. `explanation` is the ruler, None where no day can be named."""

    sentence: str
    due: date | None = None
    provisional: bool = False
    explanation: Explanation | None = None
    limit: Limit | None = None


def today_promise(version: ItemVersion, calendar: Calendar, today: date) -> Today:
    """The due date if accepted today: the earlier of promise and statute, as it would hold for a real case."""
    if version.is_instant:
        on_the_spot = version.instant_deadline == InstantDeadline.ON_THE_SPOT
        return Today("材料齐全的，当场办结。" if on_the_spot else "材料齐全的，今天申请，今天下班前办结。", today)
    told = [_told(limit, calendar, today) for limit in _dated(version)]
    earliest = min((one for one in told if one.due), key=lambda one: one.due or date.max, default=None)
    if earliest is not None:
        return earliest
    if version.promise is not None:
        return Today(f"受理后 {version.promise}内办结。", limit=version.promise)
    return Today("办结时限请向窗口咨询。")


def _dated(version: ItemVersion) -> list[Limit]:
    """Limits that end on a day; the promise first, so that it is named where both end together."""
    return [limit for limit in (version.promise, version.statute) if limit is not None and limit.unit in DATED_UNITS]


def _told(limit: Limit, calendar: Calendar, today: date) -> Today:
    wording = Wording(title="为什么是这一天", start="受理", start_text="受理当天不计", end="办结")
    try:
        explanation = explain_term(today, limit, (), calendar, today=today, wording=wording)
    except OutOfCalendar:
        return Today("办结时限请向窗口咨询。")
    due = explanation.due
    if due is None:
        return Today(f"受理后 {limit}内办结。", limit=limit)
    sentence = f"今天申请，承诺{day_words(due, today)}下班前办结。"
    return Today(sentence, due, explanation.provisional, explanation, limit)


def day_words(day: date, today: date) -> str:
    """5月18日（周一）, with the year where it is another one."""
    year = f"{day.year}年" if day.year != today.year else ""
    return f" {year}{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def in_short(version: ItemVersion) -> tuple[str, ...]:
    """What one has to know before leaving home, a sentence each."""
    return (*_to_bring(version), _to_pay(version), _to_come(version))


def _to_bring(version: ItemVersion) -> tuple[str, ...]:
    materials = list(version.materials.all())
    if not materials:
        return ("不用带材料。",)
    needed = [material for material in materials if material.need != MaterialNeed.CONDITIONAL]
    later = [material for material in materials if material.may_be_deferred]
    words = f"带 {len(needed)} 样材料。" if needed else "一般不用带材料。"
    if len(materials) > len(needed):
        words += f"另有 {len(materials) - len(needed)} 样只在特定情形才要。"
    if not later or not version.promise_supplement:
        return (words,)
    return words, f"其中 {len(later)} 样暂时缺少也可以先受理，书面承诺后在 {version.supplement}内补齐。"


def _to_pay(version: ItemVersion) -> str:
    fees = list(version.fees.all())
    if version.is_free or not fees:
        return "不收费。"
    known = [fee.amount for fee in fees]
    if all(amount is not None for amount in known):
        total = sum(amount for amount in known if amount is not None)
        return f"收费 {total.normalize():f} 元。" if total else "不收费。"
    return "收费，标准见下面。"


def _to_come(version: ItemVersion) -> str:
    words = {
        VisitCount.NONE: "不用到现场。",
        VisitCount.ONCE: "最多到现场一次。",
        VisitCount.TWICE: "要到现场两次。",
        VisitCount.MORE: "要到现场两次以上。",
    }[VisitCount(version.visits)]
    return words + "、".join(version.channels) + "都可以。" if len(version.channels) > 1 else words


def materials_by_need(materials: Sequence[Material]) -> list[tuple[str, list[Material]]]:
    """Materials under the heading of their need, empty groups left out."""
    headings = {
        MaterialNeed.REQUIRED: "必须交的",
        MaterialNeed.DEFERRABLE: "可以容缺后补的",
        MaterialNeed.CONDITIONAL: "特定情形才要的",
    }
    groups = [(words, [m for m in materials if m.need == need]) for need, words in headings.items()]
    return [(words, group) for words, group in groups if group]


def short_limit(version: ItemVersion) -> str:
    """The promise in a word or two, for lists."""
    if version.is_instant:
        return str(InstantDeadline(version.instant_deadline).label)
    return f"承诺 {version.promise}" if version.promise else "时限见指南"
