"""Numbers of requests come from a sequence: no row that every requester would queue for."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("service_request", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE service_request_number", "DROP SEQUENCE service_request_number"
        )
    ]
