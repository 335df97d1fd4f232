from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communication", "0005_mailbox_trouble"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="asked_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="waiting_count",
            field=models.IntegerField(null=True),
        ),
    ]
