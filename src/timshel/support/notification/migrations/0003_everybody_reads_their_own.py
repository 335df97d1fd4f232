from django.db import migrations

PERMISSION = "notification.read"


def give(apps, schema_editor):
    """Let everybody read their own notices where roles were loaded before there were any."""
    for role in apps.get_model("authority", "Role").objects.filter(code="requester"):
        if PERMISSION not in role.permissions:
            role.permissions = [*role.permissions, PERMISSION]
            role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [("notification", "0002_find_by_record"), ("authority", "0001_initial")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
