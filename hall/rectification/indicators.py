"""The nine figures of 好差评, each with formula, denominator and what is left out (GB/T 39734-2020)."""

from typing import Final

from hall.facts import indicators
from hall.facts.indicators import Better, Indicator, Unit

_GB: Final = "GB/T 39734-2020、国办发〔2019〕51号"
_OUT: Final = "申诉成立剔除的评价、大厅内部设备提交的评价"


def _rate(code: str, label: str, definition: str, up: str, down: str, **more: str) -> Indicator:
    better = Better(more.get("better", Better.MORE))
    return Indicator(
        code=f"evaluation.{code}", label=label, definition=definition, numerator=(f"evaluation.{up}",),
        denominator=(f"evaluation.{down}",), numerator_label=more["top"], denominator_label=more["bottom"],
        excludes=more.get("excludes", f"{_OUT}，分子分母都不计。"), source=more.get("source", _GB), unit=Unit.PERCENT,
        better=better,
    )  # fmt: skip


_OF_CLOSED: Final = "申诉成立剔除的，分子分母都不计；大厅内部设备提交的不算评价，该办件按未评计。"
RATES: Final = (
    _rate(
        "active_rate",
        "主动评价率",
        "主动评价率 = 已主动评价的可评件 ÷ 可评件。按办结时间计。",
        "active_of_closed",
        "evaluable",
        top="已主动评价的可评件",
        bottom="可评件",
        excludes=_OF_CLOSED,
    ),
    _rate(
        "unrated_rate",
        "未评率",
        "未评率 = 未评件 ÷ 可评件。按办结时间计。没有评价就是没有评价，不当作满意。",
        "unrated",
        "evaluable",
        top="未评件",
        bottom="可评件",
        excludes=_OF_CLOSED,
        better=Better.LESS,
    ),
    _rate(
        "good_rate",
        "好评率",
        "好评率 = 非常满意、满意、基本满意 ÷ 收到的评价。按评价时间计，含纸质代录。",
        "good",
        "given",
        top="好评",
        bottom="收到的评价",
    ),
    _rate(
        "active_good_rate",
        "主动好评率",
        "主动好评率 = 主动评价中的好评 ÷ 主动评价。按评价时间计。",
        "active_good",
        "active",
        top="主动好评",
        bottom="主动评价",
    ),
    _rate(
        "bad_rate",
        "差评率",
        "差评率 = 不满意、非常不满意 ÷ 收到的评价。按评价时间计，含纸质代录。",
        "bad",
        "given",
        top="差评",
        bottom="收到的评价",
        better=Better.LESS,
    ),
    _rate(
        "checked_rate",
        "按期核实率",
        "按期核实率 = 期限内联系上评价人的实名差评 ÷ 应核实的实名差评。",
        "checked_in_time",
        "check_due",
        top="按期核实",
        bottom="应核实",
        source="安阳市优化营商环境条例第五十二条",
        excludes=f"匿名差评、期限未到的、期限内按规定次数联系不上的；{_OUT}。",
    ),
    _rate(
        "rectified_rate",
        "整改率",
        "整改率 = 已整改或已答复解释的差评 ÷ 应整改的差评。",
        "rectified",
        "rectify_due",
        top="已整改",
        bottom="应整改",
        excludes=f"期限未到而未整改的；{_OUT}。",
    ),
    _rate(
        "revisited_rate",
        "回访率",
        "回访率 = 回访到本人的实名差评 ÷ 应回访的实名差评。",
        "revisited",
        "revisit_due",
        top="已回访",
        bottom="应回访",
        excludes=f"匿名差评、期限未到的、回访时联系不上的；{_OUT}。",
    ),
    _rate(
        "satisfied_rate",
        "整改满意率",
        "整改满意率 = 最后一次回访表示满意的 ÷ 回访到本人的实名差评。",
        "satisfied",
        "revisited",
        top="满意",
        bottom="回访到本人",
        excludes=f"匿名差评、回访时联系不上的；{_OUT}。",
    ),
)


def announce() -> None:
    """Register them all; called once from AppConfig.ready."""
    for rate in RATES:
        indicators.register(rate)
