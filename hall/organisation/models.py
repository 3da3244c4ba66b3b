"""Who and where: regions, centers on four levels, departments, windows, posts with A and B holder, staff.

Every row here is tracked by simple-history, which answers "who edited which field" (law 10 of the house).
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeBoundary, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length
from simple_history.models import HistoricalRecords

from hall.organisation.enums import ExceptionKind, Level, PasswordPolicy, Weekday
from hall.organisation.pinyin import spell

CODE12 = RegexValidator(r"\A[0-9]{12}\Z", "区划代码应为 12 位数字。")
PHONE = RegexValidator(r"\A[0-9+()（）\- 转]{3,40}\Z", "电话只能写数字、空格、横线和“转”字。")


class NamedModel(models.Model):
    """A row people look for by name, by pinyin or by the initials of the pinyin."""

    name = models.CharField("名称", max_length=100)
    pinyin = models.CharField("拼音", max_length=400, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=100, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the spelling beside the name, also in a save of the name alone."""
        self.pinyin, self.initials = spell(self.name)
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "pinyin", "initials"}
        super().save(*args, update_fields=update_fields, **kwargs)


class Region(NamedModel):
    """An administrative division by its 12-digit statistical code."""

    code12 = models.CharField("区划代码", max_length=12, primary_key=True, validators=[CODE12])
    level = models.CharField("级别", max_length=8, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级"
    )
    stub = models.BooleanField("仅占位", default=False, help_text="导入外地事项目录时随部门带来的地区，没有完整资料。")
    history = HistoricalRecords(verbose_name="区划修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code12"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code12__regex=r"^[0-9]{12}$"),
                name="region_code12_digits",
                violation_error_message="区划代码应为 12 位数字。",
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values),
                name="region_level_known",
                violation_error_message="区划级别只能是市、县、乡、村四级之一。",
            ),
        ]

    @property
    def code6(self) -> str:
        """The county (or city) part, as docket numbers carry it."""
        return self.code12[:6]


class Center(NamedModel):
    """A service center, hall or room of one of the four levels (市县乡村)."""

    level = models.CharField("级别", max_length=8, choices=Level.choices)
    region = models.ForeignKey(Region, models.PROTECT, related_name="centers", verbose_name="所在区划")
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级中心"
    )
    main = models.BooleanField("本级中心", default=True, help_text="每个区划只有一个本级中心，其余是分中心。")
    region6 = models.CharField("编号区划", max_length=6, editable=False)
    center_no = models.CharField(
        "中心编号", max_length=4, editable=False, help_text="4 位，同一区划内唯一，一经分配不再改变。"
    )
    address = models.CharField("地址", max_length=200, blank=True)
    phone = models.CharField("办公电话", max_length=40, blank=True, validators=[PHONE])
    off_hours_phone = models.CharField("非集中办公时间联系电话", max_length=40, blank=True, validators=[PHONE])
    latitude = models.DecimalField("纬度", max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField("经度", max_digits=8, decimal_places=5, null=True, blank=True)
    stub = models.BooleanField("仅占位", default=False)
    closed_on = models.DateField("撤销日期", null=True, blank=True)
    history = HistoricalRecords(verbose_name="中心修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "中心"
        ordering = ["region_id", "center_no"]
        indexes = [models.Index(fields=["initials"], name="center_initials")]
        constraints = [
            models.UniqueConstraint(
                fields=["region6", "center_no"],
                name="center_number_unique_in_region",
                violation_error_message="同一区划内已有这个中心编号。",
            ),
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(main=True),
                name="center_one_main_per_region",
                violation_error_message="这个区划已有本级中心，请登记为分中心。",
            ),
            models.CheckConstraint(
                condition=Q(center_no__regex=r"^[0-9]{4}$") & Q(region6__regex=r"^[0-9]{6}$"),
                name="center_number_digits",
                violation_error_message="中心编号应为 4 位数字，编号区划应为 6 位数字。",
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values),
                name="center_level_known",
                violation_error_message="中心级别只能是市、县、乡、村四级之一。",
            ),
            models.CheckConstraint(
                condition=Q(level=Level.CITY) | Q(parent__isnull=False) | Q(stub=True) | Q(main=True),
                name="center_branch_has_parent",
                violation_error_message="分中心必须有上级中心。",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # A comparison with NULL is not false, so both are asked for first.
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="center_position_whole",
                violation_error_message="经度和纬度要么都填，要么都不填。",
            ),
        ]

    @property
    def code(self) -> str:
        """The ten digits that stand at the head of every docket number filed here."""
        return self.region6 + self.center_no


