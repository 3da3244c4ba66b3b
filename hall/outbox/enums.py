"""Words of the outbox."""

from django.db import models


class Channel(models.TextChoices):
    """Ways a message goes out."""

    INBOX = "inbox", "站内消息"
    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信"
    ROBOT = "robot", "工作群机器人"


class Outcome(models.TextChoices):
    """What became of one attempt."""

    SENT = "sent", "已发出"
    REFUSED = "refused", "对方拒绝"  # will never work: a business error, no address
    FAILED = "failed", "未发出"  # did not go out: try again
    UNKNOWN = "unknown", "结果不明"  # may have gone out: try again under the same message id
