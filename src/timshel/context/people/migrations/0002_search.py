"""Find people by any part of name, mail, code or telephone, without case and accents.

``unaccent`` may not stand in an index by itself, since its dictionary could be changed; the
function ``timshel_fold`` names the dictionary, which is what makes its answer fixed.
"""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import UnaccentExtension
from django.db import migrations, models

FOLD = """
CREATE FUNCTION timshel_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent'::regdictionary, $1))
"""

SEARCH = (
    "timshel_fold(name || ' ' || email || ' ' || code || ' ' || phone || ' '"
    " || regexp_replace(phone, '[^0-9]', '', 'g'))"
)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [
        UnaccentExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION timshel_fold(text)"),
        migrations.RemoveIndex("person", "person_name_trigram"),
        migrations.AddField(
            "person",
            "search",
            models.GeneratedField(
                expression=models.expressions.RawSQL(SEARCH, ()),
                output_field=models.TextField(),
                db_persist=True,
            ),
        ),
        migrations.AddIndex(
            "person",
            GinIndex(fields=["search"], name="person_search", opclasses=["gin_trgm_ops"]),
        ),
    ]
