"""The one search finds its rows: an index over the words of what they are called and say."""

import django.contrib.postgres.indexes
import timshel.kernel.search.conditions
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("work", "0011_words_anywhere"),  # the function that makes words
        ('internal_audit', '0002_fieldwork'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='audit',
            index=django.contrib.postgres.indexes.GinIndex(timshel.kernel.search.conditions.Words('title', 'criteria'), name='audit_words'),
        ),
    ]
