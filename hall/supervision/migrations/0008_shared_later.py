"""The days of a card by the guard all rooms share (`hall/ledger/guards.py`); what it refuses stays the same."""

from importlib import import_module

from django.db import migrations

from hall.ledger.guards import only_later

own = import_module("hall.supervision.migrations.0005_once_and_later")
MADE, GONE = only_later(
    "supervision_card_later",
    "supervision_card",
    {"state=awaiting": "feedback_due late_at", "state=awaiting|answered|upheld": "appeal_due"},
    says="the day of an open card moves, and only to a later one",
)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0007_accounted"), ("ledger", "0008_only_later")]

    operations = [migrations.RunSQL(own.NOT_LATER + MADE, GONE + own.LATER)]
