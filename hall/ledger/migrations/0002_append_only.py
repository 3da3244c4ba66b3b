"""Events and seals cannot be changed or removed, not row by row and not by TRUNCATE (U01).

The owner of a table can still disable a trigger; a production hall therefore gives the application a role of its own
without ownership, and the nightly verifier finds what was done behind the triggers.
"""

from django.db import migrations

TABLES = ("ledger_event", "ledger_seal")

FORWARD = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""
    for table in TABLES
)

BACKWARD = (
    "".join(
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};" for table in TABLES
    )
    + "DROP FUNCTION ledger_refuse_change();"
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
