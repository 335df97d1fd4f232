"""Hold ``work_workitem.service_id`` to a service.

The work of clause 8.1 comes before the services of clause 8.2 and knows only the key; the
constraint belongs to the later clause. It is added unchecked and then validated, which does not
block writers on a busy database.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("service", "0001_initial"), ("work", "0001_initial")]
    operations = [
        migrations.RunSQL(
            """
            ALTER TABLE work_workitem ADD CONSTRAINT work_service_exists
                FOREIGN KEY (service_id) REFERENCES service_service (id)
                DEFERRABLE INITIALLY DEFERRED NOT VALID
            """,
            "ALTER TABLE work_workitem DROP CONSTRAINT work_service_exists",
        ),
        migrations.RunSQL(
            "ALTER TABLE work_workitem VALIDATE CONSTRAINT work_service_exists",
            migrations.RunSQL.noop,
        ),
    ]
