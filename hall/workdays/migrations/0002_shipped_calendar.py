"""Loads the shipped calendar: 2004 through the last published year, each day with its notice."""

from django.db import migrations

from hall.workdays.shipped import shipped_days, shipped_notices


def load(apps, schema_editor):
    notice_model = apps.get_model("workdays", "CalendarNotice")
    day_model = apps.get_model("workdays", "CalendarDay")
    originals = {}
    saved = {}
    for notice in sorted(shipped_notices().values(), key=lambda notice: (notice.year, bool(notice.amends))):
        saved[notice] = notice_model.objects.create(
            year=notice.year,
            document_no=notice.document_no,
            title=notice.title,
            url=notice.url,
            source=notice.source,
            amends=originals.get(notice.year),
        )
        originals.setdefault(notice.year, saved[notice])
    rows = {}
    for day in shipped_days():
        replaced = rows.get(day.on)
        if replaced is not None:
            replaced.superseded_by = saved[day.notice]
            replaced.save()
        rows[day.on] = day_model(date=day.on, kind=day.kind, name=day.name, notice=saved[day.notice])
        rows[day.on].save()
    apps.get_model("workdays", "CalendarVersion").objects.create(pk=1)


def unload(apps, schema_editor):
    for name in ("CalendarVersion", "CalendarDay", "CalendarNotice"):
        model = apps.get_model("workdays", name)
        if name == "CalendarNotice":
            model.objects.filter(amends__isnull=False).delete()
        model.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
