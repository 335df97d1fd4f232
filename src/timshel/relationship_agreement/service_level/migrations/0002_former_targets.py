"""Make room for agreements: targets stand aside until they are taken over, clocks go.

Clocks are a cache of the journal with other columns from now on; the next migration queues that
they are all read again. Going back leaves them empty until then, too.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("service_level", "0001_initial")]
    operations = [
        migrations.DeleteModel("Clock"),
        migrations.RemoveConstraint("Target", "target_current"),
        migrations.RemoveConstraint("Target", "target_version"),
        migrations.RemoveConstraint("Target", "target_ranges"),
        migrations.RemoveConstraint("Target", "target_in_order"),
        migrations.RenameModel("Target", "FormerTarget"),
    ]
