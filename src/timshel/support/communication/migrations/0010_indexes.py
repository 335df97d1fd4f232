"""Indexes of what a busy installation has much of, made beside the work that goes on."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("communication", "0009_further_arrivals")]
    operations = [
        AddIndexConcurrently(
            "incomingmessage",
            models.Index(
                fields=["-id"],
                name="incoming_message_ignored",
                condition=models.Q(state="ignored"),
            ),
        ),
        AddIndexConcurrently(
            "outgoingmessage",
            models.Index(
                fields=["-id"],
                name="outgoing_message_bounced",
                condition=models.Q(state="bounced"),
            ),
        ),
        AddIndexConcurrently(
            "outgoingmessage",
            models.Index(fields=["address", "-id"], name="outgoing_message_address"),
        ),
    ]
