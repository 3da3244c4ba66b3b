"""Room registration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "hall.reports"
    label = "reports"
    verbose_name = "周报月报"

    def ready(self) -> None:
        """Announce the rail's line and the events of this room."""
        from hall.access import navigation  # noqa: PLC0415 - models must be loaded first
        from hall.ledger import kinds  # noqa: PLC0415 - models must be loaded first

        navigation.register("周报月报", "reports:list", "dashboard.view", order=22)
        kinds.register("report.asked", "要求生成报告", lambda data: f"{data['period']}")
        kinds.register("report.written", "报告写成", lambda data: f"{data['period']}")
        kinds.register("report.failed", "报告未写成", lambda data: f"{data['period']}")
