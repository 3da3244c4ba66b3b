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
