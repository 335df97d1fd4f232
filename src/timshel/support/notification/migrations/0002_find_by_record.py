from django.db import migrations, models


class Migration(migrations.Migration):
    """What an approval or a case is told of is found for everybody, not only for one person."""

    dependencies = [("notification", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="notice", name="notice_record"),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                fields=["record_kind", "record_key", "person"], name="notice_record"
            ),
        ),
    ]
