"""The one search finds its rows: an index over the words of what they are called and say."""

import django.contrib.postgres.indexes
import timshel.kernel.search.conditions
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ("work", "0011_words_anywhere"),  # the function that makes words
        ('organization', '0001_initial'),
        ('people', '0004_page_settings'),
        ('resource', '0001_initial'),
        ('responsibility', '0002_holders_that_differ'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='resource',
            index=django.contrib.postgres.indexes.GinIndex(timshel.kernel.search.conditions.Words('name', 'note'), name='resource_words'),
        ),
    ]
