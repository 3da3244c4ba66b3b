"""Who may evaluate what: one invitation for every closed case, and the moments at which a clerk asked for an answer."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from hall.ledger.uuids import uuid7


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Named subsets of invitations."""

    def live(self) -> "InvitationQuerySet":
        """Those of closings that still stand: the denominator of every rate (可评数)."""
        return self.filter(revoked_at__isnull=True)


class Invitation(models.Model):
    """One closed case that may be evaluated once (国办发〔2019〕51号: every matter, every case).

    Who handled it is copied, so that the numbers of a month do not move with later hand-overs. Of the link only a keyed
    digest is kept; it can be made again from the docket (hall.evaluation.tokens).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    docket = models.CharField("办件编号", max_length=64)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    department = models.ForeignKey("organisation.Department", models.PROTECT, related_name="+", verbose_name="部门")
    window = models.ForeignKey(
        "organisation.Window", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="窗口"
    )
    handler = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    item_code = models.CharField("事项编码", max_length=64)
    item_name = models.CharField("事项", max_length=300)
    closed_at = models.DateTimeField("办结时间")
    channel = models.CharField("办理渠道", max_length=20, blank=True)
    token_digest = models.CharField(max_length=64)
    revoked_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "评价邀请"
        ordering: ClassVar = ["-closed_at", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["center", "closed_at"], name="invitation_center_closed"),
            models.Index(fields=["department", "closed_at"], name="invitation_department_closed"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["docket"],
                condition=Q(revoked_at__isnull=True),
                name="invitation_once_a_case",
                violation_error_message="这件办件已在邀请评价。",
            ),
            models.UniqueConstraint(
                fields=["token_digest"],
                condition=Q(revoked_at__isnull=True),
                name="invitation_token_once",
                violation_error_message="这个评价链接已在使用。",
            ),
        ]

    def __str__(self) -> str:
        return self.docket


class Asking(models.Model):
    """A clerk asked for an answer on the window's pad; the pad of that window shows the question once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="askings", verbose_name="评价邀请")
    window = models.ForeignKey("organisation.Window", models.PROTECT, related_name="+", verbose_name="窗口")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="请评人")
    asked_at = models.DateTimeField("请评时间")
    shown_at = models.DateTimeField("显示时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "请评"
        ordering: ClassVar = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["window", "-asked_at"], name="asking_of_window")]

    def __str__(self) -> str:
        return f"{self.window_id} {self.asked_at:%Y-%m-%d %H:%M}"
