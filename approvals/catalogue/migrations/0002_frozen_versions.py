"""A published version never changes, nor does anything it says: not its parts, not the regime it was published under."""

from django.db import migrations

PART_TABLES = (
    "catalogue_legalbasis",
    "catalogue_condition",
    "catalogue_steplimit",
    "catalogue_material",
    "catalogue_feeitem",
)

FUNCTIONS = """
CREATE FUNCTION catalogue_version_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    life text[] := ARRAY['status', 'superseded_at', 'abolished_at', 'abolished_by_id', 'abolish_reason'];
BEGIN
    IF OLD.status = 'draft' THEN
        IF TG_OP = 'UPDATE' AND NEW.status NOT IN ('draft', 'published') THEN
            RAISE EXCEPTION '草稿只能发布，不能直接成为“%”。', NEW.status USING ERRCODE = '23001';
        END IF;
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION '发布过的版本不能删除。' USING ERRCODE = '23001';
    END IF;
    IF to_jsonb(NEW) - life IS DISTINCT FROM to_jsonb(OLD) - life THEN
        RAISE EXCEPTION '发布过的版本不能修改。' USING ERRCODE = '23001';
    END IF;
    IF NEW IS DISTINCT FROM OLD
       AND NOT (OLD.status = 'published' AND NEW.status IN ('superseded', 'abolished')) THEN
        RAISE EXCEPTION '版本状态不能从“%”变为“%”。', OLD.status, NEW.status USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION catalogue_part_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM catalogue_itemversion v
        WHERE v.status <> 'draft'
          AND (TG_OP <> 'INSERT' AND v.id = OLD.version_id OR TG_OP <> 'DELETE' AND v.id = NEW.version_id)
    ) THEN
        RAISE EXCEPTION '发布过的版本不能修改。' USING ERRCODE = '23001';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION catalogue_regime_in_use(regime bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM catalogue_itemversion v WHERE v.regime_id = regime AND v.status <> 'draft')
$$;

-- The day a statute ends is the one thing that becomes known after people relied on it.
CREATE FUNCTION catalogue_regime_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF catalogue_regime_in_use(OLD.id) AND (
        TG_OP = 'DELETE' OR to_jsonb(NEW) - 'effective_until' IS DISTINCT FROM to_jsonb(OLD) - 'effective_until'
    ) THEN
        RAISE EXCEPTION '已有发布的事项适用这个制度，不能修改；法律变了请另立一行。' USING ERRCODE = '23001';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION catalogue_ground_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND catalogue_regime_in_use(OLD.regime_id))
       OR (TG_OP <> 'DELETE' AND catalogue_regime_in_use(NEW.regime_id)) THEN
        RAISE EXCEPTION '已有发布的事项适用这个制度，不能修改；法律变了请另立一行。' USING ERRCODE = '23001';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION catalogue_current_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM catalogue_serviceitem i JOIN catalogue_itemversion v ON v.id = i.current_id
        WHERE i.id = NEW.id AND (v.item_id <> i.id OR v.status <> 'published')
    ) THEN
        RAISE EXCEPTION '现行版本必须是本事项已发布的版本。' USING ERRCODE = '23001';
    END IF;
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER catalogue_version_frozen BEFORE UPDATE OR DELETE ON catalogue_itemversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_version_is_frozen();
CREATE TRIGGER catalogue_regime_frozen BEFORE UPDATE OR DELETE ON catalogue_regime
    FOR EACH ROW EXECUTE FUNCTION catalogue_regime_is_frozen();
CREATE TRIGGER catalogue_ground_frozen BEFORE INSERT OR UPDATE OR DELETE ON catalogue_pauseground
    FOR EACH ROW EXECUTE FUNCTION catalogue_ground_is_frozen();
CREATE CONSTRAINT TRIGGER catalogue_current_published AFTER INSERT OR UPDATE ON catalogue_serviceitem
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalogue_current_is_published();
""" + "".join(
    f"""CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION catalogue_part_is_frozen();
"""
    for table in PART_TABLES
)

REVERSE = """
DROP TRIGGER catalogue_version_frozen ON catalogue_itemversion;
DROP TRIGGER catalogue_regime_frozen ON catalogue_regime;
DROP TRIGGER catalogue_ground_frozen ON catalogue_pauseground;
DROP TRIGGER catalogue_current_published ON catalogue_serviceitem;
""" + "".join(f"DROP TRIGGER {table}_frozen ON {table};\n" for table in PART_TABLES) + """
DROP FUNCTION catalogue_version_is_frozen();
DROP FUNCTION catalogue_part_is_frozen();
DROP FUNCTION catalogue_regime_is_frozen();
DROP FUNCTION catalogue_ground_is_frozen();
DROP FUNCTION catalogue_current_is_published();
DROP FUNCTION catalogue_regime_in_use(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunSQL(FUNCTIONS + TRIGGERS, REVERSE)]
