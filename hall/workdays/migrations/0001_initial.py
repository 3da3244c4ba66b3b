# Made by makemigrations, then folded: constraints, indexes and references stand in their table, because every
# operation more makes `migrate` render all tables once more (hall/tables.py).

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from hall.tables import CreateModels


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels([
            migrations.CreateModel(
                name='CalendarNotice',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('year', models.PositiveSmallIntegerField(verbose_name='年度')),
                    ('region', models.CharField(blank=True, default='', max_length=12, verbose_name='地区代码')),
                    ('region_name', models.CharField(blank=True, default='', max_length=60, verbose_name='地区')),
                    ('document_no', models.CharField(blank=True, default='', max_length=60, verbose_name='文号')),
                    ('title', models.CharField(max_length=120, verbose_name='标题')),
                    ('url', models.URLField(blank=True, default='', max_length=300, verbose_name='网址')),
                    ('source', models.CharField(blank=True, default='', max_length=120, verbose_name='来源')),
                    ('amends', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='workdays.calendarnotice', verbose_name='修改')),
                    ('imported_at', models.DateTimeField(blank=True, null=True, verbose_name='导入时间')),
                    ('imported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='导入人')),
                ],
                options={
                    'verbose_name': '放假通知',
                    'verbose_name_plural': '放假通知',
                    'ordering': ('-year', 'region', 'id'),
                    'constraints': [models.UniqueConstraint(condition=models.Q(('amends__isnull', True)), fields=('year', 'region'), name='notice_one_original_a_year', violation_error_message='这一年已有放假通知；再导入的应当是对它的修改。'), models.UniqueConstraint(condition=models.Q(('document_no', ''), _negated=True), fields=('region', 'document_no'), name='notice_number_once', violation_error_message='这个文号的通知已经导入过。'), models.CheckConstraint(condition=models.Q(('year__gte', 1990), ('year__lte', 2100)), name='notice_year_in_calendar', violation_error_message='年度须在 1990—2100 年之间。'), models.CheckConstraint(condition=models.Q(('region', ''), ('region__regex', '^[0-9]{12}$'), _connector='OR'), name='notice_region_code', violation_error_message='地区代码是 12 位数字，全国留空。')],
                },
            ),
            migrations.CreateModel(
                name='CalendarDay',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('date', models.DateField(verbose_name='日期')),
                    ('region', models.CharField(blank=True, default='', max_length=12, verbose_name='地区代码')),
                    ('kind', models.CharField(choices=[('off', '放假'), ('work', '调休上班')], max_length=4, verbose_name='安排')),
                    ('name', models.CharField(max_length=20, verbose_name='节日')),
                    ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='days', to='workdays.calendarnotice', verbose_name='通知')),
                    ('superseded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_days', to='workdays.calendarnotice', verbose_name='被修改')),
                ],
                options={
                    'verbose_name': '日历日',
                    'verbose_name_plural': '日历日',
                    'ordering': ('date', 'region', 'id'),
                    'constraints': [models.UniqueConstraint(condition=models.Q(('superseded_by__isnull', True)), fields=('date', 'region'), name='calendar_day_once', violation_error_message='这一天已有安排。'), models.CheckConstraint(condition=models.Q(('kind', 'off'), ('date__iso_week_day__in', (6, 7)), _connector='OR'), name='calendar_make_up_on_weekend', violation_error_message='调休上班只能是周六或周日。'), models.CheckConstraint(condition=models.Q(('superseded_by__isnull', True), models.Q(('superseded_by', models.F('notice')), _negated=True), _connector='OR'), name='calendar_day_not_by_itself', violation_error_message='通知不能修改它自己的安排。')],
                },
            ),
            migrations.CreateModel(
                name='CalendarVersion',
                fields=[
                    ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                    ('number', models.PositiveIntegerField(default=1, verbose_name='版本')),
                    ('token', models.UUIDField(default=uuid.uuid4)),
                    ('changed_at', models.DateTimeField(blank=True, null=True, verbose_name='变更时间')),
                ],
                options={
                    'verbose_name': '日历版本',
                    'verbose_name_plural': '日历版本',
                    'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='calendar_version_one_row')],
                },
            ),
        ]),
    ]
