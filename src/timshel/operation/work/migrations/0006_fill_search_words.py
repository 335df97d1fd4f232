"""Finds the words of the work and the comments that are there already, some thousands at a time.

Each batch is a transaction of its own, so that nobody waits for more than one of them and a run
that was cut off goes on where it was left.
"""

from django.db import migrations

BATCH = 5_000

WORK = """
UPDATE work_workitem
SET words = timshel_vector(number || ' ' || title, left(description, 10000))
WHERE id > %s AND id <= %s AND words IS NULL
"""

COMMENTS = """
INSERT INTO work_commentwords (comment_id, work_item_id, audience, words)
SELECT id, work_item_id, audience, timshel_vector('', left(text, 20000))
FROM work_comment WHERE id > %s AND id <= %s
ON CONFLICT DO NOTHING
"""


def fill(apps, schema_editor):
    for table, statement in (("work_workitem", WORK), ("work_comment", COMMENTS)):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"SELECT min(id), max(id) FROM {table}")
            first, last = cursor.fetchone()
            if first is None:
                continue
            for low in range(first - 1, last, BATCH):
                cursor.execute(statement, [low, low + BATCH])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("work", "0005_search_words")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
