"""Evaluations on paper: sealed boxes, who opened them together, and which form became which evaluation."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.evaluation.models.evaluation import Evaluation


class PaperBox(models.Model):
    """A sealed box for paper forms, somewhere in a center."""

    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    name = models.CharField("评价箱", max_length=60, help_text="写明放在哪里，例如“一楼东门评价箱”。")
    placed_on = models.DateField("启用日期")
    retired_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "评价箱"
        ordering: ClassVar = ["center_id", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["center", "name"],
                name="paper_box_name_unique_in_center",
                violation_error_message="这个中心已有同名的评价箱。",
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(retired_on__gte=F("placed_on")),
                name="paper_box_retired_after_placed",
                violation_error_message="停用日期不能早于启用日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BoxOpening(models.Model):
    """A box was opened by two people, who counted what they found."""

    box = models.ForeignKey(PaperBox, models.PROTECT, related_name="openings", verbose_name="评价箱")
    opened_at = models.DateTimeField("开箱时间")
    opener = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="开箱人")
    witness = models.ForeignKey("organisation.Staff", models.PROTECT, related_name="+", verbose_name="见证人")
    forms_found = models.PositiveSmallIntegerField("评价表张数")
    note = models.CharField("备注", max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "开箱记录"
        ordering: ClassVar = ["-opened_at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(opener=F("witness")),
                name="box_opening_two_people",
                violation_error_message="开箱必须两人在场，见证人不能是开箱人本人。",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__lte=F("recorded_at")),
                name="box_opening_not_in_the_future",
                violation_error_message="开箱时间不能晚于登记时间。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.box_id} {self.opened_at:%Y-%m-%d %H:%M}"


class PaperForm(models.Model):
    """One form of an opening, typed in: where the evaluation came from stays traceable to a sheet of paper."""

    opening = models.ForeignKey(BoxOpening, models.PROTECT, related_name="forms", verbose_name="开箱记录")
    box = models.ForeignKey(PaperBox, models.PROTECT, related_name="forms", verbose_name="评价箱")
    serial = models.CharField("表号", max_length=20)
    evaluation = models.OneToOneField(Evaluation, models.PROTECT, related_name="paper_form", verbose_name="评价")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = verbose_name_plural = "纸质评价表"
        ordering: ClassVar = ["-entered_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["box", "serial"],
                name="paper_form_serial_once",
                violation_error_message="这个评价箱已录过同号的评价表。",
            ),
        ]

    def __str__(self) -> str:
        return self.serial
