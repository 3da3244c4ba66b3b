"""The second factor: a secret shared with a phone, encrypted like everything that must not be read (P01, RFC 6238)."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django_otp.models import Device, DeviceManager, ThrottlingMixin, TimestampMixin
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from hall.ledger.uuids import uuid7
from hall.privacy.fields import EncryptedTextField


class Authenticator(TimestampMixin, ThrottlingMixin, Device):
    """What django_otp calls a TOTP device, with its rules and columns, but a secret nobody can read in a dump."""

    id: "models.UUIDField[UUID, UUID]" = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = EncryptedTextField("密钥", max_length=80, default=default_key)
    step = models.PositiveSmallIntegerField(default=30)
    t0 = models.BigIntegerField(default=0)
    digits = models.PositiveSmallIntegerField(default=6)
    tolerance = models.PositiveSmallIntegerField(default=1)
    drift = models.SmallIntegerField(default=0)
    last_t = models.BigIntegerField(default=-1)
    objects: "ClassVar[models.Manager[Authenticator]]" = DeviceManager()

    class Meta(Device.Meta):
        app_label = "access"
        verbose_name = verbose_name_plural = "动态口令"

    bin_key = TOTPDevice.bin_key
    config_url = TOTPDevice.config_url
    verify_token = TOTPDevice.verify_token
    get_throttle_factor = TOTPDevice.get_throttle_factor
    _read_str_from_settings = TOTPDevice._read_str_from_settings

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def persistent_id(self) -> Any:
        """What a session remembers: django_otp reads the part behind the slash as a whole number."""
        return f"{self.model_label()}/{self.id.int}"
