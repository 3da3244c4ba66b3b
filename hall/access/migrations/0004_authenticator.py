"""Secrets of the second factor move into a table that keeps them encrypted; the plain ones go.

Sessions name the device they were confirmed with: whoever is logged in with two factors enters a code once more.
"""

import django.db.models.deletion
import django_otp.plugins.otp_totp.models
from django.conf import settings
from django.db import migrations, models

import hall.ledger.uuids
import hall.privacy.fields

SAME = (
    "user_id", "name", "confirmed", "key", "step", "t0", "digits", "tolerance", "drift", "last_t", "last_used_at",
    "throttling_failure_timestamp", "throttling_failure_count",
)  # fmt: skip


def _move(source, target):
    for device in source.objects.order_by("pk"):
        target.objects.create(**{name: getattr(device, name) for name in SAME})
        device.delete()


def seal(apps, _schema_editor):
    _move(apps.get_model("otp_totp", "TOTPDevice"), apps.get_model("access", "Authenticator"))


def unseal(apps, _schema_editor):
    _move(apps.get_model("access", "Authenticator"), apps.get_model("otp_totp", "TOTPDevice"))


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0003_devices'),
        ('otp_totp', '0003_add_timestamps'),
    ]

    operations = [
        migrations.CreateModel(
            name='Authenticator',
            fields=[
                ('name', models.CharField(help_text='The human-readable name of this device.', max_length=64)),
                ('confirmed', models.BooleanField(default=True, help_text='Is this device ready for use?')),
                ('throttling_failure_timestamp', models.DateTimeField(blank=True, default=None, help_text='A timestamp of the last failed verification attempt. Null if last attempt succeeded.', null=True)),
                ('throttling_failure_count', models.PositiveIntegerField(default=0, help_text='Number of successive failed attempts.')),
                ('created_at', models.DateTimeField(auto_now_add=True, help_text='The date and time when this device was initially created in the system.', null=True)),
                ('last_used_at', models.DateTimeField(blank=True, help_text='The most recent date and time this device was used.', null=True)),
                ('id', models.UUIDField(default=hall.ledger.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('key', hall.privacy.fields.EncryptedTextField(default=django_otp.plugins.otp_totp.models.default_key, max_length=80, verbose_name='密钥')),
                ('step', models.PositiveSmallIntegerField(default=30)),
                ('t0', models.BigIntegerField(default=0)),
                ('digits', models.PositiveSmallIntegerField(default=6)),
                ('tolerance', models.PositiveSmallIntegerField(default=1)),
                ('drift', models.SmallIntegerField(default=0)),
                ('last_t', models.BigIntegerField(default=-1)),
                ('user', models.ForeignKey(help_text='The user that this device belongs to.', on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '动态口令',
                'verbose_name_plural': '动态口令',
                'abstract': False,
            },
        ),
        migrations.RunPython(seal, unseal),
    ]
