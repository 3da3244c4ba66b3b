"""Rolled-up figures: what a page reads instead of the cases. Every row can be rebuilt from the facts at any time."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hall.dashboard.enums import DayKind, Grain, Span
from hall.organisation.models import Center, Department, Window


class TallyModel(models.Model):
    """The key of a rolled-up row: days, place, item. `day` is the first day of the span.

    `department`, `window` and `item` are empty where the grain does not split by them; a case filed at no window has
    none either.
    References are not enforced: rows are written in bulk, and the places they name are never deleted.
    """

    span = models.CharField("跨度", max_length=5, choices=Span)
    grain = models.CharField("粒度", max_length=10, choices=Grain)
    day = models.DateField("日期")
    center = models.ForeignKey(Center, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+")
    department = models.ForeignKey(
        Department, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    window = models.ForeignKey(
        Window, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    item = models.CharField("事项编码", max_length=64, blank=True)

    class Meta:
        abstract = True


class CaseTally(TallyModel):
    """How many cases, by measure (measures.py says what each one means)."""

    filed = models.PositiveIntegerField("收件", default=0)
    online = models.PositiveIntegerField("网上收件", default=0)
    accepted = models.PositiveIntegerField("受理", default=0)
    decided = models.PositiveIntegerField("决定", default=0)
    granted = models.PositiveIntegerField("准予", default=0)
    closed = models.PositiveIntegerField("办结", default=0)
    timed = models.PositiveIntegerField("有期限的办结", default=0)
    on_time = models.PositiveIntegerField("按时办结", default=0)
    late = models.PositiveIntegerField("超期办结", default=0)
    early = models.PositiveIntegerField("提前办结", default=0)
    compressed = models.PositiveIntegerField("可比压缩的办结", default=0)
    statute_days = models.PositiveBigIntegerField("法定工作日之和", default=0)
    promise_days = models.PositiveBigIntegerField("承诺工作日之和", default=0)
    actual_days = models.PositiveBigIntegerField("实际净工作日之和", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "办件汇总"
        constraints = (
            models.UniqueConstraint(
                fields=("span", "grain", "day", "center", "department", "window", "item"),
                nulls_distinct=False,
                name="casetally_once",
            ),
        )
        indexes = (
            models.Index(fields=("center", "span", "grain", "day"), name="casetally_center"),
            models.Index(
                fields=("window", "span", "grain", "day"), name="casetally_window", condition=Q(window__isnull=False)
            ),
            models.Index(fields=("item", "span", "grain", "day"), name="casetally_item", condition=~Q(item="")),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.grain} {self.department_id}"


class DurationTally(TallyModel):
    """How many decisions took so many days: enough for a mean, a median and a 90th percentile of any slice.

    One row holds a whole distribution: `days` in ascending order, and at the same place in `n` how many took them.
    Kept by department for days, by department and by center for months; windows and items are few enough to be read
    from the cases.
    """

    kind = models.CharField("算法", max_length=8, choices=DayKind)
    days = ArrayField(models.IntegerField(), verbose_name="天数")
    n = ArrayField(models.IntegerField(), verbose_name="件数")

    class Meta:
        verbose_name = verbose_name_plural = "用时汇总"
        constraints = (
            models.UniqueConstraint(
                fields=("span", "grain", "day", "center", "department", "kind"),
                nulls_distinct=False,
                name="durationtally_once",
            ),
        )
        indexes = (models.Index(fields=("center", "span", "grain", "day"), name="durationtally_center"),)

    def __str__(self) -> str:
        return f"{self.day} {self.grain} {self.kind}"


class OpenTally(models.Model):
    """How many open cases stand under which lamp now. Lamps change by the hour, so all of it is counted anew."""

    center = models.ForeignKey(Center, models.DO_NOTHING, db_constraint=False, related_name="+")
    department = models.ForeignKey(Department, models.DO_NOTHING, db_constraint=False, related_name="+")
    window = models.ForeignKey(
        Window, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    item = models.CharField("事项编码", max_length=64)
    # Empty where no clock runs: an open case whose item promises nothing.
    lamp = models.CharField("信号", max_length=20, blank=True)
    n = models.PositiveIntegerField("件数")
    oldest_at = models.DateTimeField("最早收件")

    class Meta:
        verbose_name = verbose_name_plural = "在办汇总"
        constraints = (
            models.UniqueConstraint(
                fields=("center", "department", "window", "item", "lamp"), nulls_distinct=False, name="opentally_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.department_id} {self.lamp} {self.n}"


class FactTally(models.Model):
    """How many facts of one source a center or department had: cards, evaluations, what the five pledges count."""

    span = models.CharField("跨度", max_length=5, choices=Span)
    grain = models.CharField("粒度", max_length=10, choices=Grain)
    source = models.CharField("来源", max_length=60)
    day = models.DateField("日期")
    center = models.ForeignKey(
        Center, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    department = models.ForeignKey(
        Department, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    n = models.PositiveIntegerField("件数")

    class Meta:
        verbose_name = verbose_name_plural = "事实汇总"
        constraints = (
            models.UniqueConstraint(
                fields=("span", "grain", "source", "day", "center", "department"),
                nulls_distinct=False,
                name="facttally_once",
            ),
        )
        indexes = (
            models.Index(fields=("center", "span", "grain", "day"), name="facttally_center"),
            models.Index(fields=("department", "span", "grain", "day"), name="facttally_department"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.source} {self.n}"


class StaleDay(models.Model):
    """Days of a center that are to be counted anew: written, used and emptied within one transaction."""

    center = models.ForeignKey(Center, models.CASCADE, related_name="stale_days")
    day = models.DateField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    month = models.DateField()
    next_month = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = "待重算的日子"
        constraints = (models.UniqueConstraint(fields=("center", "day"), name="staleday_once"),)

    def __str__(self) -> str:
        return f"{self.center_id} {self.day}"


class Watermark(models.Model):
    """How far the ledger has been rolled up: every event of a transaction below `through_xid` is counted.

    `last_id`: the greatest event number counted, for the case that transaction numbers began anew (a restored dump).
    """

    name = models.CharField(max_length=20, primary_key=True)
    through_xid = models.BigIntegerField()
    last_id = models.BigIntegerField(default=0)
    as_of = models.DateTimeField("截至")

    class Meta:
        verbose_name = verbose_name_plural = "汇总进度"

    def __str__(self) -> str:
        return f"{self.name} {self.as_of}"
