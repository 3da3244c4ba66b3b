"""Who may do what: the rights with their descriptions, and the six roles as a short table.

One account holds one role. 三权分立 (等保三级, 安全管理中心): the administrator sees no case, the auditor changes
nothing, and nobody is both. A right says what a role may do at all; where it may do it is scope.py, and whether this
very case allows it is a matter of the room (受办分离, head of the organ, state of the case).
"""

from dataclasses import dataclass
from typing import Final

from hall.access.enums import Role


@dataclass(frozen=True, slots=True)
class Right:
    """One thing a role may do. `reads` is true where nothing is changed by it."""

    name: str
    label: str
    reads: bool = False


RIGHTS: Final[tuple[Right, ...]] = (
    Right("cases.register", "收件登记"),
    Right("cases.accept", "受理、容缺受理"),
    Right("cases.notify", "一次性告知、接收补正材料"),
    Right("cases.refuse", "不受理告知、不予受理决定"),
    Right("cases.pause", "提请停表、恢复计时"),
    Right("cases.pause.approve", "批准停表"),
    Right("cases.extend", "提请延期"),
    Right("cases.extend.approve", "批准延期（须为本机关负责人）"),
    Right("cases.hearing", "听证告知"),
    Right("cases.inspect", "现场核查"),
    Right("cases.decide", "作出准予或不予许可的决定"),
    Right("cases.deliver", "送达"),
    Right("cases.correct", "提请更正"),
    Right("cases.correct.second", "复核更正"),
    Right("cases.return", "提请退件"),
    Right("cases.return.review", "退件复核"),
    Right("cases.withdraw", "登记申请人撤回"),
    Right("cases.void", "作废"),
    Right("cases.archive", "归档"),
    Right("cases.handover", "移交本人的办件"),
    Right("cases.handover.department", "移交本部门任何人的办件"),
    Right("cases.import", "导入存量办件"),
    Right("cases.export", "导出办件", reads=True),
    Right("cases.view.department", "查看本部门办件", reads=True),
    Right("cases.view.center", "查看本中心和下级中心的办件", reads=True),
    Right("unmask", "查看完整的证件号和电话（须写理由，留痕）", reads=True),
    Right("catalogue.view", "查看事项草稿和版本", reads=True),
    Right("catalogue.edit", "编辑事项草稿"),
    Right("catalogue.publish", "发布事项"),
    Right("catalogue.import", "导入事项目录"),
    Right("organisation.view", "查看机构、窗口、人员", reads=True),
    Right("organisation.edit", "维护机构、窗口、人员"),
    Right("organisation.history", "查看谁改了什么", reads=True),
    Right("staff.import", "导入人员"),
    Right("accounts.edit", "开设、停用账号，重置口令"),
    Right("absence.own", "登记本人不在岗"),
    Right("absence.department", "登记本部门人员不在岗"),
    Right("calendar.view", "查看工作日历", reads=True),
    Right("calendar.import", "导入放假通知"),
    Right("settings.edit", "修改系统设置"),
    Right("retention.view", "查看个人信息保存期限和到期清除", reads=True),
    Right("retention.hold", "暂停和恢复到期清除（恢复须两人）"),
    Right("retention.copy", "查看并制作本人索取的个人信息副本（须写理由，留痕）", reads=True),
    Right("exports.approve", "批准他人导出大批量个人信息"),
    Right("ledger.read", "查看事件账", reads=True),
    Right("supervision.view", "查看督查信号", reads=True),
    Right("health.view", "查看运行状况", reads=True),
    Right("evaluation.collect", "请办事人评价、开评价器"),
    Right("evaluation.paper", "开箱登记纸质评价"),
    Right("evaluation.view", "查看评价（不含匿名评价人）", reads=True),
    Right("evaluation.rectify", "联系评价人、整改和答复差评"),
    Right("evaluation.revisit", "回访差评"),
    Right("evaluation.close", "审定并公开差评答复"),
    Right("evaluation.appeal", "申诉误评、恶意差评"),
    Right("evaluation.appeal.decide", "裁定差评申诉"),
    Right("devices.edit", "登记和停用评价器、大屏"),
    Right("pledges.view", "查看五个零的数字和名单", reads=True),
    Right("supervision.rules", "起草、试算、启用监察规则"),
    Right("supervision.raise", "发督查牌"),
    Right("supervision.answer", "对督查牌反馈和申诉"),
    Right("supervision.decide", "审核反馈、裁定督查牌申诉"),
    Right("supervision.check", "抽查办结时间"),
    Right("patrol.record", "巡查登记、复查整改"),
    Right("patrol.answer", "整改巡查发现的问题"),
    Right("bulletins.write", "起草和发布通报"),
    Right("bulletins.read", "阅读内部通报", reads=True),
    Right("complaints.handle", "登记、分派、裁定对工作人员的投诉"),
    Right("complaints.answer", "调查被分派的投诉"),
    Right("accountability.view", "查看责任追究", reads=True),
    Right("accountability.write", "登记和处理责任追究"),
    Right("appraisal.view", "查看考核分和依据", reads=True),
    Right("appraisal.scheme", "起草和启用考核细则"),
    Right("appraisal.score", "人工记分、审核人工记分、冻结考核"),
    Right("appraisal.object", "对考核分提出异议"),
    Right("awards.nominate", "提名每月之星、示范岗、红旗窗口"),
    Right("awards.decide", "评定和公布荣誉"),
    Right("attendance.record", "登记考勤"),
    Right("duty.roster", "排值班表"),
    Right("duty.log", "记值班日记"),
    Right("dashboard.view", "查看看板", reads=True),
    Right("dashboard.export", "导出看板和名单", reads=True),
    Right("dashboard.report", "生成周报、月报"),
)
BY_NAME: Final = {right.name: right for right in RIGHTS}


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One line of the table: what the role is for, in words for the person who assigns it, and its rights."""

    role: Role
    label: str
    description: str
    rights: frozenset[str]
    second_factor: bool


_EVERYBODY: Final = ("organisation.view", "catalogue.view", "calendar.view")
_CASEWORK: Final = (
    "absence.own", "unmask", "cases.view.department", "cases.handover", "cases.correct", "cases.return",
    "evaluation.view", "evaluation.appeal", "pledges.view", "supervision.answer", "bulletins.read", "appraisal.view",
    "appraisal.object", "duty.log",
)  # fmt: skip
_DECIDING: Final = (
    "cases.pause", "cases.pause.approve", "cases.extend", "cases.extend.approve", "cases.hearing", "cases.inspect",
    "cases.decide", "cases.refuse", "cases.correct.second", "cases.return.review",
)  # fmt: skip
_WINDOW: Final = (
    "cases.register", "cases.accept", "cases.notify", "cases.refuse", "cases.pause", "cases.extend", "cases.inspect",
    "cases.deliver", "cases.withdraw", "cases.archive", "evaluation.collect",
)  # fmt: skip
_LEADING: Final = (
    "evaluation.rectify", "patrol.answer", "complaints.answer", "awards.nominate", "attendance.record",
    "dashboard.view", "dashboard.export", "exports.approve",
)  # fmt: skip
_WATCHING: Final = (
    "supervision.view", "evaluation.view", "pledges.view", "bulletins.read", "accountability.view", "appraisal.view",
    "dashboard.view", "retention.view",
)  # fmt: skip
_SUPERVISING: Final = (
    "supervision.rules", "supervision.raise", "supervision.decide", "supervision.check", "patrol.record",
    "bulletins.write", "complaints.handle", "accountability.write", "appraisal.scheme", "appraisal.score",
    "awards.nominate", "awards.decide", "attendance.record", "duty.roster", "duty.log", "dashboard.export",
    "dashboard.report", "evaluation.paper", "evaluation.revisit", "evaluation.close", "evaluation.appeal.decide",
    "devices.edit", "retention.hold", "retention.copy", "exports.approve",
)  # fmt: skip


def _line(role: Role, description: str, *rights: str, second_factor: bool) -> RoleLine:
    unknown = set(rights) - set(BY_NAME)
    if unknown:
        raise ValueError(f"unknown rights for {role}: {sorted(unknown)}")
    return RoleLine(role, role.label, description, frozenset((*_EVERYBODY, *rights)), second_factor)


TABLE: Final[dict[Role, RoleLine]] = {
    line.role: line
    for line in (
        _line(
            Role.CLERK,
            "在窗口收件、受理、告知、送达；看本部门的办件。自己受理的承诺件不能自己决定。",
            *_CASEWORK, *_WINDOW,
            second_factor=False,
        ),
        _line(
            Role.APPROVER,
            "在后台审查，批准停表，作出决定，复核更正和退件；是本机关负责人的，批准延期。",
            *_CASEWORK, *_DECIDING,
            second_factor=True,
        ),
        _line(
            Role.CHIEF,
            "部门派驻大厅的负责人：能办窗口和审批的事，调配本部门办件，整改差评和巡查问题，维护并发布本部门事项。",
            *_CASEWORK, *_WINDOW, *_DECIDING, *_LEADING,
            "absence.department", "cases.void", "cases.handover.department", "cases.import", "cases.export",
            "catalogue.edit", "catalogue.publish",
            second_factor=True,
        ),
        _line(
            Role.SUPERVISOR,
            "看本中心和下级中心的全部办件，定规则、发牌、巡查、通报、考核、回访；不办件。",
            "absence.own", "cases.view.center", "cases.export", "health.view", *_WATCHING, *_SUPERVISING,
            second_factor=True,
        ),
        _line(
            Role.ADMIN,
            "维护机构、人员、账号、日历、事项草稿和系统设置；看不到任何办件。",
            "organisation.edit", "organisation.history", "staff.import", "accounts.edit", "calendar.import",
            "catalogue.edit", "catalogue.import", "settings.edit", "health.view",
            second_factor=True,
        ),
        _line(
            Role.AUDITOR,
            "查看事件账、修改记录和办件，核对每个人做过什么；什么都不能改。",
            "ledger.read", "organisation.history", "cases.view.center", "health.view", *_WATCHING,
            second_factor=True,
        ),
    )
}  # fmt: skip


def rights_of(role: str) -> frozenset[str]:
    """The rights of a role; none for a word that is no role."""
    return TABLE[Role(role)].rights if role in Role.values else frozenset()
