"""Ratings of requests become ratings of work, as those of incidents are.

Nothing is lost by going back: the ratings are written to the requests again.
"""

from django.db import migrations, models

COPY = """
INSERT INTO rating_rating (work_item_id, score, comment, at, answer, answered_by_name)
SELECT work_item_id, rating, rating_comment, coalesce(rated_at, now()), '', ''
FROM service_request_servicerequest WHERE rating IS NOT NULL
ON CONFLICT DO NOTHING
"""
COPY_BACK = """
UPDATE service_request_servicerequest AS request
SET rating = said.score, rating_comment = said.comment, rated_at = said.at
FROM rating_rating AS said WHERE said.work_item_id = request.work_item_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ("rating", "0001_initial"),
        ("service_request", "0002_number"),
    ]

    operations = [
        migrations.RunSQL(COPY, COPY_BACK),
        migrations.RemoveConstraint(
            model_name="servicerequest", name="request_rating_range"
        ),
        migrations.RemoveField(model_name="servicerequest", name="rated_at"),
        migrations.RemoveField(model_name="servicerequest", name="rating"),
        migrations.RemoveField(model_name="servicerequest", name="rating_comment"),
    ]
