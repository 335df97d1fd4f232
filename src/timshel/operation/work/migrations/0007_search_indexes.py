"""The indexes by which work is found, made while everybody goes on working."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from timshel.operation.work.states import Stage

OPEN = models.Q(("stage__in", [Stage.IN_PROGRESS, Stage.NEW, Stage.WAITING]))
OLD_COLUMN = """
ALTER TABLE work_workitem ADD COLUMN search tsvector GENERATED ALWAYS AS (
    to_tsvector('simple'::regconfig, number || ' ' || title || ' ' || left(description, 10000))
) STORED
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("work", "0006_fill_search_words")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "DROP INDEX CONCURRENTLY IF EXISTS work_search",
                    "CREATE INDEX CONCURRENTLY work_search ON work_workitem USING gin (search)",
                ),
                migrations.RunSQL(
                    "ALTER TABLE work_workitem DROP COLUMN IF EXISTS search", OLD_COLUMN
                ),
            ],
            state_operations=[
                migrations.RemoveIndex("workitem", "work_search"),
                migrations.RemoveField("workitem", "search"),
                migrations.AddField(
                    "workitem",
                    "search",
                    django.contrib.postgres.search.SearchVectorField(
                        db_column="words", editable=False, null=True
                    ),
                ),
            ],
        ),
        AddIndexConcurrently(
            "workitem",
            django.contrib.postgres.indexes.GinIndex(fields=["search"], name="work_words"),
        ),
        AddIndexConcurrently(
            "workitem",
            django.contrib.postgres.indexes.GinIndex(
                fields=["search"], name="work_words_open", condition=OPEN
            ),
        ),
        AddIndexConcurrently(
            "commentwords",
            django.contrib.postgres.indexes.GinIndex(fields=["search"], name="comment_words"),
        ),
        AddIndexConcurrently(
            "commentwords",
            models.Index(fields=["work_item"], name="comment_words_work_item"),
        ),
    ]
