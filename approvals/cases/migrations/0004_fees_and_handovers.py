"""What was charged, hand-overs that wait for an answer, filings entered late, and how long a decision took."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Every hand-over so far moved the case at once, so it counts as accepted; the ledger knows which filings were back-dated.
ACCEPTED = "UPDATE cases_handover SET accepted_at = at, answered_by_id = by_id"
BACKDATED = """
UPDATE cases_case SET backdated = true WHERE docket IN (
    SELECT docket FROM ledger_event WHERE kind = 'case.register' AND data ? 'backdate_reason'
)"""


class Migration(migrations.Migration):
    dependencies = [
        ('cases', '0003_seed'),
        ('ledger', '0002_append_only'),
        ('catalogue', '0003_seed_regimes'),
        ('organisation', '0002_center_number_stays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='FeeCharged',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='金额（元）')),
                ('reduction', models.CharField(blank=True, max_length=200, verbose_name='减免理由')),
                ('receipt_number', models.CharField(max_length=40, verbose_name='票据号')),
                ('charged_at', models.DateTimeField(verbose_name='收费时间')),
            ],
            options={
                'verbose_name': '收费',
                'verbose_name_plural': '收费',
                'ordering': ('charged_at', 'id'),
            },
        ),
        migrations.AlterModelOptions(
            name='handover',
            options={'ordering': ('at', 'id'), 'verbose_name': '移交', 'verbose_name_plural': '移交'},
        ),
        migrations.AddField(
            model_name='case',
            name='backdated',
            field=models.BooleanField(db_default=False, default=False, verbose_name='补录'),
        ),
        migrations.AddField(
            model_name='clockrow',
            name='elapsed_days',
            field=models.SmallIntegerField(blank=True, null=True, verbose_name='历时日历日'),
        ),
        migrations.AddField(
            model_name='clockrow',
            name='net_days',
            field=models.SmallIntegerField(blank=True, null=True, verbose_name='净用工作日'),
        ),
        migrations.AddField(
            model_name='clockrow',
            name='spare_days',
            field=models.SmallIntegerField(blank=True, null=True, verbose_name='提前工作日'),
        ),
        migrations.AddField(
            model_name='handover',
            name='accepted_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='接收时间'),
        ),
        migrations.AddField(
            model_name='handover',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人'),
        ),
        migrations.AddField(
            model_name='handover',
            name='decline_reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='退回理由'),
        ),
        migrations.AddField(
            model_name='handover',
            name='declined_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='退回时间'),
        ),
        migrations.AddField(
            model_name='feecharged',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='feecharged',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fees', to='cases.case'),
        ),
        migrations.AddField(
            model_name='feecharged',
            name='fee_item',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.feeitem', verbose_name='收费项目'),
        ),
        migrations.AddIndex(
            model_name='feecharged',
            index=models.Index(fields=['charged_at'], name='fee_charged_at'),
        ),
        migrations.AddConstraint(
            model_name='feecharged',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='fee_not_negative', violation_error_message='金额不能是负数。'),
        ),
        migrations.AddConstraint(
            model_name='feecharged',
            constraint=models.CheckConstraint(condition=models.Q(('receipt_number', ''), _negated=True), name='fee_has_receipt', violation_error_message='收费必须写明票据号。'),
        ),
        migrations.AddConstraint(
            model_name='feecharged',
            constraint=models.UniqueConstraint(fields=('case', 'receipt_number'), name='fee_receipt_once', violation_error_message='这张票据已经登记过了。'),
        ),
        migrations.RunSQL(ACCEPTED, migrations.RunSQL.noop),
        migrations.RunSQL(BACKDATED, migrations.RunSQL.noop),
    ]
