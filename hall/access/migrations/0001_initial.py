# Made by makemigrations, then folded: constraints, indexes and references stand in their table, because every
# operation more makes `migrate` render all tables once more.

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(error_messages={'unique': '这个用户名已有人使用。'}, max_length=32, unique=True, validators=[django.core.validators.RegexValidator('\\A[a-z0-9][a-z0-9._-]{1,31}\\Z', '用户名为 2 到 32 位小写字母、数字、点、横线或下划线。')], verbose_name='用户名')),
                ('role', models.CharField(choices=[('clerk', '窗口人员'), ('approver', '审批人员'), ('chief', '首席代表'), ('supervisor', '督查人员'), ('admin', '系统管理员'), ('auditor', '审计人员')], max_length=12, verbose_name='角色')),
                ('is_active', models.BooleanField(default=True, verbose_name='启用')),
                ('must_change_password', models.BooleanField(default=True, verbose_name='下次登录须改口令')),
                ('password_changed_at', models.DateTimeField(blank=True, null=True, verbose_name='口令修改时间')),
                ('demonstration', models.BooleanField(default=False, editable=False, verbose_name='演示账号')),
                ('session_epoch', models.PositiveIntegerField(default=0, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': '账号',
                'verbose_name_plural': '账号',
                'ordering': ['username'],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['clerk', 'approver', 'chief', 'supervisor', 'admin', 'auditor'])), name='user_role_known', violation_error_message='角色只能从列表中选择一个。'), models.CheckConstraint(condition=models.Q(('username__regex', '^[a-z0-9][a-z0-9._-]{1,31}$')), name='user_username_form', violation_error_message='用户名为 2 到 32 位小写字母、数字、点、横线或下划线。')],
            },
        ),
    ]
