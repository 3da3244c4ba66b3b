"""What the release before had made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[("id", models.BigAutoField(primary_key=True)), ("word", models.CharField(max_length=20))],
        )
    ]
