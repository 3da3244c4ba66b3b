"""Windows are listed 1, 2, … 10 and not 1, 10, 2. Nothing changes in the database."""

from django.db import migrations
from django.db.models.functions import Length


class Migration(migrations.Migration):
    dependencies = [("organisation", "0002_center_number_stays")]

    operations = [
        migrations.AlterModelOptions(
            name="window",
            options={
                "ordering": ["center_id", Length("number"), "number"],
                "verbose_name": "窗口",
                "verbose_name_plural": "窗口",
            },
        ),
    ]
