"""The days and numbers of what follows a bad grade, each with where it comes from."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import seeded

FROM = date(2020, 1, 1)
SEEDS = (
    ("rectification.contact_days", 1, "安阳市优化营商环境条例第五十二条：实名差评一个工作日内联系核实"),
    (
        "rectification.rectify_days",
        5,
        "德州市 2020 年做法：整改反馈五个工作日；国办发〔2019〕51号要求每个差评都整改，没有规定天数",
    ),
    (
        "rectification.revisit_days",
        5,
        "大厅自定：国办发〔2019〕51号要求回访整改情况，没有规定天数；比照德州市 2020 年的五个工作日",
    ),
    ("rectification.appeal_days", 5, "大厅自定：误评、恶意差评可以不予采纳（GB/T 39734-2020 9.2），没有规定申诉天数"),
    ("rectification.decide_days", 5, "大厅自定：申诉须由第二人裁定，没有规定裁定天数"),
    ("rectification.contact_attempts", 3, "大厅自定：联系不上的不无限期等待，先整改事情本身"),
    (
        "rectification.small_group",
        10,
        "大厅自定：GB/T 39734-2020 附录 B 要求公开评价指标值；样本少于十件不公布，以免认出评价人",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("rectification", "0001_initial"), ("facts", "0001_initial")]

    operations = [seeded(SEEDS, since=FROM)]
