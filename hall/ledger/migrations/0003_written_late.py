"""An index over the few events written down long after they are said to have happened."""

import datetime
import django.db.models.expressions
import django.db.models.lookups
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False
    dependencies = [
        ('ledger', '0002_append_only'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='event',
            index=models.Index(condition=models.Q(django.db.models.lookups.GreaterThan(django.db.models.expressions.CombinedExpression(models.F('recorded_at'), '-', models.F('occurred_at')), models.Value(datetime.timedelta(seconds=1800)))), fields=['kind', 'recorded_at'], name='event_written_late'),
        ),
    ]
