"""The days of a complaint by the guard all rooms share (`hall/ledger/guards.py`); what it refuses stays the same."""

from importlib import import_module

from django.db import migrations

from hall.ledger.guards import only_later

own = import_module("hall.conduct.migrations.0004_days_move_later")
MADE, GONE = only_later(
    "conduct_complaint_later",
    "conduct_complaint",
    {"state=received": "accept_due_on"},
    says="the day of an open complaint moves, and only to a later one",
)


class Migration(migrations.Migration):
    dependencies = [("conduct", "0004_days_move_later"), ("ledger", "0008_only_later")]

    operations = [migrations.RunSQL(own.NOT_LATER + MADE, GONE + own.LATER)]
