from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communication", "0004_arriving"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailbox",
            name="trouble",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
    ]
