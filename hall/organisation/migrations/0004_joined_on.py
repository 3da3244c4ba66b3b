"""The first working day of a person: who came in the middle of an appraisal period is told apart by it."""

from django.db import migrations, models


def day():
    """The column, the same in the table and in its history."""
    return models.DateField("到岗日期", null=True, blank=True, help_text="第一个工作的日子；不知道的空着。")


class Migration(migrations.Migration):
    dependencies = [("organisation", "0003_windows_in_order")]

    operations = [
        migrations.AddField("staff", "joined_on", day()),
        migrations.AddField("historicalstaff", "joined_on", day()),
    ]
