"""The words of 电子监察: colours, states of a card, states of a rule version, grounds, measures."""

from typing import Final

from django.db.models import TextChoices


class Colour(TextChoices):
    """黄牌 and 红牌 are cards; 提示 (黄色预警) warns and asks for nothing. Lamps have other names (law 17)."""

    SIGNAL = "signal", "提示"
    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"

    @property
    def mark(self) -> str:
        """The character in the number of a card."""
        return {"yellow": "黄", "red": "红"}[self.value]

    @property
    def badge(self) -> str:
        """Kind of the badge component."""
        return {"signal": "accent", "yellow": "warn", "red": "breach"}[self.value]


CARD_COLOURS: Final = (Colour.YELLOW, Colour.RED)


class VersionStatus(TextChoices):
    """A template ships with the software; a draft is a center's own; what was once on never changes again."""

    TEMPLATE = "template", "样本"
    DRAFT = "draft", "草稿"
    ON = "on", "启用"
    SUPERSEDED = "superseded", "已被替代"
    OFF = "off", "停用"

    @property
    def badge(self) -> str:
        """Kind of the badge component."""
        return {"on": "ok", "draft": "warn", "template": "accent"}.get(self.value, "")


class CardState(TextChoices):
    """Where a card stands."""

    AWAITING = "awaiting", "待反馈"
    ANSWERED = "answered", "已反馈"
    UPHELD = "upheld", "成立"
    REVOKED = "revoked", "不成立"
    APPEALING = "appealing", "申诉中"
    CONFIRMED = "confirmed", "申诉后维持"
    OVERTURNED = "overturned", "申诉后撤销"
    WITHDRAWN = "withdrawn", "自动撤销"

    @property
    def badge(self) -> str:
        """Kind of the badge component."""
        return {
            "awaiting": "warn", "answered": "accent", "appealing": "accent", "upheld": "late", "confirmed": "late",
        }.get(self.value, "")  # fmt: skip


# Cards that count; the others were taken back and count nowhere.
STANDING: Final = (
    CardState.AWAITING, CardState.ANSWERED, CardState.UPHELD, CardState.APPEALING, CardState.CONFIRMED,
)  # fmt: skip
# Somebody still has to do something.
OPEN: Final = (CardState.AWAITING, CardState.ANSWERED, CardState.APPEALING)
TAKEN_BACK: Final = (CardState.REVOKED, CardState.OVERTURNED, CardState.WITHDRAWN)
FOUND_TRUE: Final = (CardState.UPHELD, CardState.CONFIRMED)


class Ground(TextChoices):
    """Why a card is taken back (某市行政审批电子监察办法: 主动纠正、申请人瞒报、不可抗力可以免责)."""

    SELF_CORRECTED = "self_corrected", "主动纠正"
    CONCEALED = "concealed", "申请人隐瞒情况或提供虚假材料"
    FORCE_MAJEURE = "force_majeure", "不可抗力"
    CALENDAR = "calendar", "工作日历更正后不再超期"
    MISTAKEN = "mistaken", "认定有误"
    GROUND_GONE = "ground_gone", "所依据的事实已不成立"
    OTHER = "other", "其他"


# What a person may plead or a supervisor may name; the machine alone says that the fact is gone.
NAMED_GROUNDS: Final = tuple((g.value, g.label) for g in Ground if g != Ground.GROUND_GONE)


class Origin(TextChoices):
    """What an accountability record begins with."""

    CARD = "card", "红牌"
    COMPLAINT = "complaint", "投诉"
    HAND = "hand", "其他线索"


class Measure(TextChoices):
    """责任追究 forms (某市行政审批电子监察办法: 通报批评、诫勉、效能告诫、行政处分)."""

    CRITICISM = "criticism", "通报批评"
    ADMONITION = "admonition", "诫勉"
    EFFICIENCY = "efficiency", "效能告诫"
    DISCIPLINE = "discipline", "建议给予处分"
    OTHER = "other", "其他"


class RecordState(TextChoices):
    """Where an accountability record stands."""

    FOUND = "found", "已认定"
    MEASURED = "measured", "已定措施"
    SERVED = "served", "已送达"
    OBJECTED = "objected", "异议中"
    FINAL = "final", "已生效"
    CANCELLED = "cancelled", "已撤销"


class DeferralReason(TextChoices):
    """Why the watch comes back to a fact later."""

    PAUSED = "paused", "停表中"
    POISON = "poison", "处理出错"
