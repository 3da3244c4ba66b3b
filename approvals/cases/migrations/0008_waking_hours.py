"""Between which hours of a working day the clock may send citizens a short message."""

from datetime import date

from django.db import migrations, models

SOURCE = "本系统初始设定：到期自动产生的短信只在工作日白天发送，可由中心另行规定"
HOURS = (("tell_from_hour", "9"), ("tell_until_hour", "18"))
KEYS = [
    ("warn_last_days", "临期：最后几个工作日"),
    ("warn_share", "临期：剩余时限百分比"),
    ("query_code_hours", "查询码明文最长保留小时数"),
    ("backdate_days", "补录最多可提前的天数"),
    ("supplement_days", "补正期限（工作日）"),
    ("tell_from_hour", "自动短信最早几点发送"),
    ("tell_until_hour", "自动短信最晚几点发送"),
]


def fill(apps, schema_editor):
    parameter = apps.get_model("cases", "Parameter")
    parameter.objects.bulk_create(
        [parameter(key=k, value=v, source=SOURCE, effective_from=date(2019, 4, 23)) for k, v in HOURS],
        ignore_conflicts=True,
    )


def empty(apps, schema_editor):
    apps.get_model("cases", "Parameter").objects.filter(key__in=[key for key, _ in HOURS]).delete()


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_receipts_without_bytes")]

    operations = [
        migrations.AlterField(
            model_name="parameter",
            name="key",
            field=models.CharField(choices=KEYS, max_length=30, verbose_name="参数"),
        ),
        migrations.RunPython(fill, empty),
    ]
