"""责任追究: restricted records. They speak of departments and staff, never of citizens."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from hall.ledger.uuids import uuid7
from hall.privacy.fields import EncryptedTextField
from hall.supervision.enums import Measure, Origin, RecordState
from hall.supervision.models.card import Card, pair

USER = settings.AUTH_USER_MODEL


class AccountabilityRecord(models.Model):
    """One finding and what followed from it. `origin_ref` is the number of the card or complaint it begins with."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("编号", max_length=40, unique=True)
    center = models.ForeignKey("organisation.Center", models.PROTECT, related_name="+", verbose_name="中心")
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="部门"
    )
    staff = models.ForeignKey(
        "organisation.Staff", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="当事人"
    )
    origin = models.CharField("来源", max_length=10, choices=Origin.choices)
    origin_ref = models.CharField("来源编号", max_length=60, blank=True)
    card = models.ForeignKey(
        Card, models.PROTECT, null=True, blank=True, related_name="accountability", verbose_name="督查牌"
    )
    state = models.CharField("状态", max_length=10, choices=RecordState.choices, default=RecordState.FOUND)
    finding = EncryptedTextField("认定的事实", max_length=2000)
    found_at = models.DateTimeField("认定时间")
    found_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="认定人")
    measure = models.CharField("措施", max_length=12, choices=Measure.choices, blank=True)
    measure_text = EncryptedTextField("措施说明", blank=True, max_length=2000)
    basis = models.CharField("依据", max_length=300, blank=True)
    measured_at = models.DateTimeField("定措施时间", null=True, blank=True)
    measured_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    served_at = models.DateTimeField("送达时间", null=True, blank=True)
    served_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    objection = EncryptedTextField("异议", blank=True, max_length=2000)
    objected_at = models.DateTimeField("异议时间", null=True, blank=True)
    objected_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    ruling = EncryptedTextField("异议处理", blank=True, max_length=2000)
    ended_at = models.DateTimeField("生效或撤销时间", null=True, blank=True)
    ended_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "责任追究"
        ordering = ("-found_at", "-pk")
        indexes: ClassVar = [models.Index(fields=["center", "-found_at"], name="accountability_center")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(staff__isnull=False) | Q(department__isnull=False),
                name="accountability_has_subject",
                violation_error_message="责任追究要有当事人或部门。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RecordState.values) & Q(origin__in=Origin.values),
                name="accountability_words_known",
                violation_error_message="责任追究的状态或来源不认识。",
            ),
            models.CheckConstraint(
                condition=Q(measured_at__isnull=True, measured_by__isnull=True, measure="")
                | (Q(measured_at__isnull=False, measured_by__isnull=False) & ~Q(measure="")),
                name="accountability_measured_whole",
                violation_error_message="措施、时间和决定人要一起写。",
            ),
            models.CheckConstraint(
                condition=Q(objected_at__isnull=True) | Q(ended_by__isnull=True) | ~Q(ended_by=models.F("measured_by")),
                name="accountability_second_reader",
                violation_error_message="异议由定措施以外的人处理。",
            ),
            pair("accountability_served_pair", "served_at", "served_by", "送达时间和送达人要一起写。"),
            pair("accountability_objected_pair", "objected_at", "objected_by", "异议时间和异议人要一起写。"),
            pair("accountability_ended_pair", "ended_at", "ended_by", "生效或撤销的时间和人要一起写。"),
        ]

    def __str__(self) -> str:
        return self.number


class AccountabilityNote(models.Model):
    """Something that happened to the ground of a record, such as its card being withdrawn."""

    record = models.ForeignKey(AccountabilityRecord, models.PROTECT, related_name="notes", verbose_name="责任追究")
    text = models.CharField("说明", max_length=300)
    noted_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "责任追究备注"
        ordering = ("noted_at", "pk")

    def __str__(self) -> str:
        return self.text
