"""What work is found by: words without accents, in English and French forms, kept by triggers.

Nothing here waits for more than a moment: a column that may be empty, a table, functions and
triggers. The rows that are there already are filled by the next migration.
"""

import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# Only letters and digits reach the parser: it would make one word of an address or a path.
# Forms are made of words without the hyphens within them, so that "wifi" is found in "Wi-Fi".
FUNCTIONS = """
CREATE FUNCTION timshel_words(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(timshel_fold($1), '[^[:alnum:]]+', ' ', 'g');

CREATE FUNCTION timshel_vector(heading text, body text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    folded text := timshel_fold(heading || ' ' || body);
    joined text := regexp_replace(folded, '([[:alnum:]])-([[:alnum:]])', '\\1\\2', 'g');
BEGIN
    joined := regexp_replace(joined, '[^[:alnum:]]+', ' ', 'g');
    RETURN setweight(to_tsvector('simple'::regconfig, timshel_words(heading)), 'A')
        || to_tsvector('simple'::regconfig, timshel_words(body))
        || strip(to_tsvector('english'::regconfig, joined)
                 || to_tsvector('french'::regconfig, joined));
END $$;

CREATE FUNCTION work_find_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.words := timshel_vector(NEW.number || ' ' || NEW.title, left(NEW.description, 10000));
    RETURN NEW;
END $$;

CREATE FUNCTION work_find_comment_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO work_commentwords (comment_id, work_item_id, audience, words)
    VALUES (NEW.id, NEW.work_item_id, NEW.audience, timshel_vector('', left(NEW.text, 20000)))
    ON CONFLICT (comment_id) DO UPDATE SET
        work_item_id = EXCLUDED.work_item_id, audience = EXCLUDED.audience, words = EXCLUDED.words;
    RETURN NULL;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER work_workitem_words BEFORE INSERT OR UPDATE OF number, title, description
    ON work_workitem FOR EACH ROW EXECUTE FUNCTION work_find_words();
CREATE TRIGGER work_comment_words AFTER INSERT OR UPDATE OF work_item_id, audience, text
    ON work_comment FOR EACH ROW EXECUTE FUNCTION work_find_comment_words();
"""

NO_TRIGGERS = """
DROP TRIGGER work_comment_words ON work_comment;
DROP TRIGGER work_workitem_words ON work_workitem;
"""

NO_FUNCTIONS = """
DROP FUNCTION work_find_comment_words();
DROP FUNCTION work_find_words();
DROP FUNCTION timshel_vector(text, text);
DROP FUNCTION timshel_words(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_on_call"),
        ("work", "0004_unanswered_since"),
    ]

    operations = [
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(
            "ALTER TABLE work_workitem ADD COLUMN words tsvector",
            "ALTER TABLE work_workitem DROP COLUMN words",
        ),
        migrations.CreateModel(
            name="CommentWords",
            fields=[
                (
                    "comment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="work.comment",
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("public", "Public"), ("internal", "Internal")], max_length=8
                    ),
                ),
                (
                    "search",
                    django.contrib.postgres.search.SearchVectorField(
                        db_column="words", editable=False
                    ),
                ),
                (
                    "work_item",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="work.workitem",
                    ),
                ),
            ],
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
