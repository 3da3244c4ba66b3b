"""Where people are logged in, for their own eyes (ASVS 7.5.2); sessions that are open today are listed from the next log-in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0005_quiet_attempts")]

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session_key", models.CharField(max_length=40, unique=True)),
                ("began_at", models.DateTimeField(verbose_name="登录时间")),
                ("browser", models.CharField(max_length=40, verbose_name="浏览器")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "登录", "verbose_name_plural": "登录", "ordering": ["-began_at", "-pk"]},
        ),
    ]
