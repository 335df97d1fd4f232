"""The database itself refuses to change or remove entries and blocks.

Reversible for development; an operator has no reason to go back.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION journal_await_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal_unsealed (entry_id) SELECT id FROM added;
    RETURN NULL;
END $$;

CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_block_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal_block
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse();
CREATE TRIGGER journal_entry_await_seal AFTER INSERT ON journal_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION journal_await_seal();
"""

BACKWARDS = """
DROP TRIGGER journal_entry_await_seal ON journal_entry;
DROP TRIGGER journal_block_append_only ON journal_block;
DROP TRIGGER journal_entry_append_only ON journal_entry;
DROP FUNCTION journal_await_seal();
DROP FUNCTION journal_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
