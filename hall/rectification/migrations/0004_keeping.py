"""How many years the notes about a bad grade are kept: as long as the grade."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import seeded

SHORTEST = "本厅规定（个人信息保护法第十九条：保存期限为实现处理目的所必要的最短时间），与好差评相同"


class Migration(migrations.Migration):
    dependencies = [("rectification", "0003_attempts"), ("facts", "0003_only_added")]
    operations = [seeded((("retention.rectification", 3, SHORTEST),), since=date(2020, 1, 1))]
