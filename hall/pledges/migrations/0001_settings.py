"""The numbers of the pledges a hall starts with, each with where it comes from."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import seeded

ROWS = (
    (
        "pledges.handover_days",
        1,
        "首问责任制：移交须经接收，接收前责任不转移。系统初始值，一日办结答复的口径（“1天内给出答复”），中心可按本地制度另定。",
    ),
    ("pledges.small_group", 10, "系统初始值：件数不足 10 件的比率和次数不公布，以免从小数推知个人。中心可另定。"),
)


class Migration(migrations.Migration):
    dependencies = [("facts", "0001_initial")]

    operations = [seeded(ROWS, since=date(2000, 1, 1))]
