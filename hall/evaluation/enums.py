"""Words of the evaluation: five grades, the national lists of reasons, the ways an answer comes in."""

from typing import Final

from django.db.models import IntegerChoices, TextChoices


class Grade(IntegerChoices):
    """The five grades of 国办发〔2019〕51号 and GB/T 39734-2020 7.3; the two lowest are 差评."""

    VERY_GOOD = 5, "非常满意"
    GOOD = 4, "满意"
    FAIR = 3, "基本满意"
    BAD = 2, "不满意"
    VERY_BAD = 1, "非常不满意"


BAD_GRADES: Final = (Grade.BAD.value, Grade.VERY_BAD.value)


class GoodReason(TextChoices):
    """What somebody may tick with one of the three upper grades, in the words of the national platform."""

    ONE_WINDOW = "g1", "一窗受理一次办结"
    MATERIALS_LATER = "g2", "可以先受理后补材料"
    NO_CERTIFICATE = "g3", "不用提交证明"
    ALL_ONLINE = "g4", "可以全程网上办理"
    BY_PHONE = "g5", "可以使用手机办理"
    NEARBY = "g6", "可以就近办理"
    NO_MATERIALS = "g7", "无需材料直接办理"
    KIND_AND_QUICK = "g8", "服务热情效率高"


class BadReason(TextChoices):
    """What somebody may tick with one of the two lower grades: both national lists, so that nobody misses a reason."""

    NO_SAMPLE = "b1", "没有提供材料样本"
    NO_LIST = "b2", "没有提供材料清单"
    OVER_PROMISE = "b3", "未在承诺时间内办结"
    SAME_PROOF_AGAIN = "b4", "同样内容的证明材料被要求多次提交"
    ONLINE_IN_NAME = "b5", "承诺网办但无法在线办理"
    QUEUED_TWICE = "b6", "在线预约办理后到实体大厅重复取号排队"
    UNSKILLED = "b7", "窗口人员业务不熟练"
    GRUFF = "b8", "服务态度生硬"
    NEW_CONDITIONS = "b9", "在办事指南之外增加新的审批条件"
    NEW_MATERIALS = "b10", "需提供办事指南之外的申报材料"
    OVER_STATUTE = "b11", "无理由超过法定办理时间"
    WRONG_SAMPLE = "b12", "办事指南提供样本有错"
    ONLINE_MATERIALS_IN_NAME = "b13", "承诺在线收取申报材料实际无法收取"
    MANY_DOORS = "b14", "多头跑窗口和部门"
    MORE_VISITS = "b15", "跑动次数与承诺的不一致"
    RUDE_AND_SLOW = "b16", "服务态度差效率低"


class Via(TextChoices):
    """The way an answer came in."""

    PAD = "pad", "窗口评价器"
    QR = "qr", "结果上的二维码"
    LOOKUP = "lookup", "查进度页面"
    MESSAGE = "message", "短信链接"
    COUNTER = "counter", "窗口屏幕上的二维码"
    PAPER = "paper", "纸质评价表"


# The ways that come with a link, which alone may stand in an address.
LINKED: Final = (Via.QR.value, Via.LOOKUP.value, Via.MESSAGE.value, Via.COUNTER.value)


class Origin(TextChoices):
    """Whose device it was: what comes from the hall's own staff is kept, told apart and counted in no indicator."""

    CITIZEN = "citizen", "办事人"
    STAFF_DEVICE = "staff_device", "工作人员的设备或网络"


class StrikeReason(TextChoices):
    """Why an evaluation leaves numerator and denominator after an appeal was upheld."""

    MISTAKEN = "mistaken", "误评"
    MALICIOUS = "malicious", "恶意差评"


def is_bad(grade: int) -> bool:
    """Whether the grade is a 差评, which opens a rectification."""
    return grade in BAD_GRADES


def reasons_for(grade: int) -> type[GoodReason] | type[BadReason]:
    """The list that belongs to the half the grade stands in."""
    return BadReason if is_bad(grade) else GoodReason
