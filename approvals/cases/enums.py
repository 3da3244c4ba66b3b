"""The words of a case: states, channels, outcomes, lamps, and the groups they form."""

from typing import Final

from django.db.models import TextChoices


class CaseState(TextChoices):
    """Where a case stands. Words as clerks say them; the arrows between them are in transitions.py."""

    RECEIVED = "received", "待受理"
    SUPPLEMENTING = "supplementing", "待补正"
    REVIEWING = "reviewing", "审查"
    PAUSED = "paused", "特别程序"
    RETURNING = "returning", "退件复核"
    GRANTED = "granted", "准予待送达"
    DENIED = "denied", "不予待送达"
    DELIVERED = "delivered", "已送达"
    NOT_REQUIRED = "not_required", "无需许可"
    REFUSED = "refused", "不予受理"
    WITHDRAWN = "withdrawn", "申请人撤回"
    LAPSED = "lapsed", "视为撤回"
    RETURNED = "returned", "退件"
    VOIDED = "voided", "作废"
    ARCHIVED = "archived", "已归档"

    @property
    def badge(self) -> str:
        """CSS class of the state's badge; decided here and nowhere in a template."""
        if self in UNDER_REVIEW:
            return "accent"
        return "hold" if self == CaseState.PAUSED else ""


BEFORE_ACCEPTANCE: Final = (CaseState.RECEIVED, CaseState.SUPPLEMENTING)
UNDER_REVIEW: Final = (CaseState.REVIEWING, CaseState.RETURNING)
DECIDED: Final = (CaseState.GRANTED, CaseState.DENIED)
OPEN: Final = (*BEFORE_ACCEPTANCE, *UNDER_REVIEW, CaseState.PAUSED, *DECIDED)
ENDED: Final = (
    CaseState.DELIVERED,
    CaseState.NOT_REQUIRED,
    CaseState.REFUSED,
    CaseState.WITHDRAWN,
    CaseState.LAPSED,
    CaseState.RETURNED,
    CaseState.VOIDED,
)
CLOSED: Final = (*ENDED, CaseState.ARCHIVED)


class CaseType(TextChoices):
    """How many organs take part. Only single cases are filed yet; the other kinds are reserved for joint handling."""

    SINGLE = "single", "单办件"
    JOINT = "joint", "联办件"
    REPORTED = "reported", "上报件"
    FORWARDED = "forwarded", "转报件"


class Channel(TextChoices):
    """How the application reached the hall (行政许可法 art. 29)."""

    WINDOW = "window", "窗口"
    ONLINE = "online", "网上"
    POST = "post", "邮寄"
    EMAIL = "email", "电子邮件"
    AGENT = "agent", "代办"
    OUTREACH = "outreach", "上门"


class ClosingCode(TextChoices):
    """Result codes of the provincial exchange tables (domain.md §2.1)."""

    ISSUED = "0", "出证办结"
    RETURNED = "1", "退回办结"
    VOIDED = "2", "作废办结"
    DELETED = "3", "删除办结"
    FORWARDED = "4", "转报办结"
    NOT_SUPPLEMENTED = "5", "补正不来"
    OTHER = "6", "其他办结"


class PartyKind(TextChoices):
    PERSON = "person", "自然人"
    ORGANISATION = "organisation", "法人或其他组织"


class PartyRole(TextChoices):
    APPLICANT = "applicant", "申请人"
    PROXY = "proxy", "代理人"


class MaterialState(TextChoices):
    """What the clerk found when checking one line of the material list."""

    RECEIVED = "received", "已收"
    MISSING = "missing", "缺"
    FAULTY = "faulty", "不合要求"
    PROMISED = "promised", "容缺后补"
    WAIVED = "waived", "免交"


class DeliveryMethod(TextChoices):
    COLLECTED = "collected", "窗口领取"
    POSTED = "posted", "邮寄送达"
    BROUGHT = "brought", "上门送达"


class DocumentKind(TextChoices):
    """Official documents; the word in brackets numbers them."""

    RECEIPT = "receipt", "收件凭证"
    ACCEPTANCE = "acceptance", "受理通知书"
    SUPPLEMENT_NOTICE = "supplement_notice", "一次性告知书"
    NOT_REQUIRED = "not_required", "不受理告知书"
    REFUSAL = "refusal", "不予受理决定书"
    PROMISE_SUPPLEMENT = "promise_supplement", "容缺受理承诺书"
    EXTENSION_NOTICE = "extension_notice", "延期告知书"
    SPECIAL_PROCEDURE = "special_procedure", "特别程序告知书"
    HEARING_NOTICE = "hearing_notice", "听证告知书"
    DECISION_GRANT = "decision_grant", "准予决定书"
    DECISION_DENY = "decision_deny", "不予决定书"
    DELIVERY_RECEIPT = "delivery_receipt", "送达回证"
    TERMINATION = "termination", "终止办理决定书"

    @property
    def mark(self) -> str:
        """The one or two characters that stand in a document's number, as in 130302-受-2026-00412."""
        return _MARKS[self.value]


_MARKS: Final = {
    "receipt": "收",
    "acceptance": "受",
    "supplement_notice": "告",
    "not_required": "不受",
    "refusal": "不予受",
    "promise_supplement": "容",
    "extension_notice": "延",
    "special_procedure": "特",
    "hearing_notice": "听",
    "decision_grant": "准",
    "decision_deny": "不准",
    "delivery_receipt": "送",
    "termination": "终",
}


class CorrectableField(TextChoices):
    """What may be put right after the fact, always by two people (law 16)."""

    NAME = "name", "申请人姓名或名称"
    IDENTITY = "identity", "证件号码"
    PHONE = "phone", "联系电话"
    ADDRESS = "address", "联系地址"
    CHANNEL = "channel", "渠道"
    SUMMARY = "summary", "办理摘要"
    RECEIVED_AT = "received_at", "收件时间"
    ACCEPTED_AT = "accepted_at", "受理时间"
    DEEMED_ACCEPTANCE = "deemed_acceptance", "视为受理"
    LAPSE = "lapse", "视为撤回"


class ParameterKey(TextChoices):
    """Numbers that neither the statute's regime nor the item holds: keys of `hall.facts.models.Setting`."""

    WARN_LAST_DAYS = "cases.warn_last_days", "临期：最后几个工作日"
    WARN_SHARE = "cases.warn_share", "临期：剩余时限百分比"
    QUERY_CODE_HOURS = "cases.query_code_hours", "查询码明文最长保留小时数"
    BACKDATE_DAYS = "cases.backdate_days", "补录最多可提前的天数"
    SUPPLEMENT_DAYS = "cases.supplement_days", "补正期限（工作日）"
    TELL_FROM_HOUR = "cases.tell_from_hour", "自动短信最早几点发送"
    TELL_UNTIL_HOUR = "cases.tell_until_hour", "自动短信最晚几点发送"
