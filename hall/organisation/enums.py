"""The words of the organisation room."""

from django.db import models


class Level(models.TextChoices):
    """The four levels of the service network (DB13/T 2091-2014: 市县乡村四级政务服务体系)."""

    CITY = "city", "市级"
    COUNTY = "county", "县（区）级"
    TOWN = "town", "乡镇（街道）"
    VILLAGE = "village", "村（社区）"

    @property
    def code_length(self) -> int:
        """How many leading digits of a 12-digit division code name a place of this level."""
        return {"city": 4, "county": 6, "town": 9, "village": 12}[self.value]

    @property
    def above(self) -> "Level | None":
        """The level next above, None for a city."""
        order = list(Level)
        place = order.index(self)
        return order[place - 1] if place else None


class Weekday(models.IntegerChoices):
    """ISO numbers, as `date.isoweekday()` gives them."""

    MONDAY = 1, "周一"
    TUESDAY = 2, "周二"
    WEDNESDAY = 3, "周三"
    THURSDAY = 4, "周四"
    FRIDAY = 5, "周五"
    SATURDAY = 6, "周六"
    SUNDAY = 7, "周日"


class ExceptionKind(models.TextChoices):
    """What a single day does to the usual opening hours."""

    OPEN = "open", "照常开门"
    APPOINTMENT = "appointment", "预约办理"
    CLOSED = "closed", "不开门"


class PasswordPolicy(models.TextChoices):
    """Two schools of passwords; a hall chooses one."""

    DENGBAO = "dengbao", "等保：至少 10 位、三类字符、90 天更换、不得与前 5 次相同"
    ASVS = "asvs", "ASVS：至少 12 位、不得是常见口令、不要求定期更换"
