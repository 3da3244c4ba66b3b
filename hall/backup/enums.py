"""Words of the backup room."""

from django.db import models


class RunKind(models.TextChoices):
    """What was run."""

    BACKUP = "backup", "备份"
    CHECK = "check", "检查"
    DRILL = "drill", "恢复演练"
    RESTORE = "restore", "恢复"
