"""The words of conduct: patrols, bulletins, complaints about staff, checks of closing times."""

from typing import Final

from django.db.models import TextChoices


class Place(TextChoices):
    """Where a line of a check list is looked at."""

    WINDOW = "window", "每个窗口"
    HALL = "hall", "大厅公共区域"


class Outcome(TextChoices):
    """What a patrol saw on one line."""

    FINE = "fine", "正常"
    PROBLEM = "problem", "有问题"


class Severity(TextChoices):
    """How grave a problem is; decides nothing by itself, it tells the reader."""

    MINOR = "minor", "一般"
    SERIOUS = "serious", "较重"
    GRAVE = "grave", "严重"


class RectificationState(TextChoices):
    """Where the putting right of a finding stands."""

    OPEN = "open", "待整改"
    ANSWERED = "answered", "待复查"
    CLOSED = "closed", "已整改"


class RectificationDeed(TextChoices):
    """What was done to it."""

    ANSWER = "answer", "答复整改"
    CLOSE = "close", "复查通过"
    REOPEN = "reopen", "退回重改"


class Audience(TextChoices):
    """Whom a bulletin is for."""

    INTERNAL = "internal", "内部"
    PUBLIC = "public", "公开"


class BulletinState(TextChoices):
    """Where a bulletin stands."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"


class ComplaintChannel(TextChoices):
    """How a complaint came in."""

    WEB = "web", "网上"
    WINDOW = "window", "现场"
    PHONE = "phone", "电话"
    LETTER = "letter", "来信"


class ComplaintState(TextChoices):
    """Where a complaint stands."""

    RECEIVED = "received", "待决定是否受理"
    DECLINED = "declined", "不予受理"
    ASSIGNED = "assigned", "调查中"
    REPORTED = "reported", "待裁定"
    DECIDED = "decided", "已裁定"


class Verdict(TextChoices):
    """What was found of a complaint."""

    UPHELD = "upheld", "属实"
    PARTLY = "partly", "部分属实"
    NOT_UPHELD = "not_upheld", "不属实"


BLAMED: Final = frozenset({Verdict.UPHELD, Verdict.PARTLY})
OPEN_COMPLAINTS: Final = frozenset({ComplaintState.RECEIVED, ComplaintState.ASSIGNED, ComplaintState.REPORTED})


class CheckVerdict(TextChoices):
    """What a check of a closing time found."""

    GENUINE = "genuine", "真实"
    BACKDATED = "backdated", "倒签"
    BATCHED = "batched", "批量办结"
    UNCLEAR = "unclear", "无法判断"
