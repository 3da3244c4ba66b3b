"""The words of this room's events."""

from typing import Final

from hall.ledger import kinds

LABELS: Final = {
    "appraisal.scheme_on": "施行考核细则",
    "appraisal.opened": "开始考核计分",
    "appraisal.announced": "公示考核分",
    "appraisal.reopened": "退回考核计分",
    "appraisal.frozen": "考核定分",
    "appraisal.marked": "人工记分",
    "appraisal.mark_decided": "审核人工记分",
    "appraisal.objected": "提出考核异议",
    "appraisal.objection_decided": "裁定考核异议",
    "appraisal.confirmed": "阅知考核表",
    "awards.nominated": "提名荣誉",
    "awards.published": "公布荣誉",
    "awards.refused": "不予评定荣誉",
    "awards.withdrawn": "撤销荣誉",
    "attendance.recorded": "登记考勤",
    "attendance.corrected": "更正考勤",
    "attendance.returned": "返岗签到",
    "duty.arranged": "排班",
    "duty.removed": "取消排班",
    "duty.swap_asked": "请求换班",
    "duty.swap_answered": "答复换班",
    "duty.logged": "记值班日记",
}


def announce() -> None:
    """Fill the registry; called once from AppConfig.ready."""
    for name, label in LABELS.items():
        kinds.register(name, label)
