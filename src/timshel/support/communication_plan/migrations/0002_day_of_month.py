"""On which day of a month a rhythm falls, so that a short month does not move it for good."""

from django.db import migrations, models

FILL = """
    UPDATE communication_plan_plannedcommunication
    SET day_of_month = extract(day FROM due_date)
"""


class Migration(migrations.Migration):

    dependencies = [("communication_plan", "0001_initial")]

    operations = [
        # The table holds some hundred rows, however large the organisation.
        migrations.AddField(
            "plannedcommunication",
            "day_of_month",
            models.SmallIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
