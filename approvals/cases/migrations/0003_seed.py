"""The table of moves as of this migration, and the numbers a hall starts with, each with its source."""

from datetime import date

from django.db import migrations

# Frozen here on purpose: a later change of transitions.py brings its own migration, and a test compares the two.
ARROWS = (
    ("delivered", "archived"),
    ("denied", "delivered"),
    ("granted", "delivered"),
    ("lapsed", "archived"),
    ("lapsed", "reviewing"),
    ("lapsed", "supplementing"),
    ("not_required", "archived"),
    ("paused", "lapsed"),
    ("paused", "reviewing"),
    ("paused", "voided"),
    ("paused", "withdrawn"),
    ("received", "not_required"),
    ("received", "refused"),
    ("received", "reviewing"),
    ("received", "supplementing"),
    ("received", "voided"),
    ("received", "withdrawn"),
    ("refused", "archived"),
    ("returned", "archived"),
    ("returning", "returned"),
    ("returning", "reviewing"),
    ("returning", "supplementing"),
    ("returning", "voided"),
    ("returning", "withdrawn"),
    ("reviewing", "denied"),
    ("reviewing", "granted"),
    ("reviewing", "lapsed"),
    ("reviewing", "paused"),
    ("reviewing", "received"),
    ("reviewing", "returning"),
    ("reviewing", "voided"),
    ("reviewing", "withdrawn"),
    ("supplementing", "lapsed"),
    ("supplementing", "returning"),
    ("supplementing", "reviewing"),
    ("supplementing", "voided"),
    ("supplementing", "withdrawn"),
    ("voided", "archived"),
    ("withdrawn", "archived"),
)

PARAMETERS = (
    ("warn_last_days", "1", "地方电子监察办法通行做法：到期前 1 个工作日提示", date(2019, 4, 23)),
    ("warn_share", "20", "本系统初始设定：剩余时限不足 20% 提示，可由中心另行规定", date(2019, 4, 23)),
    ("query_code_hours", "24", "本系统初始设定：查询码明文至多保留 24 小时", date(2019, 4, 23)),
    ("backdate_days", "3", "本系统初始设定：补录至多提前 3 天，可由中心另行规定", date(2019, 4, 23)),
    ("supplement_days", "10", "本系统初始设定：法律未定补正期限，可由中心另行规定", date(2019, 4, 23)),
)


def fill(apps, schema_editor):
    arrow = apps.get_model("cases", "TransitionArrow")
    arrow.objects.bulk_create([arrow(source=s, target=t) for s, t in ARROWS], ignore_conflicts=True)
    parameter = apps.get_model("cases", "Parameter")
    parameter.objects.bulk_create(
        [parameter(key=k, value=v, source=s, effective_from=d) for k, v, s, d in PARAMETERS], ignore_conflicts=True
    )


def empty(apps, schema_editor):
    apps.get_model("cases", "TransitionArrow").objects.all().delete()
    apps.get_model("cases", "Parameter").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_guards")]

    operations = [migrations.RunPython(fill, empty)]
