"""One answer to a hand-over, and one hand-over waiting at a time."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('cases', '0004_fees_and_handovers')]

    operations = [
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', True), ('answered_by__isnull', True), ('declined_at__isnull', True)), models.Q(('accepted_at__isnull', False), ('answered_by__isnull', False), ('declined_at__isnull', True)), models.Q(('accepted_at__isnull', True), ('answered_by__isnull', False), ('declined_at__isnull', False)), _connector='OR'), name='handover_answered_once', violation_error_message='移交只能接收或退回一次，并写明答复人。'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decline_reason', ''), ('declined_at__isnull', True)), models.Q(('declined_at__isnull', False), models.Q(('decline_reason', ''), _negated=True)), _connector='OR'), name='handover_declined_with_reason', violation_error_message='退回移交必须写明理由。'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(condition=models.Q(('accepted_at__isnull', True), ('declined_at__isnull', True)), fields=('case',), name='handover_one_pending', violation_error_message='这件办件的移交正在等对方接收。'),
        ),
    ]
