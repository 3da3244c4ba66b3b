"""The dated numbers of this room, each with its source (migration 0001)."""

from typing import Final

from hall.facts.parameters import Key, declare

VIEWINGS: Final = "audit.viewings_a_day"
CLOCK: Final = "audit.clock_seconds"
LOG_MONTHS: Final = "audit.log_months"


def announce() -> None:
    """Declare them to the page of numbers. Fewer than six months of logs the law does not allow."""
    declare(Key(VIEWINGS, "一人一天查看完整信息超过多少次告警", "次", least=1, most=1000))
    declare(Key(CLOCK, "主机时钟与数据库相差超过多少秒告警", "秒", least=1, most=120))
    declare(Key(LOG_MONTHS, "服务器日志保存期限", "个月", least=6, most=120))