class DaySpan(Func):
    """A span of one day as a timestamp range, because PostgreSQL has no range of times.

    A span that ends before it begins is empty here, not an error: another constraint has the sentence for it.
    """

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, list[Any]]:
        """`tsrange(day + opens, day + greatest(opens, closes))`."""
        (opens, first), (closes, second) = (compiler.compile(e) for e in self.source_expressions)
        sql = f"tsrange(DATE '2000-01-01' + {opens}, DATE '2000-01-01' + GREATEST({opens}, {closes}))"
        return sql, [*first, *first, *second]


class OpeningHours(models.Model):
    """One span of a usual week. Opening hours are not working days (law 4): a Saturday half-day burns no legal day."""

    center = models.ForeignKey(Center, models.CASCADE, related_name="opening_hours", verbose_name="中心")
    weekday = models.PositiveSmallIntegerField("星期", choices=Weekday.choices)
    opens = models.TimeField("开门")
    closes = models.TimeField("关门")
    history = HistoricalRecords(verbose_name="开放时间修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "开放时间"
        ordering = ["center_id", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)),
                name="opening_weekday_known",
                violation_error_message="星期只能是周一到周日。",
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="opening_closes_after_opens",
                violation_error_message="关门时间应晚于开门时间。",
            ),
            ExclusionConstraint(
                name="opening_no_overlap",
                expressions=[
                    ("center", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (DaySpan("opens", "closes"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这段时间与同一天已有的开放时间重叠。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class OpeningException(models.Model):
    """One day that differs from the usual week: an extra half-day, a day by appointment, a closure."""

    center = models.ForeignKey(Center, models.CASCADE, related_name="opening_exceptions", verbose_name="中心")
    on = models.DateField("日期")
    kind = models.CharField("情形", max_length=12, choices=ExceptionKind.choices)
    opens = models.TimeField("开门", null=True, blank=True)
    closes = models.TimeField("关门", null=True, blank=True)
    note = models.CharField("说明", max_length=100, blank=True)
    history = HistoricalRecords(verbose_name="开放例外修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "开放例外"
        ordering = ["center_id", "on", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "on"],
                condition=Q(kind=ExceptionKind.CLOSED),
                name="opening_exception_one_closure",
                violation_error_message="这一天已登记为不开门。",
            ),
            models.CheckConstraint(
                condition=Q(kind=ExceptionKind.CLOSED, opens__isnull=True, closes__isnull=True)
                | (~Q(kind=ExceptionKind.CLOSED) & Q(opens__isnull=False, closes__isnull=False, closes__gt=F("opens"))),
                name="opening_exception_times",
                violation_error_message="不开门的日子不填时间；其余要填开门和关门时间，且关门晚于开门。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.get_kind_display()}"


class Department(NamedModel):
    """A department stationed in a center.

    Its head decides extensions, its chief representative answers for the windows.
    """

    center = models.ForeignKey(Center, models.PROTECT, related_name="departments", verbose_name="中心")
    code = models.CharField(
        "部门代码", max_length=40, blank=True, help_text="统一社会信用代码或原系统代码，照原样保存。"
    )
    other_codes = ArrayField(models.CharField(max_length=40), verbose_name="其他代码", default=list, blank=True)
    area_code = models.CharField("地区代码", max_length=12, blank=True)
    head = models.ForeignKey(
        "Staff", models.PROTECT, null=True, blank=True, related_name="heads", verbose_name="本机关负责人"
    )
    chief_representative = models.ForeignKey(
        "Staff", models.PROTECT, null=True, blank=True, related_name="represents", verbose_name="首席代表"
    )
    phone = models.CharField("电话", max_length=40, blank=True, validators=[PHONE])
    stub = models.BooleanField("仅占位", default=False)
    history = HistoricalRecords(verbose_name="部门修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "部门"
        ordering = ["center_id", "pinyin"]
        constraints = [
            models.UniqueConstraint(
                fields=["center", "name"],
                name="department_name_unique_in_center",
                violation_error_message="这个中心已有同名部门。",
            ),
        ]


class Window(models.Model):
    """A counter in a center; a comprehensive window (综合窗口) belongs to no department."""

    center = models.ForeignKey(Center, models.PROTECT, related_name="windows", verbose_name="中心")
    number = models.CharField("窗口号", max_length=10)
    name = models.CharField("名称", max_length=50)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="windows", verbose_name="部门"
    )
    floor = models.CharField("楼层", max_length=20, blank=True)
    closed_on = models.DateField("停用日期", null=True, blank=True)
    history = HistoricalRecords(verbose_name="窗口修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "窗口"
        ordering = ["center_id", Length("number"), "number"]  # 2 stands before 10
        constraints = [
            models.UniqueConstraint(
                fields=["center", "number"],
                name="window_number_unique_in_center",
                violation_error_message="这个中心已有同号窗口。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} 号窗口 {self.name}"


class StaffQuerySet(models.QuerySet["Staff"]):
    """Named subsets of staff."""

    def serving(self, on: date) -> "StaffQuerySet":
        """Those who have not left by `on`; the last day counts as served."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gte=on))


class Staff(NamedModel):
    """A person who works here. The account that logs in is `staff.user` (hall.access)."""

    number = models.CharField("工号", max_length=20, unique=True, error_messages={"unique": "这个工号已有人使用。"})
    center = models.ForeignKey(Center, models.PROTECT, related_name="staff", verbose_name="中心")
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name="部门"
    )
    window = models.ForeignKey(Window, models.PROTECT, null=True, blank=True, related_name="staff", verbose_name="窗口")
    phone = models.CharField("办公电话", max_length=40, blank=True, validators=[PHONE])
    email = models.EmailField("工作邮箱", blank=True)
    joined_on = models.DateField("到岗日期", null=True, blank=True, help_text="第一个工作的日子；不知道的空着。")
    left_on = models.DateField("离岗日期", null=True, blank=True, help_text="最后一个工作的日子。")
    history = HistoricalRecords(verbose_name="人员修改记录")

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ["center_id", "pinyin", "number"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(name=""),
                name="staff_number_and_name",
                violation_error_message="工号和姓名都要填写。",
            ),
        ]


class Post(models.Model):
    """A post with its holder A and the deputy B who takes over while A is absent (职位代理制, AB 岗)."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="posts", verbose_name="部门")
    name = models.CharField("岗位", max_length=50)
    holder_a = models.ForeignKey(Staff, models.PROTECT, related_name="posts_as_a", verbose_name="A 岗")
    holder_b = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="posts_as_b", verbose_name="B 岗"
    )
    history = HistoricalRecords(verbose_name="岗位修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        ordering = ["department_id", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "name"],
                name="post_name_unique_in_department",
                violation_error_message="这个部门已有同名岗位。",
            ),
            models.UniqueConstraint(
                fields=["holder_a"],
                name="post_one_per_a_holder",
                violation_error_message="这个人已是另一个岗位的 A 岗；一人只能任一个 A 岗，代理才不会有歧义。",
            ),
            models.CheckConstraint(
                condition=Q(holder_b__isnull=True) | ~Q(holder_a=F("holder_b")),
                name="post_holders_differ",
                violation_error_message="A 岗和 B 岗不能是同一个人。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TsTzRange(Func):
    """`tstzrange(from, until, '[)')`."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class Absence(models.Model):
    """The time in which a person is not at the post; the B holder acts meanwhile. Open while `until_at` is empty."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="absences", verbose_name="人员")
    from_at = models.DateTimeField("开始")
    until_at = models.DateTimeField("结束", null=True, blank=True)
    reason = models.CharField("事由", max_length=100)
    acting = models.ForeignKey(
        Staff, models.PROTECT, null=True, blank=True, related_name="acted_for", verbose_name="代理人"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="登记人"
    )
    history = HistoricalRecords(verbose_name="不在岗修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "不在岗"
        ordering = ["-from_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gt=F("from_at")),
                name="absence_ends_after_start",
                violation_error_message="结束时间应晚于开始时间。",
            ),
            ExclusionConstraint(
                name="absence_no_overlap",
                expressions=[
                    ("staff", RangeOperators.EQUAL),
                    (TsTzRange("from_at", "until_at", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这段时间已登记过不在岗。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.from_at:%Y-%m-%d %H:%M}"


class Installation(models.Model):
    """The single row that describes this installation: name, footer of the public site, security settings."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField("大厅名称", max_length=60, default="政务服务大厅")
    demonstration = models.BooleanField("演示系统", default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    site_code = models.CharField("网站标识码", max_length=20, blank=True)
    organiser = models.CharField("主办单位", max_length=60, blank=True)
    contact = models.CharField("联系方式", max_length=100, blank=True)
    icp = models.CharField("ICP 备案号", max_length=40, blank=True)
    police_record = models.CharField("公安备案号", max_length=40, blank=True)
    password_policy = models.CharField(
        "口令规则", max_length=10, choices=PasswordPolicy.choices, default=PasswordPolicy.DENGBAO
    )
    second_factor_for_all = models.BooleanField("所有人都用双因素登录", default=False)
    idle_minutes = models.PositiveSmallIntegerField("无操作退出（分钟）", default=15)
    history = HistoricalRecords(verbose_name="系统设置修改记录")

    class Meta:
        verbose_name = verbose_name_plural = "系统设置"
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1), name="installation_single_row", violation_error_message="系统设置只有一份。"
            ),
            models.CheckConstraint(
                condition=Q(idle_minutes__range=(5, 60)),
                name="installation_idle_minutes",
                violation_error_message="无操作退出时间应在 5 到 60 分钟之间。",
            ),
            models.CheckConstraint(
                condition=Q(password_policy__in=PasswordPolicy.values),
                name="installation_password_policy",
                violation_error_message="口令规则只能选等保或 ASVS。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
