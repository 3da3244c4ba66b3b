"""How many years each kind is kept, each with where the number comes from; a hall adds its own rows."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import seeded

ARCHIVE = "本厅规定（机关文件材料归档范围和文书档案保管期限规定，国家档案局令第8号：定期保管分 30 年、10 年）"
SHORTEST = "本厅规定（个人信息保护法第十九条：保存期限为实现处理目的所必要的最短时间）"
ROWS = (
    *((f"retention.case_{kind}", 10, ARCHIVE) for kind in ("payment", "confirmation", "award", "ruling", "other")),
    ("retention.case_permit", 30, ARCHIVE),
    ("retention.case_public_service", 10, ARCHIVE),
    ("retention.evaluation", 3, SHORTEST),
    ("retention.complaint", 10, ARCHIVE),
)
FROM = date(2020, 1, 1)


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_initial"), ("facts", "0003_only_added")]
    operations = [seeded(ROWS, since=FROM)]
