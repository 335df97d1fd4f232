"""Numbers of tasks come from a sequence: no row that every process would queue for."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("task", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE task_number", "DROP SEQUENCE task_number")
    ]
