"""Patrols (巡查): versioned check lists, routes, findings, photos, and how a problem is put right (安康 3.25)."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.conduct.enums import Outcome, Place, RectificationDeed, RectificationState, Severity
from hall.ledger.uuids import uuid7


def _person(verbose: str, *, null: bool = False) -> "models.ForeignKey":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=null, blank=null, related_name="+", verbose_name=verbose
    )


class PatrolList(models.Model):
    """One version of the check list. Versions are never changed: a patrol keeps the one it began with."""

    version = models.PositiveIntegerField("版本", unique=True)
    note = models.CharField("说明", max_length=200)
    added_at = models.DateTimeField("启用时间")
    added_by = _person("起草人", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "巡查清单"
        ordering = ("-version",)
        constraints = (
            # The shipped one has a moment and nobody; everything a person adds names the person.
            models.CheckConstraint(
                condition=Q(version=1) | Q(added_by__isnull=False, added_at__isnull=False),
                name="patrol_list_has_author",
                violation_error_message="清单要写明起草人。",
            ),
        )

    def __str__(self) -> str:
        return f"巡查清单第 {self.version} 版"


class PatrolLine(models.Model):
    """One thing to look at, with the rule it comes from."""

    checklist = models.ForeignKey(PatrolList, models.PROTECT, related_name="lines", verbose_name="清单")
    position = models.PositiveSmallIntegerField("序号")
    group = models.CharField("类别", max_length=20)
    text = models.CharField("检查内容", max_length=200)
    place = models.CharField("范围", max_length=8, choices=Place.choices)
    source = models.CharField("依据", max_length=200)
    points = models.PositiveSmallIntegerField("建议扣分", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "巡查项目"
        ordering = ("checklist_id", "position")
        constraints = (
            models.UniqueConstraint(fields=("checklist", "position"), name="patrol_line_position"),
            models.CheckConstraint(
                condition=Q(place__in=Place.values) & ~Q(text="") & ~Q(source=""),
                name="patrol_line_whole",
                violation_error_message="巡查项目要有内容、范围和依据。",
            ),
        )

    def __str__(self) -> str:
        return self.text


class Patrol(models.Model):
    """One round. `seed` repeats the draw: the same seed over the same windows gives the same route."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    checklist = models.ForeignKey(PatrolList, models.PROTECT, related_name="patrols", verbose_name="清单")
    drawn = models.PositiveSmallIntegerField("随机抽取窗口数", default=0)
    windows_open = models.PositiveSmallIntegerField("开放窗口数", default=0)
    seed = models.CharField("随机种子", max_length=32, blank=True)
    note = models.CharField("小结", max_length=500, blank=True)
    started_at = models.DateTimeField("开始")
    started_by = _person("巡查人")
    finished_at = models.DateTimeField("结束", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "巡查"
        ordering = ("-started_at", "-id")
        indexes = (models.Index(fields=("center", "-started_at"), name="patrol_by_center"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="patrol_ends_after_start",
                violation_error_message="巡查结束不能早于开始。",
            ),
        )

    def __str__(self) -> str:
        return f"巡查 {self.pk}"


class PatrolStop(models.Model):
    """One stop of the route: a window, or the public part of the hall where there is none."""

    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="stops", verbose_name="巡查")
    window = models.ForeignKey(
        "organisation.Window", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="窗口"
    )
    position = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = verbose_name_plural = "巡查点"
        ordering = ("patrol_id", "position")
        constraints = (
            models.UniqueConstraint(fields=("patrol", "window"), nulls_distinct=False, name="patrol_stop_once"),
        )

    def __str__(self) -> str:
        return str(self.window) if self.window else Place.HALL.label

    @property
    def place(self) -> Place:
        """Which lines are looked at here."""
        return Place.WINDOW if self.window_id else Place.HALL


