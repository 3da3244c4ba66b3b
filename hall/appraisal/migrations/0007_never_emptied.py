"""Schemes in force and frozen sheets are not taken away all at once either."""

from django.db import migrations

from hall.ledger.guards import never_emptied

KEPT = never_emptied("appraisal_schemeversion", "appraisal_line", "appraisal_appraisalperiod", "appraisal_score")


class Migration(migrations.Migration):
    dependencies = [("appraisal", "0006_joined"), ("ledger", "0005_new_seals")]

    operations = [migrations.RunSQL(*KEPT)]
