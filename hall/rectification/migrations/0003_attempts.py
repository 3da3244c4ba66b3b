"""How far apart calls in vain must lie to count: three within minutes would end the contact of a bad grade."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import seeded

FROM = date(2020, 1, 1)
SEEDS = (
    (
        "rectification.attempt_hours",
        3,
        "大厅自定：国办发〔2019〕51号要求差评安排专人核实，没有规定联系间隔；相隔三小时，避免几分钟内连拨就算联系不上",
    ),
    (
        "rectification.attempt_days",
        2,
        "大厅自定：国办发〔2019〕51号没有规定；至少分在两天联系，评价人一天不便接听的不算联系不上",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("rectification", "0002_settings"), ("facts", "0001_initial")]

    operations = [seeded(SEEDS, since=FROM)]
