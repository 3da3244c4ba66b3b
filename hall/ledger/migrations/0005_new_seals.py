"""A text that stays as it was written may be sealed anew by a change of keys, and emptied when its time is over.

Both say what they do (`hall.task`, for their transaction only). A new seal names another key than the old one; what it
holds the database cannot see, but a text changed under the same key is refused as before.

And a function for tables whose rows are frozen: row triggers do not see a TRUNCATE.
"""

from importlib import import_module

from django.db import migrations

before = import_module("hall.ledger.migrations.0004_guards")

SEALS = r"""
CREATE FUNCTION ledger_new_seal(was text, is_now text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce(was, '') ~ '^v\d+\|[^|]+\|[^|]+\|[^|]+$' AND CASE current_setting('hall.task', true)
        WHEN 'rotation' THEN coalesce(is_now, '') ~ '^v\d+\|[^|]+\|[^|]+\|[^|]+$'
            AND split_part(was, '|', 2) <> split_part(is_now, '|', 2)
        WHEN 'erasure' THEN coalesce(is_now, '') = ''
        ELSE false
    END
$$;
"""
WHOLE = """
CREATE FUNCTION ledger_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
GONE = "DROP FUNCTION ledger_new_seal(text, text); DROP FUNCTION ledger_refuse_truncate();"
KEPT = "IF is_now -> name IS DISTINCT FROM was -> name THEN"
KEPT_BUT_SEALED = (
    "IF is_now -> name IS DISTINCT FROM was -> name AND NOT ledger_new_seal(was ->> name, is_now ->> name) THEN"
)
OLD = before.ONCE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
NEW = OLD.replace(KEPT, KEPT_BUT_SEALED)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_guards")]

    operations = [migrations.RunSQL(SEALS + WHOLE + NEW, OLD + GONE)]
