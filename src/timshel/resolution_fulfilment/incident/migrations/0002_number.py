"""Numbers of incidents come from a sequence: no row that every reporter would queue for."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incident", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE incident_number", "DROP SEQUENCE incident_number"
        )
    ]
