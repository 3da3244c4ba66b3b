# Made by makemigrations, then folded: constraints and indexes stand in their table (hall/tables.py).

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from hall.tables import CreateModels


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0002_initial'),
        ('organisation', '0002_center_number_stays'),
    ]

    operations = [
        CreateModels(
            tables=[migrations.CreateModel(
                name='StaffAddress',
                fields=[
                    ('address_key', models.CharField(max_length=64, primary_key=True, serialize=False)),
                    ('seen_at', models.DateTimeField(verbose_name='最近登录')),
                ],
                options={
                    'verbose_name': '登录过的网络地址',
                    'verbose_name_plural': '登录过的网络地址',
                },
            ), migrations.CreateModel(
                name='Device',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('kind', models.CharField(choices=[('pad', '窗口评价器'), ('wall', '大屏')], max_length=4, verbose_name='用途')),
                    ('name', models.CharField(max_length=60, verbose_name='名称')),
                    ('code_digest', models.CharField(blank=True, editable=False, max_length=64)),
                    ('code_until', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='配对码有效期')),
                    ('key_digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                    ('registered_at', models.DateTimeField(verbose_name='登记时间')),
                    ('paired_at', models.DateTimeField(blank=True, null=True, verbose_name='配对时间')),
                    ('seen_at', models.DateTimeField(blank=True, null=True, verbose_name='最近在线')),
                    ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='停用时间')),
                    ('center', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.center', verbose_name='中心')),
                    ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                    ('window', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.window', verbose_name='窗口')),
                ],
                options={
                    'verbose_name': '设备',
                    'verbose_name_plural': '设备',
                    'ordering': ['center_id', 'kind', 'name'],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('center', 'name'), name='device_name_unique_in_center', violation_error_message='这个中心已有同名的设备。'), models.UniqueConstraint(condition=models.Q(('code_digest', ''), _negated=True), fields=('code_digest',), name='device_code_unique', violation_error_message='配对码重复，请重新生成。'), models.CheckConstraint(condition=models.Q(('kind__in', ['pad', 'wall'])), name='device_kind_known', violation_error_message='设备用途只能从列表中选择。'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'pad'), _negated=True), ('window__isnull', False), _connector='OR'), name='device_pad_has_window', violation_error_message='评价器要写明放在哪个窗口。'), models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), models.Q(('code_digest', ''), ('key_digest__isnull', True)), _connector='OR'), name='device_revoked_without_key', violation_error_message='停用的设备不能再有钥匙。')],
                },
            )],
        ),
    ]
