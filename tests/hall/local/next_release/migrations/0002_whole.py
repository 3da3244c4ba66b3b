"""One transaction: its second operation fails while there is a note that says "in the way"."""

from django.db import migrations, models


def stumble(apps, _):
    if apps.get_model("next_release", "Note").objects.filter(word="in the way").exists():
        raise RuntimeError("in the way")


class Migration(migrations.Migration):
    dependencies = [("next_release", "0001_initial")]
    operations = [
        migrations.AddField("note", "more", models.IntegerField(null=True)),
        migrations.RunPython(stumble, migrations.RunPython.noop),
        migrations.RunSQL("ALTER TABLE ledger_heartbeat ADD COLUMN b08 integer"),
    ]