class Photo(models.Model):
    """A photo of a finding or its putting right: encrypted on disk, without the data a phone hides in it."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField("大小")
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=120)
    added_at = models.DateTimeField("上传时间")
    added_by = _person("上传人")

    class Meta:
        verbose_name = verbose_name_plural = "巡查照片"

    def __str__(self) -> str:
        return str(self.pk)


class Finding(models.Model):
    """What one look at one line of one stop saw. May be corrected until the patrol is finished."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    patrol = models.ForeignKey(Patrol, models.PROTECT, related_name="findings", verbose_name="巡查")
    stop = models.ForeignKey(PatrolStop, models.PROTECT, related_name="findings", verbose_name="巡查点")
    line = models.ForeignKey(PatrolLine, models.PROTECT, related_name="findings", verbose_name="项目")
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    window = models.ForeignKey(
        "organisation.Window", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="窗口"
    )
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任部门"
    )
    staff = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="涉及人员"
    )
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)
    severity = models.CharField("程度", max_length=8, choices=Severity.choices, blank=True)
    text = models.CharField("情况", max_length=300, blank=True)
    points = models.PositiveSmallIntegerField("建议扣分", default=0)
    photo = models.ForeignKey(Photo, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="照片")
    recorded_at = models.DateTimeField("记录时间")
    # Set when the patrol is finished: only from then on does it count, and may be answered.
    counted_at = models.DateTimeField("计入时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "巡查记录"
        ordering = ("stop__position", "line__position")
        indexes = (
            models.Index(
                fields=("center", "counted_at"), condition=Q(outcome="problem"), name="finding_problem_counted"
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=("stop", "line"), name="finding_once_a_line"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.FINE, severity="", points=0)
                | (Q(outcome=Outcome.PROBLEM, severity__in=Severity.values) & ~Q(text="")),
                name="finding_problem_is_told",
                violation_error_message="有问题的要写明情况和程度；正常的不写程度、不扣分。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.line_id} {self.outcome}"


class Rectification(models.Model):
    """The putting right of one problem: answered by the department, looked at again by somebody else."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="rectification", verbose_name="问题")
    state = models.CharField("状态", max_length=8, choices=RectificationState.choices, default=RectificationState.OPEN)
    opened_at = models.DateTimeField("发出时间")
    due_on = models.DateField("整改期限")
    # The first moment at which it is late. Once passed without an answer it stays, whatever new day is set.
    late_from = models.DateTimeField("逾期起点")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    answered_by = _person("答复人", null=True)
    closed_at = models.DateTimeField("复查通过时间", null=True, blank=True)
    closed_by = _person("复查人", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "巡查整改"
        ordering = ("due_on", "id")
        indexes = (models.Index(fields=("late_from",), name="rectification_late"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="rectification_answered_by",
                violation_error_message="答复要写明时间和答复人。",
            ),
            models.CheckConstraint(
                condition=(Q(closed_at__isnull=True, closed_by__isnull=True) & ~Q(state=RectificationState.CLOSED))
                | Q(closed_at__isnull=False, closed_by__isnull=False, state=RectificationState.CLOSED),
                name="rectification_closed_by",
                violation_error_message="复查通过要写明时间和复查人。",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | ~Q(closed_by=F("answered_by")),
                name="rectification_second_person",
                violation_error_message="复查人不能是答复整改的人。",
            ),
        )

    def __str__(self) -> str:
        return f"{self.finding_id} {self.state}"


class RectificationStep(models.Model):
    """One deed on a rectification, with what was written and shown."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="steps", verbose_name="整改")
    deed = models.CharField("步骤", max_length=8, choices=RectificationDeed.choices)
    text = models.CharField("说明", max_length=500)
    photo = models.ForeignKey(Photo, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="照片")
    done_at = models.DateTimeField("时间")
    done_by = _person("办理人")

    class Meta:
        verbose_name = verbose_name_plural = "整改步骤"
        ordering = ("rectification_id", "-done_at", "-id")

    def __str__(self) -> str:
        return f"{self.rectification_id} {self.deed}"
