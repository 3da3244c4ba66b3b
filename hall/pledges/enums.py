"""The words of the pledges: five zeros, seven working styles, and how a part counts in a pledge."""

from django.db.models import TextChoices


class Pledge(TextChoices):
    """五个零. Each is an indicator `pledge.<value>`."""

    ERROR = "zero_error", "零差错"
    BACKLOG = "zero_backlog", "零积压"
    SHIRKING = "zero_shirking", "零推诿"
    DISTANCE = "zero_distance", "零距离"
    COMPLAINT = "zero_complaint", "零投诉"

    @property
    def indicator(self) -> str:
        return f"pledge.{self.value}"

    @property
    def subject(self) -> str:
        """What the pledge is about, as the seed says it: 服务质量零差错."""
        return _SUBJECTS[self.value]


_SUBJECTS = {
    "zero_error": "服务质量",
    "zero_backlog": "服务事项",
    "zero_shirking": "服务受理",
    "zero_distance": "服务方式",
    "zero_complaint": "服务对象",
}


class Style(TextChoices):
    """七办: the seven working styles, found in the facts of cases and never declared."""

    AT_ONCE = "at_once", "马上办"
    PROACTIVE = "proactive", "主动办"
    AT_DOOR = "at_door", "上门办"
    OPEN = "open", "公开办"
    SPECIAL = "special", "特事特办"
    AFTER_HOURS = "after_hours", "延时办"
    HOLIDAY = "holiday", "节假日预约办"

    @property
    def source(self) -> str:
        """The code of its source of facts."""
        return f"cases.style_{self.value}"


class Counts(TextChoices):
    """How a part enters its pledge."""

    IN = "in", "计入"
    OF = "of", "分母"
    BESIDE = "beside", "并列，不计入"
