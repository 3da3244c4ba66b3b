"""Room registration."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "hall.retention"
    label = "retention"
    verbose_name = "个人信息保存期限"

    def ready(self) -> None:
        """Announce the events of this room and its pages, and what of the rooms below is no part of a copy."""
        from hall.access import navigation  # noqa: PLC0415 - models must be loaded first
        from hall.audit import viewings  # noqa: PLC0415 - models must be loaded first
        from hall.backup import afterwards  # noqa: PLC0415 - models must be loaded first
        from hall.ledger import kinds  # noqa: PLC0415 - models must be loaded first
        from hall.retention import kinds as kept  # noqa: PLC0415 - models must be loaded first
        from hall.retention import persons, tasks  # noqa: PLC0415 - models must be loaded first

        def counted(data: Mapping[str, Any]) -> str:
            return f"{data['label']} {data['count']} 件，保存期限 {data['years']} 年"

        kinds.register("retention.erased", "保存期满，清除个人信息", lambda data: str(data["label"]))
        kinds.register("retention.run", "清除保存期满的个人信息", counted)
        kinds.register("retention.held", "暂停清除", lambda data: str(data["reason"]))
        kinds.register("retention.lifting", "提请恢复清除", lambda data: str(data["reason"]))
        kinds.register("retention.lifted", "恢复清除")
        afterwards.register(tasks.erase_again)
        kinds.register("retention.looked", "查本人的个人信息", lambda data: f"{data['behalf']}，{data['reason']}")
        kinds.register("retention.copied", "给本人个人信息副本", lambda data: f"{data['behalf']}，{data['reason']}")
        viewings.also("retention.copied")
        navigation.register("保存期限", "retention:overview", ("retention.view", "retention.hold"), order=97)
        navigation.register("个人信息副本", "retention:copy", "retention.copy", order=98)
        kept.keep("导出审批的筛选条件，过期就清空，不等到年限", ["exports_clearance.address"])
        kept.keep("工作人员验证器的密钥，换绑或停用时删除", ["access_authenticator.key"])
        persons.leave_out("工作人员导出名单时的筛选条件，过期就清空", ["exports_clearance.address"])
        persons.leave_out("工作人员验证器的密钥，不是办事人的", ["access_authenticator.key"])
