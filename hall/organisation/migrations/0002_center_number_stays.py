"""A center's number stands in every docket number filed there, so the database refuses to change it."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION organisation_center_number_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.region6 <> OLD.region6 OR NEW.center_no <> OLD.center_no THEN
    RAISE EXCEPTION 'center number % is assigned once', OLD.region6 || OLD.center_no
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER organisation_center_number_stays BEFORE UPDATE OF region6, center_no ON organisation_center
  FOR EACH ROW EXECUTE FUNCTION organisation_center_number_stays();
"""
BACKWARDS = """
DROP TRIGGER organisation_center_number_stays ON organisation_center;
DROP FUNCTION organisation_center_number_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
