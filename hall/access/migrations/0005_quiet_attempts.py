"""What was sent beside the name at failed log-ins is emptied; from now on it is not written (hall.access.lockouts)."""

from django.db import migrations


def empty(apps, _schema_editor):
    apps.get_model("axes", "AccessAttempt").objects.update(get_data="", post_data="")


class Migration(migrations.Migration):
    dependencies = [("access", "0004_authenticator"), ("axes", "0001_initial")]

    operations = [migrations.RunPython(empty, migrations.RunPython.noop)]
