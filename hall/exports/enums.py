"""The words of exports."""

from django.db.models import TextChoices


class Format(TextChoices):
    """How a list leaves the house."""

    XLSX = "xlsx", "XLSX（表格）"
    PDF = "pdf", "PDF（打印）"

    @property
    def content_type(self) -> str:
        """The media type of the file."""
        if self == Format.PDF:
            return "application/pdf"
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ClearanceState(TextChoices):
    """Where a request to take out a long list stands."""

    WAITING = "waiting", "待批准"
    GRANTED = "granted", "已批准，可以导出"
    REFUSED = "refused", "不批准"
    OVER = "over", "已过期"
