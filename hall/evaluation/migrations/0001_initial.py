# Made by makemigrations, then folded: constraints and indexes stand in their table (hall/tables.py).

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import hall.ledger.uuids
import hall.privacy.fields
from django.conf import settings
from django.db import migrations, models

from hall.tables import CreateModels

# What somebody said stays as it was said. Only the two columns of striking (误评、恶意差评, after an appeal) may be set,
# and only once.
TABLE = "evaluation_evaluation"
FORWARD = f"""
CREATE FUNCTION evaluation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.struck_at IS NULL
       AND to_jsonb(NEW) - 'struck_at' - 'struck_reason' = to_jsonb(OLD) - 'struck_at' - 'struck_reason' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is given once: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER {TABLE}_given_once BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION evaluation_refuse_change();
CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION evaluation_refuse_change();
"""
BACKWARD = f"""
DROP TRIGGER {TABLE}_given_once ON {TABLE}; DROP TRIGGER {TABLE}_no_truncate ON {TABLE};
DROP FUNCTION evaluation_refuse_change();
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organisation', '0002_center_number_stays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        CreateModels(
            tables=[migrations.CreateModel(
                name='Invitation',
                fields=[
                    ('id', models.UUIDField(default=hall.ledger.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('docket', models.CharField(max_length=64, verbose_name='办件编号')),
                    ('item_code', models.CharField(max_length=64, verbose_name='事项编码')),
                    ('item_name', models.CharField(max_length=300, verbose_name='事项')),
                    ('closed_at', models.DateTimeField(verbose_name='办结时间')),
                    ('channel', models.CharField(blank=True, max_length=20, verbose_name='办理渠道')),
                    ('token_digest', models.CharField(max_length=64)),
                    ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                    ('center', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.center', verbose_name='中心')),
                    ('department', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.department', verbose_name='部门')),
                    ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.staff', verbose_name='经办人')),
                    ('window', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.window', verbose_name='窗口')),
                ],
                options={
                    'verbose_name': '评价邀请',
                    'verbose_name_plural': '评价邀请',
                    'ordering': ['-closed_at', '-pk'],
                    'indexes': [models.Index(fields=['center', 'closed_at'], name='invitation_center_closed'), models.Index(fields=['department', 'closed_at'], name='invitation_department_closed')],
                    'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('docket',), name='invitation_once_a_case', violation_error_message='这件办件已在邀请评价。'), models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('token_digest',), name='invitation_token_once', violation_error_message='这个评价链接已在使用。')],
                },
            ), migrations.CreateModel(
                name='Evaluation',
                fields=[
                    ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                    ('item_code', models.CharField(blank=True, max_length=64, verbose_name='事项编码')),
                    ('item_name', models.CharField(blank=True, max_length=300, verbose_name='事项')),
                    ('grade', models.PositiveSmallIntegerField(choices=[(5, '非常满意'), (4, '满意'), (3, '基本满意'), (2, '不满意'), (1, '非常不满意')], verbose_name='评价')),
                    ('reasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=4), blank=True, default=list, size=None, verbose_name='原因')),
                    ('text', hall.privacy.fields.EncryptedTextField(blank=True, max_length=1000, verbose_name='意见')),
                    ('anonymous', models.BooleanField(verbose_name='匿名')),
                    ('phone', hall.privacy.fields.EncryptedTextField(blank=True, max_length=40, null=True, verbose_name='联系电话')),
                    ('via', models.CharField(choices=[('pad', '窗口评价器'), ('qr', '结果上的二维码'), ('lookup', '查进度页面'), ('message', '短信链接'), ('counter', '窗口屏幕上的二维码'), ('paper', '纸质评价表')], max_length=8, verbose_name='评价渠道')),
                    ('origin', models.CharField(choices=[('citizen', '办事人'), ('staff_device', '工作人员的设备或网络')], default='citizen', max_length=12, verbose_name='来源')),
                    ('active', models.BooleanField(verbose_name='主动评价')),
                    ('given_at', models.DateTimeField(verbose_name='评价时间')),
                    ('struck_at', models.DateTimeField(blank=True, null=True, verbose_name='剔除时间')),
                    ('struck_reason', models.CharField(blank=True, choices=[('mistaken', '误评'), ('malicious', '恶意差评')], max_length=10, verbose_name='剔除原因')),
                    ('center', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.center', verbose_name='中心')),
                    ('department', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.department', verbose_name='部门')),
                    ('handler', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.staff', verbose_name='经办人')),
                    ('window', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.window', verbose_name='窗口')),
                    ('invitation', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='evaluation', to='evaluation.invitation', verbose_name='评价邀请')),
                ],
                options={
                    'verbose_name': '评价',
                    'verbose_name_plural': '评价',
                    'ordering': ['-given_at', '-pk'],
                    'indexes': [models.Index(fields=['center', 'given_at'], name='evaluation_center_given'), models.Index(fields=['department', 'given_at'], name='evaluation_department_given'), models.Index(condition=models.Q(('grade__in', (2, 1))), fields=['given_at'], name='evaluation_bad_given')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('grade__in', [5, 4, 3, 2, 1])), name='evaluation_grade_known', violation_error_message='评价只能是五个等次之一。'), models.CheckConstraint(condition=models.Q(models.Q(('grade__in', (2, 1)), ('reasons__contained_by', ['b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7', 'b8', 'b9', 'b10', 'b11', 'b12', 'b13', 'b14', 'b15', 'b16'])), models.Q(models.Q(('grade__in', (2, 1)), _negated=True), ('reasons__contained_by', ['g1', 'g2', 'g3', 'g4', 'g5', 'g6', 'g7', 'g8'])), _connector='OR'), name='evaluation_reasons_of_the_half', violation_error_message='评价原因要与评价等次相符。'), models.CheckConstraint(condition=models.Q(('via__in', ['pad', 'qr', 'lookup', 'message', 'counter', 'paper']), ('origin__in', ['citizen', 'staff_device'])), name='evaluation_way_known', violation_error_message='评价渠道和来源只能从列表中选择。'), models.CheckConstraint(condition=models.Q(('anonymous', False), ('phone__isnull', True), _connector='OR'), name='evaluation_anonymous_without_phone', violation_error_message='匿名评价不留联系电话。'), models.CheckConstraint(condition=models.Q(('active', False), models.Q(('origin', 'citizen'), models.Q(('via', 'paper'), _negated=True)), _connector='OR'), name='evaluation_active_in_person', violation_error_message='代录的评价和工作人员设备上的评价不是主动评价。'), models.CheckConstraint(condition=models.Q(('invitation__isnull', False), ('via', 'paper'), _connector='OR'), name='evaluation_of_a_case_or_on_paper', violation_error_message='只有纸质评价可以没有办件编号。'), models.CheckConstraint(condition=models.Q(models.Q(('struck_at__isnull', True), ('struck_reason', '')), models.Q(('struck_at__isnull', False), ('struck_reason__in', ['mistaken', 'malicious'])), _connector='OR'), name='evaluation_struck_with_reason', violation_error_message='剔除评价必须写明原因。')],
                },
            ), migrations.CreateModel(
                name='Asking',
                fields=[
                    ('id', models.UUIDField(default=hall.ledger.uuids.uuid7, editable=False, primary_key=True, serialize=False)),
                    ('asked_at', models.DateTimeField(verbose_name='请评时间')),
                    ('shown_at', models.DateTimeField(blank=True, null=True, verbose_name='显示时间')),
                    ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='请评人')),
                    ('window', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.window', verbose_name='窗口')),
                    ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='askings', to='evaluation.invitation', verbose_name='评价邀请')),
                ],
                options={
                    'verbose_name': '请评',
                    'verbose_name_plural': '请评',
                    'ordering': ['-asked_at'],
                    'indexes': [models.Index(fields=['window', '-asked_at'], name='asking_of_window')],
                },
            ), migrations.CreateModel(
                name='PaperBox',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('name', models.CharField(help_text='写明放在哪里，例如“一楼东门评价箱”。', max_length=60, verbose_name='评价箱')),
                    ('placed_on', models.DateField(verbose_name='启用日期')),
                    ('retired_on', models.DateField(blank=True, null=True, verbose_name='停用日期')),
                    ('center', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.center', verbose_name='中心')),
                ],
                options={
                    'verbose_name': '评价箱',
                    'verbose_name_plural': '评价箱',
                    'ordering': ['center_id', 'name'],
                    'constraints': [models.UniqueConstraint(fields=('center', 'name'), name='paper_box_name_unique_in_center', violation_error_message='这个中心已有同名的评价箱。'), models.CheckConstraint(condition=models.Q(('retired_on__isnull', True), ('retired_on__gte', models.F('placed_on')), _connector='OR'), name='paper_box_retired_after_placed', violation_error_message='停用日期不能早于启用日期。')],
                },
            ), migrations.CreateModel(
                name='BoxOpening',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('opened_at', models.DateTimeField(verbose_name='开箱时间')),
                    ('forms_found', models.PositiveSmallIntegerField(verbose_name='评价表张数')),
                    ('note', models.CharField(blank=True, max_length=200, verbose_name='备注')),
                    ('recorded_at', models.DateTimeField(verbose_name='登记时间')),
                    ('opener', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.staff', verbose_name='开箱人')),
                    ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                    ('witness', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.staff', verbose_name='见证人')),
                    ('box', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='evaluation.paperbox', verbose_name='评价箱')),
                ],
                options={
                    'verbose_name': '开箱记录',
                    'verbose_name_plural': '开箱记录',
                    'ordering': ['-opened_at', '-pk'],
                    'constraints': [models.CheckConstraint(condition=models.Q(('opener', models.F('witness')), _negated=True), name='box_opening_two_people', violation_error_message='开箱必须两人在场，见证人不能是开箱人本人。'), models.CheckConstraint(condition=models.Q(('opened_at__lte', models.F('recorded_at'))), name='box_opening_not_in_the_future', violation_error_message='开箱时间不能晚于登记时间。')],
                },
            ), migrations.CreateModel(
                name='PaperForm',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('serial', models.CharField(max_length=20, verbose_name='表号')),
                    ('entered_at', models.DateTimeField(verbose_name='录入时间')),
                    ('box', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='forms', to='evaluation.paperbox', verbose_name='评价箱')),
                    ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='录入人')),
                    ('evaluation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paper_form', to='evaluation.evaluation', verbose_name='评价')),
                    ('opening', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='forms', to='evaluation.boxopening', verbose_name='开箱记录')),
                ],
                options={
                    'verbose_name': '纸质评价表',
                    'verbose_name_plural': '纸质评价表',
                    'ordering': ['-entered_at', '-pk'],
                    'constraints': [models.UniqueConstraint(fields=('box', 'serial'), name='paper_form_serial_once', violation_error_message='这个评价箱已录过同号的评价表。')],
                },
            )],
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
