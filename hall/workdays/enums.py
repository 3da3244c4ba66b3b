"""The words of the working calendar."""

from django.db.models import TextChoices


class RowKind(TextChoices):
    """What a notice says about a day: off where it would be worked, or worked where it would be off."""

    OFF = "off", "放假"
    WORK = "work", "调休上班"
