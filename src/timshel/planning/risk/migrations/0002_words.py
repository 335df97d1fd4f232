"""The one search finds its rows: an index over the words of what they are called and say."""

import django.contrib.postgres.indexes
import timshel.kernel.search.conditions
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("work", "0011_words_anywhere"),  # the function that makes words
        ('people', '0004_page_settings'),
        ('risk', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='risk',
            index=django.contrib.postgres.indexes.GinIndex(timshel.kernel.search.conditions.Words('title', 'event'), name='risk_words'),
        ),
    ]
