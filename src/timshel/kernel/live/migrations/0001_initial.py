"""The table of changed regions.

It has no Django model: its one interesting column is a transaction's number, and it is written
and read by the three statements in ``timshel.kernel.live`` alone.
"""

from django.db import migrations

FORWARDS = """
CREATE TABLE live_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region text NOT NULL,
    changed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    at timestamptz NOT NULL
);
CREATE INDEX live_change_region ON live_change (region, changed_in);
CREATE INDEX live_change_at ON live_change (at);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunSQL(FORWARDS, "DROP TABLE live_change")]
