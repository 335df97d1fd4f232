"""The function that makes words finds its helpers whatever the search path is.

Indexes are built, vacuumed and restored with an empty one: without its own, no table with rows
could get an index over words.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("work", "0010_orders")]

    operations = [
        migrations.RunSQL(
            "ALTER FUNCTION timshel_vector(text, text) SET search_path FROM CURRENT",
            "ALTER FUNCTION timshel_vector(text, text) RESET search_path",
        )
    ]
