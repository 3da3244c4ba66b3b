"""Room registration."""

from django.apps import AppConfig


class BackupConfig(AppConfig):
    """Backups, their checks, drills and restores."""

    name = "hall.backup"
    label = "backup"
    verbose_name = "备份与恢复"

    def ready(self) -> None:
        """Announce events, signs of health and the gate of the outbox to the rooms below."""
        from hall.backup import registration  # noqa: PLC0415 - models exist only now

        registration.announce()
