# Made by makemigrations, then folded: constraints, indexes and references stand in their table, because every
# operation more makes `migrate` render all tables once more (hall/tables.py).

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from hall.tables import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
        ('organisation', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='staff',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='user', to='organisation.staff', verbose_name='人员'),
        ),
        CreateModels([
            migrations.CreateModel(
                name='PastPassword',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='past_passwords', to=settings.AUTH_USER_MODEL)),
                    ('password', models.CharField(max_length=128)),
                    ('set_at', models.DateTimeField()),
                ],
                options={
                    'verbose_name': '用过的口令',
                    'verbose_name_plural': '用过的口令',
                    'ordering': ['-set_at', '-pk'],
                },
            ),
            migrations.CreateModel(
                name='RecoveryCode',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
                    ('code_hash', models.CharField(max_length=64)),
                    ('used_at', models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    'verbose_name': '恢复码',
                    'verbose_name_plural': '恢复码',
                    'constraints': [models.UniqueConstraint(fields=('user', 'code_hash'), name='recovery_code_unique')],
                },
            ),
            migrations.CreateModel(
                name='HistoricalUser',
                fields=[
                    ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                    ('username', models.CharField(db_index=True, error_messages={'unique': '这个用户名已有人使用。'}, max_length=32, validators=[django.core.validators.RegexValidator('\\A[a-z0-9][a-z0-9._-]{1,31}\\Z', '用户名为 2 到 32 位小写字母、数字、点、横线或下划线。')], verbose_name='用户名')),
                    ('role', models.CharField(choices=[('clerk', '窗口人员'), ('approver', '审批人员'), ('chief', '首席代表'), ('supervisor', '督查人员'), ('admin', '系统管理员'), ('auditor', '审计人员')], max_length=12, verbose_name='角色')),
                    ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                    ('must_change_password', models.BooleanField(default=True, verbose_name='下次登录须改口令')),
                    ('password_changed_at', models.DateTimeField(blank=True, null=True, verbose_name='口令修改时间')),
                    ('demonstration', models.BooleanField(default=False, editable=False, verbose_name='演示账号')),
                    ('created_at', models.DateTimeField(blank=True, editable=False)),
                    ('staff', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='organisation.staff', verbose_name='人员')),
                    ('history_id', models.AutoField(primary_key=True, serialize=False)),
                    ('history_date', models.DateTimeField(db_index=True)),
                    ('history_change_reason', models.CharField(max_length=100, null=True)),
                    ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                    ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ],
                options={
                    'verbose_name': '账号修改记录',
                    'verbose_name_plural': 'historical 账号',
                    'ordering': ('-history_date', '-history_id'),
                    'get_latest_by': ('history_date', 'history_id'),
                },
                bases=(simple_history.models.HistoricalChanges, models.Model),
            ),
        ]),
    ]
