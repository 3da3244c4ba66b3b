"""A version begins as a draft, and what was published goes neither row by row nor at once.

Without this, what the publish gate asks could be gone round by an INSERT, and what it froze by a TRUNCATE.
"""

from importlib import import_module

from django.db import migrations

from hall.ledger.guards import never_emptied

PARTS = import_module("approvals.catalogue.migrations.0002_frozen_versions").PART_TABLES
KEPT = never_emptied("catalogue_itemversion", "catalogue_regime", "catalogue_pauseground", *PARTS)
# After the row and its constraints: what contradicts itself is told so first.
BEGINS = """
CREATE FUNCTION catalogue_version_begins_as_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'draft' THEN
        RAISE EXCEPTION '版本从草稿开始，经过审核才能成为“%”。', NEW.status USING ERRCODE = '23001';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER catalogue_version_begins AFTER INSERT ON catalogue_itemversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_version_begins_as_draft();
"""
BEGINS_BACK = """
DROP TRIGGER catalogue_version_begins ON catalogue_itemversion;
DROP FUNCTION catalogue_version_begins_as_draft();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_seed_regimes"), ("ledger", "0005_new_seals")]

    operations = [migrations.RunSQL(BEGINS, BEGINS_BACK), migrations.RunSQL(*KEPT)]
