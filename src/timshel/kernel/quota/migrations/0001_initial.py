"""What each owner took, in a table that is not written ahead."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="QuotaWindow",
            fields=[
                ("owner", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("window", models.BigIntegerField()),
                ("used", models.BigIntegerField()),
                ("granted", models.IntegerField()),
            ],
        ),
        migrations.RunSQL(
            "ALTER TABLE quota_quotawindow SET UNLOGGED",
            "ALTER TABLE quota_quotawindow SET LOGGED",
        ),
    ]
