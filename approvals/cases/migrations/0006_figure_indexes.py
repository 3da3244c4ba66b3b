"""Indexes for what others count, built beside running work: these tables are large."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [('cases', '0005_handover_answers')]

    operations = [
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(fields=['center', 'received_at'], name='case_center_received'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(fields=['center', 'closed_at'], name='case_center_closed'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(fields=['center', 'accepted_at'], name='case_center_accepted'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(fields=['center', 'decided_at'], name='case_center_decided'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(condition=models.Q(models.Q(('window__isnull', True), ('backdated', True), _connector='OR'), ('channel', 'window'), ('imported', False)), fields=['received_at'], name='case_outside_hall'),
        ),
        AddIndexConcurrently(
            model_name='case',
            index=models.Index(condition=models.Q(models.Q(models.Q(('decision_reason', ''), ('granted', False)), models.Q(('closing_code__in', ('1', '2', '3', '5', '6')), ('closing_reason', ''), ('granted__isnull', True)), _connector='OR'), ('imported', False)), fields=['closed_at'], name='case_no_reason'),
        ),
        AddIndexConcurrently(
            model_name='clockrow',
            index=models.Index(condition=models.Q(('clock', 'decision')), fields=['ended_on'], name='clock_decision_ended'),
        ),
        AddIndexConcurrently(
            model_name='clockrow',
            index=models.Index(condition=models.Q(('clock', 'decision'), ('ended_on__isnull', True)), fields=['late_from'], name='clock_open_late'),
        ),
        AddIndexConcurrently(
            model_name='flag',
            index=models.Index(condition=models.Q(('carried', False), ('withdrawn_at__isnull', True)), fields=['level', 'true_at'], name='flag_standing_true'),
        ),
        AddIndexConcurrently(
            model_name='flag',
            index=models.Index(condition=models.Q(('carried', False), ('withdrawn_at__isnull', True)), fields=['level', 'recorded_at'], name='flag_standing_recorded'),
        ),
        AddIndexConcurrently(
            model_name='handover',
            index=models.Index(fields=['at'], name='handover_at'),
        ),
        AddIndexConcurrently(
            model_name='handover',
            index=models.Index(condition=models.Q(('accepted_at__isnull', True), ('declined_at__isnull', True)), fields=['to_staff'], name='handover_waiting'),
        ),
        AddIndexConcurrently(
            model_name='pause',
            index=models.Index(fields=['created_at'], name='pause_created'),
        ),
        AddIndexConcurrently(
            model_name='supplementnotice',
            index=models.Index(condition=models.Q(('sequence__gt', 1)), fields=['given_at'], name='notice_again'),
        ),
    ]
