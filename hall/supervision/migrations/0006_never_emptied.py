"""Cards, versions of rules and records of accountability are not taken away all at once either."""

from django.db import migrations

from hall.ledger.guards import never_emptied

KEPT = never_emptied("supervision_card", "supervision_ruleversion", "supervision_accountabilityrecord")


class Migration(migrations.Migration):
    dependencies = [("supervision", "0005_once_and_later"), ("ledger", "0005_new_seals")]

    operations = [migrations.RunSQL(*KEPT)]
