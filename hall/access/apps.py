"""Room registration."""

from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig

KINDS = {
    "access.opened": "开户",
    "access.password_changed": "本人改口令",
    "access.password_reset": "管理员重置口令",
    "access.enabled": "启用账号",
    "access.disabled": "停用账号",
    "access.second_factor_set": "绑定动态口令",
    "access.second_factor_reset": "管理员重置动态口令",
    "access.recovery_code_used": "用恢复码登录",
    "access.sign_ins_ended": "本人结束其他登录",
    "access.unlocked": "解除登录锁定",
    "access.brake_lifted": "解除陌生地址的登录限制",
}


class AccessConfig(AppConfig):
    name = "hall.access"
    label = "access"
    verbose_name = "账号与权限"

    def ready(self) -> None:
        """Announce this room's events, and the pages of management in the rail."""
        from hall.access import brakes, health, navigation  # noqa: PLC0415 - models must be loaded first
        from hall.access.enums import Role  # noqa: PLC0415 - models must be loaded first
        from hall.access.inboxes import inbox_of  # noqa: PLC0415 - models must be loaded first
        from hall.ledger import kinds  # noqa: PLC0415 - models must be loaded first
        from hall.outbox import recipients  # noqa: PLC0415 - models must be loaded first

        def render_role(data: Mapping[str, Any]) -> str:
            return f"{Role(data['before']).label}改为{Role(data['after']).label}"

        def render_brake(data: Mapping[str, Any]) -> str:
            where = "所有陌生地址" if data["which"] == "login.all" else "一个地址"
            return f"{where}登录失败 {data['failures']} 次，暂停登录"

        for kind, label in KINDS.items():
            kinds.register(kind, label)
        kinds.register("access.role_changed", "改角色", render_role)
        kinds.register("access.brake", "登录失败过多", render_brake)
        kinds.register("device.paired", "设备配对", lambda data: str(data["device"]))
        kinds.register("device.revoked", "停用设备", lambda data: str(data["device"]))
        recipients.register("staff", inbox_of)
        health.register(brakes.sign)
        navigation.register("消息", "access:inbox", order=80)
        navigation.register("人员与账号", "access:staff_list", ("accounts.edit", "organisation.history"), order=90)
        navigation.register("机构", "access:places", "organisation.edit", order=91)
        navigation.register("设备", "access:devices", "devices.edit", order=93)
        navigation.register("运行状况", "access:health", "health.view", order=95)
        navigation.register("工作日历", "access:calendar", "calendar.view", order=92)
        navigation.register("修改记录", "access:history", "organisation.history", order=95)
        navigation.register("系统设置", "access:settings", "settings.edit", order=99)
