"""Honours: nominated with evidence by one person, decided by another, published with reasons."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from hall.appraisal.enums import AwardKind, AwardState
from hall.appraisal.models.scheme import both_or_none

LIVE = (AwardState.NOMINATED, AwardState.PUBLISHED)


def no_figures() -> list[dict[str, Any]]:
    """The default of a JSON column."""
    return []


class Award(models.Model):
    """One honour for a person or a window over a period (a term for a model post)."""

    kind = models.CharField("荣誉", max_length=8, choices=AwardKind.choices)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    period_code = models.CharField("评选期", max_length=24)
    first = models.DateField("起")
    last = models.DateField("止")
    staff = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="人员"
    )
    window = models.ForeignKey(
        "organisation.Window", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="窗口"
    )
    # The post a model post is given for; none where the house keeps no list of posts for the person.
    post = models.ForeignKey(
        "organisation.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="岗位"
    )
    state = models.CharField("状态", max_length=10, choices=AwardState.choices, default=AwardState.NOMINATED)
    evidence = models.TextField("提名材料", max_length=800)
    # The reasons computed at nomination, so that what was known then stays readable: [{"ok": true, "text": …}].
    figures = models.JSONField("评选条件", default=no_figures)
    nominated_at = models.DateTimeField("提名时间")
    nominated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提名人")
    decided_at = models.DateTimeField("评定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="评定人"
    )
    reasons = models.TextField("公布的理由", max_length=500, blank=True)
    notice_until = models.DateField("公示截止", null=True, blank=True)
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人"
    )
    withdrawal = models.CharField("撤销理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "荣誉"
        ordering = ("-last", "kind", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "period_code", "staff"),
                condition=Q(state__in=LIVE, staff__isnull=False),
                name="award_once_a_person",
                violation_error_message="这个人这一期已有同一荣誉。",
            ),
            models.UniqueConstraint(
                fields=("kind", "period_code", "window"),
                condition=Q(state__in=LIVE, window__isnull=False),
                name="award_once_a_window",
                violation_error_message="这个窗口这一期已有同一荣誉。",
            ),
            models.CheckConstraint(
                condition=Q(kind=AwardKind.BANNER, window__isnull=False, staff__isnull=True)
                | (Q(kind__in=(AwardKind.STAR, AwardKind.POST)) & Q(staff__isnull=False, window__isnull=True)),
                name="award_names_its_subject",
                violation_error_message="红旗窗口授予窗口，其余荣誉授予个人。",
            ),
            models.CheckConstraint(
                condition=Q(post__isnull=True) | Q(kind=AwardKind.POST),
                name="award_post_of_model_post",
                violation_error_message="只有党员示范岗授予岗位。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("nominated_by")),
                name="award_second_person",
                violation_error_message="提名和评定不能是同一个人。",
            ),
            models.CheckConstraint(
                condition=~Q(state=AwardState.PUBLISHED) | (Q(notice_until__isnull=False) & ~Q(reasons="")),
                name="award_published_with_reasons",
                violation_error_message="公布荣誉要写明理由和公示截止日期。",
            ),
            models.CheckConstraint(
                condition=Q(state=AwardState.NOMINATED, decided_at__isnull=True)
                | (~Q(state=AwardState.NOMINATED) & Q(decided_at__isnull=False)),
                name="award_decided_when",
            ),
            models.CheckConstraint(
                condition=Q(last__gte=F("first")),
                name="award_right_way",
                violation_error_message="截止日期不能早于开始日期。",
            ),
            both_or_none("decided_at", "decided_by", name="award_decided_pair", sentence="评定要写明时间和评定人。"),
            both_or_none("withdrawn_at", "withdrawn_by", name="award_gone_pair", sentence="撤销要写明时间和撤销人。"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject_label}"

    @property
    def subject_label(self) -> str:
        """Who or what is honoured."""
        return f"{self.post}（{self.staff}）" if self.post else str(self.staff or self.window)
