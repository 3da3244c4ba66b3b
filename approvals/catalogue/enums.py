"""The words of the catalogue: kinds of item, limit, material and version, each with its Chinese label."""

from django.db import models


class ItemKind(models.TextChoices):
    """事项类型. The codes are those of the national platform (1 许可 … 20 公共服务), see `TASK_TYPES`."""

    PERMIT = "permit", "行政许可"
    PAYMENT = "payment", "行政给付"
    CONFIRMATION = "confirmation", "行政确认"
    AWARD = "award", "行政奖励"
    RULING = "ruling", "行政裁决"
    OTHER = "other", "其他行政权力"
    PUBLIC_SERVICE = "public_service", "公共服务"

    @property
    def task_type(self) -> str:
        """The national two-digit code, such as "01" for 行政许可."""
        return f"{KIND_CODES[self]:02d}"


# task_type as the provincial catalogues write it: GB/T 39554, confirmed against 1,135 real items.
TASK_TYPES: dict[str, ItemKind] = {
    "1": ItemKind.PERMIT,
    "5": ItemKind.PAYMENT,
    "7": ItemKind.CONFIRMATION,
    "8": ItemKind.AWARD,
    "9": ItemKind.RULING,
    "10": ItemKind.OTHER,
    "20": ItemKind.PUBLIC_SERVICE,
}
KIND_CODES: dict[ItemKind, int] = {kind: int(code) for code, kind in TASK_TYPES.items()}


class CaseKind(models.TextChoices):
    """办件类型: decided while the applicant waits, or within a promised limit."""

    INSTANT = "instant", "即办件"
    PROMISE = "promise", "承诺件"


class InstantDeadline(models.TextChoices):
    """What 即办 means for one item; places differ, so the item says it."""

    ON_THE_SPOT = "on_the_spot", "当场办结"
    SAME_DAY = "same_day", "当日营业结束前办结"


class LimitUnit(models.TextChoices):
    """Units of a limit. `OPENING_HOUR` may be promised but is never a statutory unit."""

    WORKDAY = "workday", "工作日"
    DAY = "day", "自然日"
    MONTH = "month", "个月"
    HOUR = "hour", "小时"
    OPENING_HOUR = "opening_hour", "营业小时"


STATUTORY_UNITS: frozenset[str] = frozenset({LimitUnit.WORKDAY, LimitUnit.DAY, LimitUnit.MONTH, LimitUnit.HOUR})


class VersionStatus(models.TextChoices):
    """Life of a version. Only a draft may be edited; only a published one takes cases."""

    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "已发布"
    SUPERSEDED = "superseded", "已被新版替代"
    ABOLISHED = "abolished", "已取消"


FROZEN_STATUSES: frozenset[str] = frozenset(
    {VersionStatus.PUBLISHED, VersionStatus.SUPERSEDED, VersionStatus.ABOLISHED}
)


class ServiceTarget(models.TextChoices):
    """服务对象."""

    PERSON = "person", "自然人"
    ORGANISATION = "organisation", "法人和其他组织"
    BOTH = "both", "自然人、法人和其他组织"


class MaterialNeed(models.TextChoices):
    """必要性. A deferrable material may follow later under a written promise (容缺受理)."""

    REQUIRED = "required", "必要"
    DEFERRABLE = "deferrable", "可容缺后补"
    CONDITIONAL = "conditional", "特定情形才需要"


class MaterialForm(models.TextChoices):
    """材料形式."""

    ORIGINAL = "original", "原件"
    COPY = "copy", "复印件"
    BOTH = "both", "原件核验、收复印件"
    ELECTRONIC = "electronic", "电子材料"


class MaterialSource(models.TextChoices):
    """来源渠道: who issues the material."""

    APPLICANT = "applicant", "申请人自备"
    GOVERNMENT = "government", "政府部门核发"
    OTHER = "other", "其他机构出具"


class VisitCount(models.TextChoices):
    """到现场次数 over the whole case."""

    NONE = "none", "一次不用跑"
    ONCE = "once", "最多跑一次"
    TWICE = "twice", "跑两次"
    MORE = "more", "两次以上"


class ResultKind(models.TextChoices):
    """What the applicant holds in the end."""

    LICENCE = "licence", "证照"
    APPROVAL = "approval", "批文"
    REGISTRATION = "registration", "登记或备案凭证"
    OTHER = "other", "其他"


class BasisRank(models.TextChoices):
    """Rank of a legal basis. Only the first two may carry a fee for a permit (行政许可法 art. 58)."""

    LAW = "law", "法律"
    ADMINISTRATIVE_REGULATION = "administrative_regulation", "行政法规"
    LOCAL_REGULATION = "local_regulation", "地方性法规"
    RULE = "rule", "规章"
    DOCUMENT = "document", "规范性文件"


FEE_RANKS_FOR_PERMITS: frozenset[str] = frozenset({BasisRank.LAW, BasisRank.ADMINISTRATIVE_REGULATION})


class ExtensionApprover(models.TextChoices):
    """Who may approve the one extension a regime knows (行政许可法 art. 42)."""

    ORGAN_HEAD = "organ_head", "本行政机关负责人"
    GOVERNMENT_HEAD = "government_head", "本级人民政府负责人"


class LapseSubject(models.TextChoices):
    """What did not come in time, where a rule attaches a consequence to it (law 7 of the house)."""

    SUPPLEMENT = "supplement", "容缺材料逾期未补"
    CORRECTION = "correction", "一次性告知后逾期未补正"


class FileRole(models.TextChoices):
    """Which download of a material a file is."""

    BLANK = "blank", "空白表格"
    SAMPLE = "sample", "填写样例"
