"""Hold the approvals of steps, and the work that approvals are about, to what there is.

Approvals belong to clause 5 and know only the key of the work; the constraint belongs to the
later clause. Each is added unchecked and then validated, which does not block writers.
"""

from django.db import migrations


def _constraint(table: str, column: str, other: str, name: str) -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            f"""
            ALTER TABLE {table} ADD CONSTRAINT {name}
                FOREIGN KEY ({column}) REFERENCES {other} (id)
                DEFERRABLE INITIALLY DEFERRED NOT VALID
            """,
            f"ALTER TABLE {table} DROP CONSTRAINT {name}",
        ),
        migrations.RunSQL(
            f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}", migrations.RunSQL.noop
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("process", "0002_called_and_path"),
        ("approval", "0001_initial"),
        ("work", "0001_initial"),
    ]
    operations = [
        *_constraint(
            "process_processstep", "approval_id", "approval_approval", "step_approval_exists"
        ),
        *_constraint(
            "approval_approval", "work_item_id", "work_workitem", "approval_work_exists"
        ),
    ]
