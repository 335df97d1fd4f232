"""Indexes for the orders of all work, made while everybody goes on working."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("work", "0009_external_number")]
    operations = [
        AddIndexConcurrently(
            "workitem", models.Index(fields=["next_due_at", "id"], name="work_due")
        ),
        AddIndexConcurrently(
            "workitem",
            models.Index(fields=["priority", "opened_at", "id"], name="work_priority"),
        ),
        AddIndexConcurrently(
            "workitem",
            models.Index(fields=["unanswered_since", "id"], name="work_unanswered_all"),
        ),
    ]
