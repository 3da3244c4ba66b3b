"""A card and a record of accountability change with an event, by whatever hand (U02)."""

from django.db import migrations

from hall.ledger.guards import accounted, together

GUARDS = together((accounted("supervision_card"), accounted("supervision_accountabilityrecord")))


class Migration(migrations.Migration):
    dependencies = [("supervision", "0006_never_emptied"), ("ledger", "0007_accounting")]

    operations = [migrations.RunSQL(*GUARDS)]
