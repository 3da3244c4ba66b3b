"""The words of appraisal: whom, by what, how far, and what comes of it."""

from typing import Final

from django.db import models

from hall.facts.periods import PeriodKind


class SubjectKind(models.TextChoices):
    """Who is appraised."""

    DEPARTMENT = "department", "部门"
    WINDOW = "window", "窗口"
    PERSON = "person", "个人"


class Rhythm(models.TextChoices):
    """How often; the values are those of PeriodKind."""

    MONTH = PeriodKind.MONTH.value, "月"
    QUARTER = PeriodKind.QUARTER.value, "季"
    HALF = PeriodKind.HALF.value, "半年"
    YEAR = PeriodKind.YEAR.value, "年"


class SchemeState(models.TextChoices):
    """A version is written, then in force and unchangeable, then replaced by the next."""

    DRAFT = "draft", "草稿"
    ON = "on", "施行"
    SUPERSEDED = "superseded", "已被替换"


class LineKind(models.TextChoices):
    """Where the points of a line come from."""

    FACTS = "facts", "按事实计"
    INDICATOR = "indicator", "按指标计"
    MANUAL = "manual", "人工记分"


class Start(models.TextChoices):
    """What a line gives before anything happened."""

    FULL = "full", "满分起扣"
    ZERO = "zero", "零分起加"


class PeriodState(models.TextChoices):
    """How far an appraisal period has come."""

    OPEN = "open", "计分中"
    OBJECTION = "objection", "公示异议期"
    FROZEN = "frozen", "已定分"


class MarkState(models.TextChoices):
    """A manual mark counts once a second person agreed."""

    PROPOSED = "proposed", "待审核"
    APPROVED = "approved", "已通过"
    REFUSED = "refused", "未通过"


class ObjectionState(models.TextChoices):
    """What became of an objection."""

    OPEN = "open", "待裁定"
    STRUCK = "struck", "已撤销记分"
    KEPT = "kept", "维持记分"


class Band(models.TextChoices):
    """The result of a frozen sheet (thresholds are settings)."""

    EXCELLENT = "excellent", "优秀"
    GOOD = "good", "良好"
    PASS = "pass", "合格"
    FAIL = "fail", "不合格"


class AwardKind(models.TextChoices):
    """The honours a hall gives."""

    STAR = "star", "每月之星"
    POST = "post", "党员示范岗"
    BANNER = "banner", "红旗窗口"


class AwardState(models.TextChoices):
    """From a nomination to what the public sees."""

    NOMINATED = "nominated", "已提名"
    PUBLISHED = "published", "已公布"
    REFUSED = "refused", "未通过"
    WITHDRAWN = "withdrawn", "已撤销"


class Half(models.TextChoices):
    """Half a day, the unit attendance is kept in."""

    MORNING = "morning", "上午"
    AFTERNOON = "afternoon", "下午"


class Presence(models.TextChoices):
    """Where somebody was."""

    PRESENT = "present", "到岗"
    LATE = "late", "迟到"
    ABSENT = "absent", "缺勤"
    LEAVE = "leave", "请假"
    SITE = "site", "踏勘"
    MEETING = "meeting", "开会"
    VILLAGE = "village", "下乡"


# Who is out on duty signs back in (苍南县 2019: 踏勘、开会、下乡须登记、返岗须签到).
OUT: Final = (Presence.SITE, Presence.MEETING, Presence.VILLAGE)


class Shift(models.TextChoices):
    """The part of the day somebody is on duty."""

    DAY = "day", "全天"
    MORNING = "morning", "上午"
    AFTERNOON = "afternoon", "下午"
    EVENING = "evening", "延时服务"


class SwapState(models.TextChoices):
    """What became of a request to swap a turn."""

    ASKED = "asked", "待对方答复"
    ACCEPTED = "accepted", "已同意"
    REFUSED = "refused", "未同意"
