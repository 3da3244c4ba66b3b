"""From which numbers on somebody is told, and how long logs are kept, each with where the number comes from."""

from datetime import date

from django.db import migrations

from hall.facts.seeding import take_back

OURS = "本厅规定"
ROWS = (
    (
        "audit.viewings_a_day",
        50,
        f"{OURS}（个人信息保护法第五十一条：合理确定个人信息处理的操作权限；第五十四条：定期进行合规审计）",
    ),
    (
        "audit.clock_seconds",
        5,
        f"{OURS}（GB/T 22239-2019 安全审计：审计记录应包括事件的日期和时间；各主机以 NTP 校时，RFC 5905）",
    ),
    ("audit.log_months", 6, "网络安全法第二十三条第三项（2025年修正前为第二十一条）：相关的网络日志留存不少于六个月"),
)
FROM = date(2020, 1, 1)


def sow(apps, _schema_editor):
    Setting = apps.get_model("facts", "Setting")
    Setting.objects.bulk_create(
        Setting(key=key, value=value, source=source, effective_from=FROM) for key, value, source in ROWS
    )


def reap(apps, schema_editor):
    take_back(apps, schema_editor, [key for key, _, _ in ROWS])


class Migration(migrations.Migration):
    initial = True
    dependencies = [("facts", "0003_only_added")]
    operations = [migrations.RunPython(sow, reap)]
