"""Hold ``work_workitem.supplier_id`` to a supplier.

The work of clause 8.1 comes before the suppliers of clause 8.2 and knows only the key; the
constraint belongs to the later clause. It is added unchecked and then validated, which does not
block writers on a busy database.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_initial"), ("work", "0003_supplier")]
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE work_workitem ADD CONSTRAINT work_supplier_exists
                FOREIGN KEY (supplier_id) REFERENCES parties_supplier (id)
                DEFERRABLE INITIALLY DEFERRED NOT VALID
            """,
            "ALTER TABLE work_workitem DROP CONSTRAINT work_supplier_exists",
        ),
        migrations.RunSQL(
            "ALTER TABLE work_workitem VALIDATE CONSTRAINT work_supplier_exists",
            migrations.RunSQL.noop,
        ),
    ]
