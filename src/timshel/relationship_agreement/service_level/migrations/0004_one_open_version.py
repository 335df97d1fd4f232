from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('service_level', '0003_agreements'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('is_draft', False), ('valid_until__isnull', True)), fields=('code',), name='agreement_one_open_version'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('is_draft', False)), fields=('code', 'valid_from'), name='agreement_one_beginning'),
        ),
    ]
