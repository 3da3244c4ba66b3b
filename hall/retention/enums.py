"""The words of copies."""

from django.db.models import TextChoices

from hall.exports.enums import Format


class OnBehalf(TextChoices):
    """Who may ask, and what is looked at before anything is said (个人信息保护法第四十五条、第四十九条、第五十条)."""

    SELF = "self", "本人"
    PROXY = "proxy", "受托人"
    KIN = "kin", "死者近亲属"


class CopyForm(TextChoices):
    """How a copy leaves the house."""

    ZIP = "zip", "ZIP（副本、扫描件和文书）"
    PDF = "pdf", "PDF（只有副本，打印）"
    XLSX = "xlsx", "XLSX（只有副本，表格）"

    @property
    def content_type(self) -> str:
        """The media type of the file."""
        return "application/zip" if self == CopyForm.ZIP else Format(self).content_type
