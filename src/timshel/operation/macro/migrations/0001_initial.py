"""Macros, saved replies, text modules, and their uses."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organization', '0001_initial'),
        ('people', '0003_on_call'),
    ]

    operations = [
        migrations.CreateModel(
            name='Macro',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('audience', models.CharField(choices=[('personal', 'Personal'), ('team', 'Team'), ('everyone', 'Everyone')], max_length=8)),
                ('is_active', models.BooleanField(default=True)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, default=list, size=None)),
                ('steps', models.JSONField(default=list)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.team')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SavedReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('audience', models.CharField(choices=[('personal', 'Personal'), ('team', 'Team'), ('everyone', 'Everyone')], max_length=8)),
                ('is_active', models.BooleanField(default=True)),
                ('texts', models.JSONField(default=dict)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.team')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TextModule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('audience', models.CharField(choices=[('personal', 'Personal'), ('team', 'Team'), ('everyone', 'Everyone')], max_length=8)),
                ('is_active', models.BooleanField(default=True)),
                ('keyword', models.CharField(max_length=30)),
                ('texts', models.JSONField(default=dict)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('team', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.team')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Use',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('macro', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='macro.macro')),
                ('module', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='macro.textmodule')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('reply', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='uses', to='macro.savedreply')),
            ],
        ),
        migrations.AddConstraint(
            model_name='macro',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'personal'), ('owner__isnull', False), ('team__isnull', True)), models.Q(('audience', 'team'), ('owner__isnull', True), ('team__isnull', False)), models.Q(('audience', 'everyone'), ('owner__isnull', True), ('team__isnull', True)), _connector='OR'), name='macro_is_for_somebody'),
        ),
        migrations.AddConstraint(
            model_name='savedreply',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'personal'), ('owner__isnull', False), ('team__isnull', True)), models.Q(('audience', 'team'), ('owner__isnull', True), ('team__isnull', False)), models.Q(('audience', 'everyone'), ('owner__isnull', True), ('team__isnull', True)), _connector='OR'), name='savedreply_is_for_somebody'),
        ),
        migrations.AddConstraint(
            model_name='textmodule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('audience', 'personal'), ('owner__isnull', False), ('team__isnull', True)), models.Q(('audience', 'team'), ('owner__isnull', True), ('team__isnull', False)), models.Q(('audience', 'everyone'), ('owner__isnull', True), ('team__isnull', True)), _connector='OR'), name='textmodule_is_for_somebody'),
        ),
        migrations.AddConstraint(
            model_name='textmodule',
            constraint=models.UniqueConstraint(condition=models.Q(('is_active', True)), fields=('keyword', 'owner', 'team'), name='textmodule_keyword_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='use',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('macro__isnull', False), ('module__isnull', True), ('reply__isnull', True)), models.Q(('macro__isnull', True), ('module__isnull', True), ('reply__isnull', False)), models.Q(('macro__isnull', True), ('module__isnull', False), ('reply__isnull', True)), _connector='OR'), name='use_is_of_one_thing'),
        ),
    ]
