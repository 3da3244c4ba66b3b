"""The numbers of appraisal with their sources, and model schemes to copy. What no document prescribes says so."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import take_back

SETTINGS = (
    ("appraisal.objection_days", 5, "建议值，无上级文件规定，由中心核定：考核分公示异议期（工作日）"),
    ("appraisal.excellent", 90, "等次名称见某市行政审批电子监察办法第九条（优秀、良好、合格、不合格）；分数线为建议值，由中心核定"),
    ("appraisal.good", 80, "等次名称见某市行政审批电子监察办法第九条（优秀、良好、合格、不合格）；分数线为建议值，由中心核定"),
    ("appraisal.pass", 60, "等次名称见某市行政审批电子监察办法第九条（优秀、良好、合格、不合格）；分数线为建议值，由中心核定"),
    ("awards.min_cases", 20, "建议值，无上级文件规定，由中心核定：防止件数过少的满分"),
    ("awards.notice_days", 5, "建议值，无上级文件规定，由中心核定：荣誉公示天数（工作日）"),
    ("duty.log_hours", 24, "建议值，无上级文件规定，由中心核定：值班日记写成后多少小时内可改"),
)

ON_TIME = [[1000, 1.0], [990, 0.8], [950, 0.5]]
GOOD = [[950, 1.0], [900, 0.8], [800, 0.5]]
STYLES = (
    ("马上办", "cases.style_at_once"),
    ("主动办", "cases.style_proactive"),
    ("上门办", "cases.style_at_door"),
    ("公开办", "cases.style_open"),
    ("特事特办", ""),  # no event proves it yet: being quick does not, so people mark it with evidence
    ("延时办", "cases.style_after_hours"),
    ("节假日预约办", "cases.style_holiday"),
)


def less(name, weight, source, per, note, cap=None):
    """A line that starts full and loses points with every fact."""
    return {
        "name": name, "kind": "facts", "start": "full", "weight": weight, "source": source, "per_fact": per,
        "note": note, "cap": cap,
    }  # fmt: skip


def more(name, weight, source, note):
    """A line that starts at nothing and gains a point with every fact."""
    return {"name": name, "kind": "facts", "start": "zero", "weight": weight, "source": source, "per_fact": 1, "note": note}


def rate(name, weight, indicator, steps, note):
    """A line that gives the points of the step an indicator reaches."""
    scale = [[least, round(weight * share)] for least, share in steps]
    return {"name": name, "kind": "indicator", "weight": weight, "indicator": indicator, "scale": scale, "note": note}


def judged(name, weight, note, start="full"):
    """A line a person marks, with evidence and a second person."""
    return {"name": name, "kind": "manual", "start": start, "weight": weight, "note": note}


EARLY = {
    "name": "提前办结", "kind": "indicator", "start": "zero", "bonus": True, "weight": 0, "cap": 5,
    "indicator": "cases.early_rate", "scale": [[500, 5], [400, 4], [300, 3], [200, 2], [100, 1]],
    "note": "提前办结占比每满 10% 加 1 分（某市绩效测评实例），加分不超过 5 分（苍南县 2019）",
}  # fmt: skip

PERSON = (
    *(
        more(name, 5, source, "七种作风为月考标准；每件加 1 分，5 分封顶为建议值")
        if source
        else judged(name, 5, "七种作风为月考标准；还没有绿色通道的登记，由人工记分并附证据", start="zero")
        for name, source in STYLES
    ),
    less("限时办结", 20, "cases.over_promise", -5, "窗口月考实例：限时承诺超时每件扣 5 分"),
    rate("群众评价", 15, "evaluation.good_rate", GOOD, "好评率 95% 以上满分；档次为建议值"),
    less("黄牌", 10, "supervision.yellow", -5, "某市绩效测评实例：黄牌每张扣 5 分"),
    less("红牌", 10, "supervision.red", -10, "某市绩效测评实例：红牌每张扣 10 分"),
    less("缺勤", 6, "attendance.absent", -3, "窗口考核实例：缺勤半天扣 3 分"),
    less("迟到", 4, "attendance.late", -1, "每次扣 1 分为建议值"),
    EARLY,
)
DEPARTMENT = (
    judged("政务公开", 10, "某市绩效测评实例：政务公开 10 分，由巡查人记分并附证据"),
    less("流程规范", 14, "cases.second_notice", -2, "一次性告知不全每件扣 2 分（窗口考核实例）"),
    less("期限合法", 14, "cases.over_promise", -5, "超过承诺期限每件扣 5 分（窗口月考实例）"),
    less("收费合理", 8, "cases.fee_above_minimum", -2, "未按低限收费每件扣 2 分为建议值"),
    rate("满意度", 10, "evaluation.good_rate", GOOD, "好评率 95% 以上满分；档次为建议值"),
    less("服务态度", 10, "complaints.upheld", -5, "有责投诉每件扣 5 分为建议值"),
    less("监督检查：巡查", 9, "patrol.findings", -1, "原为监督检查 14 分，拆为巡查 9 分和黄牌 5 分；每处扣 1 分为建议值"),
    less("监督检查：黄牌", 5, "supervision.yellow", -5, "某市绩效测评实例：黄牌每张扣 5 分"),
    less("法律责任", 10, "supervision.red", -10, "某市绩效测评实例：红牌每张扣 10 分"),
    judged("廉洁", 10, "某市绩效测评实例：廉洁 10 分，人工记分并附证据"),
    EARLY,
)
WINDOW = (
    rate("窗口效能：按时办结", 20, "cases.on_time_rate", ON_TIME, "阳东红旗窗口：窗口效能 30%；档次为建议值"),
    less("窗口效能：限时承诺", 10, "cases.over_promise", -5, "窗口月考实例：超时每件扣 5 分"),
    less("人员考核：缺勤", 15, "attendance.absent", -3, "阳东红旗窗口：人员考核 30%；缺勤半天扣 3 分"),
    less("人员考核：迟到", 5, "attendance.late", -1, "每次扣 1 分为建议值"),
    less("人员考核：黄牌", 10, "supervision.yellow", -5, "某市绩效测评实例：黄牌每张扣 5 分"),
    judged("值班长评分", 20, "阳东红旗窗口：值班长评分 20%，人工记分并附证据"),
    rate("服务对象评价", 20, "evaluation.good_rate", GOOD, "阳东红旗窗口：服务对象投票 20%，以好差评代替投票"),
    EARLY,
)
SCHEMES = (
    ("person", "month", "个人月考（七种工作作风）", PERSON,
     "示例：按“马上办、主动办、上门办、公开办、特事特办、延时办、节假日预约办”月考；分值综合某市绩效测评、县窗口月考实例，未注明出处的为建议值"),
    ("department", "month", "部门月测评", DEPARTMENT,
     "示例：某市行政审批绩效测评（100 分九项）；每件扣分未注明出处的为建议值"),
    ("window", "month", "红旗窗口月考", WINDOW,
     "示例：阳东红旗窗口（窗口效能 30%、人员考核 30%、值班长 20%、服务对象 20%）；每件扣分未注明出处的为建议值"),
)  # fmt: skip


def sow(apps, schema_editor):
    setting = apps.get_model("facts", "Setting")
    setting.objects.bulk_create(
        setting(key=key, value=value, source=source, effective_from=date(2020, 1, 1)) for key, value, source in SETTINGS
    )
    version, line = apps.get_model("appraisal", "SchemeVersion"), apps.get_model("appraisal", "Line")
    for subject, rhythm, name, lines, source in SCHEMES:
        made = version.objects.create(subject=subject, rhythm=rhythm, name=name, source=source, bonus_cap=5)
        line.objects.bulk_create(line(version=made, position=n, **facts) for n, facts in enumerate(lines, 1))


def reap(apps, schema_editor):
    take_back(apps, schema_editor, [key for key, *_ in SETTINGS])
    apps.get_model("appraisal", "SchemeVersion").objects.filter(center__isnull=True, state="draft").delete()


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0002_frozen"), ("facts", "0001_initial")]
    operations = [migrations.RunPython(sow, reap)]
