"""The five indicators in words, and the parts this room knows of from the start."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hall.facts import indicators
from hall.facts.indicators import Better, Figure, Indicator, Unit
from hall.facts.slices import Slice
from hall.pledges import figures, parts
from hall.pledges.enums import Counts, Pledge, Style
from hall.pledges.parts import Part

SOURCE: Final = "“五个零”服务承诺：服务质量零差错、服务事项零积压、服务受理零推诿、服务方式零距离、服务对象零投诉"


@dataclass(frozen=True, slots=True)
class Wording:
    """What is counted, and what is not."""

    definition: str
    excludes: str
    better: Better = Better.LESS
    unit: Unit = Unit.COUNT


WORDS: Final[dict[Pledge, Wording]] = {
    Pledge.ERROR: Wording(
        "时段内复核同意的更正、作废重出的文书、复核不同意的退件、录入错误作废的办件，加起来的次数。",
        "申请人一方变更的电话和地址、复核同意的退件、重打的文书。",
    ),
    Pledge.BACKLOG: Wording(
        "现在还没有办结、已经超过承诺时限的办件数，不分哪个月收的。",
        "停表中的办件、没有期限的办件。",
    ),
    Pledge.SHIRKING: Wording(
        "时段内没有按期接收的移交、再次告知补正、热线工单退转，加起来的次数。", "负责人调配的移交、第一次的一次性告知。"
    ),
    Pledge.DISTANCE: Wording(
        "时段内收件的办件里，网上办、上门办、村级办、在家办的占多少；一件只归一类。",
        "到大厅窗口申请、又到大厅领取结果的，只在分母里。",
        Better.MORE,
        Unit.PERCENT,
    ),
    Pledge.COMPLAINT: Wording(
        "时段内认定属实的对工作人员的投诉件数；同时列出收到的全部投诉。", "不属实的和还没有认定的投诉，只并列。"
    ),
}

NO_HOTLINE: Final = "热线还没有接入本系统，工单退转次数没有来源。"
NO_LANE: Final = "还没有绿色通道和紧急件的登记。只凭办得快不能证明是特事特办，所以不推算。"

_PARTS: Final = (
    Part(Pledge.ERROR, "更正的办件事实", "cases.corrected", order=10),
    Part(Pledge.ERROR, "作废重出的文书", "cases.documents_reissued", order=20),
    Part(Pledge.ERROR, "复核不同意的退件", "cases.returned_by_error", order=30),
    Part(Pledge.ERROR, "录入错误作废的办件", "cases.voided_by_error", order=40),
    Part(Pledge.ERROR, "同期办结", "cases.closed", counts=Counts.BESIDE, order=90),
    Part(Pledge.BACKLOG, "超过承诺时限仍在办", "cases.open_late", standing=True, order=10),
    Part(Pledge.BACKLOG, "超 5 个工作日以内", "cases.late_1_5", counts=Counts.BESIDE, standing=True, order=20),
    Part(Pledge.BACKLOG, "超 6—10 个工作日", "cases.late_6_10", counts=Counts.BESIDE, standing=True, order=30),
    Part(Pledge.BACKLOG, "超 11—20 个工作日", "cases.late_11_20", counts=Counts.BESIDE, standing=True, order=40),
    Part(Pledge.BACKLOG, "超过 20 个工作日", "cases.late_over_20", counts=Counts.BESIDE, standing=True, order=50),
    Part(Pledge.SHIRKING, "没有按期接收的移交", "cases.handovers_unaccepted", order=10),
    Part(Pledge.SHIRKING, "再次告知补正", "cases.second_notice", order=20),
    Part(Pledge.SHIRKING, "热线工单退转", "hotline.bounced", NO_HOTLINE, order=30),
    Part(Pledge.SHIRKING, "同期全部移交", "cases.handovers", counts=Counts.BESIDE, order=90),
    Part(Pledge.DISTANCE, "网上办", "cases.online", order=10),
    Part(Pledge.DISTANCE, "上门办", "cases.outreach", order=20),
    Part(Pledge.DISTANCE, "村级办", "cases.village", order=30),
    Part(Pledge.DISTANCE, "在家办", "cases.at_home", order=40),
    Part(Pledge.DISTANCE, "同期收件", "cases.filed", counts=Counts.OF, order=90),
    Part(Pledge.COMPLAINT, "属实的投诉", "complaints.upheld", order=10),
    Part(Pledge.COMPLAINT, "收到的投诉", "complaints.received", counts=Counts.BESIDE, order=90),
)


def announce() -> None:
    """Register the parts this room knows of; with each part its pledge's indicator is announced anew."""
    parts.on_change(announce_indicator)
    for part in _PARTS:
        parts.register(part)


def announce_indicator(pledge: Pledge) -> None:
    """The indicator of a pledge with the parts it has now, whether their sources are announced yet or not."""
    words = WORDS[pledge]

    def compute(part: Slice, at: datetime) -> Figure:
        return figures.figure(pledge, part, at)

    indicators.register(
        Indicator(
            code=pledge.indicator,
            label=str(pledge.label),
            definition=words.definition,
            excludes=words.excludes,
            numerator=parts.codes(pledge, Counts.IN),
            denominator=parts.codes(pledge, Counts.OF),
            source=SOURCE,
            unit=words.unit,
            better=words.better,
            compute=compute,
        )
    )


def style_missing(style: Style) -> str:
    """Why a style has no number."""
    return NO_LANE if style == Style.SPECIAL else parts.WAITING
