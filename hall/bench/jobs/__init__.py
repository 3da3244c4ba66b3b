"""The jobs, in the order of the table."""

from typing import Final

from hall.bench.jobs import dashboard, due, filing, growth, http, memory, page_weight, recalculating, sweeping
from hall.bench.measuring import Job

JOBS: Final = {
    job.name: job
    for job in (
        Job("due", "期限计算", due.measure, needs_cases=False),
        Job("sweep", "期限检查：新超期一万件", sweeping.measure),
        Job("sweep_idle", "期限检查：没有到期的", sweeping.measure_idle),
        Job("filing", "收件（服务层）", filing.measure),
        Job("lookup_http", "公众查询（HTTP）", http.lookup),
        Job("filing_http", "窗口收件（HTTP）", http.filing),
        Job("worklist_http", "我的办件 50 行（HTTP）", http.worklist),
        Job("worklist_growth", "我的办件、办件页：与一万件时比", growth.measure),
        Job("dashboard", "看板各项计数", dashboard.measure),
        Job("recalc", "日历变更后重算在办", recalculating.measure),
        Job("page_weight", "公众页面的重量", page_weight.measure),
        Job("memory", "内存", memory.measure),
    )
}
