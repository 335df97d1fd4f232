"""Work is found by the number that it has elsewhere."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("work", "0008_watchers")]
    operations = [
        AddIndexConcurrently(
            "externalreference", models.Index(Upper("external_id"), name="external_id_found")
        )
    ]
