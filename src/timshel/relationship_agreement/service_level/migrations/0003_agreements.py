"""Agreements in versions take the place of single targets.

The targets in force become the first version of one agreement, which is made with everybody and
covers everything; their earlier versions are left behind. Clocks are read again by a worker.
Going back is possible but brings no targets back: their shape held less.
"""

import datetime
from collections import Counter

import django.db.models.deletion
import timshel.relationship_agreement.service_level.states
from django.db import migrations, models
from django.utils import timezone

STANDARD = "standard"


def take_over(apps, schema_editor):
    """Write the targets in force down as the first version of the standard agreement."""
    former = apps.get_model("service_level", "FormerTarget")
    current = list(former.objects.filter(valid_until__isnull=True).select_related("calendar"))
    if not current:
        return
    agreement = apps.get_model("service_level", "Agreement").objects.create(
        code=STANDARD,
        number=1,
        is_draft=False,
        kind="service",
        name="Standard service levels",
        calendar_code=_most_common([row.calendar.code for row in current]),
        took_effect_at=timezone.now(),
    )
    target = apps.get_model("service_level", "Target")
    for row in current:
        target.objects.create(
            agreement=agreement,
            kind=row.kind,
            priority=row.priority,
            service_id=row.service_id,
            amount=max(1, round(row.duration.total_seconds() / 60)),
            unit="minutes",
            calendar_code=""
            if row.calendar.code == agreement.calendar_code
            else row.calendar.code,
        )
    apps.get_model("progress", "Errand").objects.create(
        kind="clocks.rebuild",
        title="Reading all clocks again",
        requested_by="Timshel",
        created_at=timezone.now(),
    )


def _most_common(codes):
    return Counter(codes).most_common(1)[0][0]


class Migration(migrations.Migration):

    dependencies = [
        ('progress', '0001_initial'),
        ('organization', '0001_initial'),
        ('parties', '0001_initial'),
        ('people', '0003_on_call'),
        ('service', '0002_work_points_to_service'),
        ('service_level', '0002_former_targets'),
        ('work', '0002_external_reference'),
    ]

    operations = [
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateTimeField(default=datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('valid_until', models.DateTimeField(null=True)),
                ('code', models.CharField(max_length=40)),
                ('number', models.IntegerField()),
                ('is_draft', models.BooleanField(default=True)),
                ('kind', models.CharField(choices=[('service', 'service'), ('operational', 'operational'), ('supplier', 'supplier')], max_length=12)),
                ('name', models.CharField(max_length=200)),
                ('text', models.TextField(blank=True)),
                ('customer_category', models.CharField(blank=True, choices=[('dedicated_team', 'Dedicated Team'), ('service_manager', 'Service Manager'), ('portal_only', 'Portal Only')], max_length=20)),
                ('calendar_code', models.CharField(max_length=40)),
                ('restarts_on_reopening', models.BooleanField(default=False)),
                ('review_date', models.DateField(null=True)),
                ('is_option', models.BooleanField(default=False)),
                ('price', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('price_period', models.CharField(blank=True, max_length=10)),
                ('document_name', models.CharField(blank=True, max_length=255)),
                ('document_media_type', models.CharField(blank=True, max_length=100)),
                ('document_size', models.BigIntegerField(null=True)),
                ('document_sha256', models.CharField(blank=True, max_length=64)),
                ('revision', models.IntegerField(default=1)),
                ('took_effect_at', models.DateTimeField(null=True)),
                ('ended_at_effect', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='BookRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='CalendarUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calendar_code', models.CharField(max_length=40)),
                ('channel', models.CharField(max_length=12, null=True, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('respond', 'respond'), ('update', 'update'), ('resolve', 'resolve'), ('fulfil', 'fulfil'), ('hop', 'hop')], max_length=10)),
                ('lap', models.SmallIntegerField(default=1)),
                ('is_current', models.BooleanField(default=True)),
                ('started_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('running', 'running'), ('paused', 'paused'), ('breached', 'breached'), ('met', 'met'), ('missed', 'missed'), ('cancelled', 'cancelled')], max_length=10)),
                ('target', models.DurationField()),
                ('attainment_percent', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                ('elapsed', models.DurationField()),
                ('read_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('alert_at', models.DateTimeField(null=True)),
                ('told', models.JSONField(default=dict)),
                ('breached_at', models.DateTimeField(null=True)),
                ('breach_announced_at', models.DateTimeField(null=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('paused_since', models.DateTimeField(null=True)),
                ('paused_reason', models.CharField(max_length=12, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='EscalationRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock_kind', models.CharField(blank=True, choices=[('respond', 'respond'), ('update', 'update'), ('resolve', 'resolve'), ('fulfil', 'fulfil'), ('hop', 'hop')], max_length=10)),
                ('percent', models.SmallIntegerField(null=True)),
                ('before', models.DurationField(null=True)),
                ('recipient', models.CharField(choices=[('assignee', 'assignee'), ('lead', 'lead'), ('service_owner', 'service_owner'), ('role', 'role'), ('on_call', 'on_call')], max_length=16)),
                ('role_code', models.CharField(blank=True, max_length=40)),
                ('at_night', models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name='Forecast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chance', models.FloatField()),
                ('is_learnt', models.BooleanField()),
                ('reasons', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ForecastModel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clock_kind', models.CharField(choices=[('respond', 'respond'), ('update', 'update'), ('resolve', 'resolve'), ('fulfil', 'fulfil'), ('hop', 'hop')], max_length=10)),
                ('learnt_at', models.DateTimeField()),
                ('cases', models.IntegerField()),
                ('coefficients', models.JSONField(default=dict)),
                ('quality', models.JSONField(default=dict)),
                ('is_used', models.BooleanField(default=False)),
                ('is_current', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('measure', models.CharField(choices=[('availability', 'availability'), ('satisfaction', 'satisfaction'), ('business', 'business')], max_length=12)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('unit', models.CharField(blank=True, max_length=40)),
                ('value', models.DecimalField(decimal_places=4, max_digits=16)),
                ('is_minimum', models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name='LevelChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateTimeField(default=datetime.datetime(1900, 1, 1, 0, 0, tzinfo=datetime.timezone.utc))),
                ('valid_until', models.DateTimeField(null=True)),
                ('agreement_code', models.CharField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('respond', 'respond'), ('update', 'update'), ('resolve', 'resolve'), ('fulfil', 'fulfil'), ('hop', 'hop')], max_length=10)),
                ('priority', models.SmallIntegerField(null=True)),
                ('amount', models.IntegerField()),
                ('unit', models.CharField(choices=[('minutes', 'minutes'), ('hours', 'hours'), ('working_days', 'working_days')], max_length=12)),
                ('calendar_code', models.CharField(blank=True, max_length=40)),
                ('attainment_percent', models.DecimalField(decimal_places=2, max_digits=5, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='businesscalendar',
            name='working_day',
            field=models.DurationField(default=datetime.timedelta(seconds=28800)),
        ),
        migrations.AlterField(
            model_name='waitingrule',
            name='kind',
            field=models.CharField(choices=[('respond', 'respond'), ('update', 'update'), ('resolve', 'resolve'), ('fulfil', 'fulfil'), ('hop', 'hop')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='businesscalendar',
            constraint=models.CheckConstraint(condition=models.Q(('working_day__gt', datetime.timedelta(0)), ('working_day__lte', datetime.timedelta(days=1))), name='calendar_working_day'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='customer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.customer'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='offerings',
            field=models.ManyToManyField(related_name='+', to='service.offering'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='owner',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='provider_team',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.team'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='recipient_team',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.team'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='services',
            field=models.ManyToManyField(related_name='+', to='service.service'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='supplier',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='parties.supplier'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='unit',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit'),
        ),
        migrations.AddField(
            model_name='calendaruse',
            name='customer',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organization.customer'),
        ),
        migrations.AddField(
            model_name='calendaruse',
            name='service',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='service.service'),
        ),
        migrations.AddField(
            model_name='calendaruse',
            name='supplier',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='parties.supplier'),
        ),
        migrations.AddField(
            model_name='calendaruse',
            name='team',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organization.team'),
        ),
        migrations.AddField(
            model_name='clock',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service_level.agreement'),
        ),
        migrations.AddField(
            model_name='clock',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service_level.businesscalendar'),
        ),
        migrations.AddField(
            model_name='clock',
            name='supplier',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.supplier'),
        ),
        migrations.AddField(
            model_name='clock',
            name='team',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.team'),
        ),
        migrations.AddField(
            model_name='clock',
            name='work_item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='work.workitem'),
        ),
        migrations.AddField(
            model_name='escalationrule',
            name='agreement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='escalation_rules', to='service_level.agreement'),
        ),
        migrations.AddField(
            model_name='forecast',
            name='clock',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='forecast', to='service_level.clock'),
        ),
        migrations.AddConstraint(
            model_name='forecastmodel',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('clock_kind',), name='forecast_model_current'),
        ),
        migrations.AddField(
            model_name='goal',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='goals', to='service_level.agreement'),
        ),
        migrations.AddField(
            model_name='levelchoice',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.customer'),
        ),
        migrations.AddField(
            model_name='target',
            name='agreement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='service_level.agreement'),
        ),
        migrations.AddField(
            model_name='target',
            name='offering',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.offering'),
        ),
        migrations.AddField(
            model_name='target',
            name='service',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='service.service'),
        ),
        migrations.AddIndex(
            model_name='agreement',
            index=models.Index(condition=models.Q(('is_draft', False), ('took_effect_at__isnull', True)), fields=['valid_from'], name='agreement_to_take_effect'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(fields=('code', 'number'), name='agreement_version'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.UniqueConstraint(condition=models.Q(('is_draft', True)), fields=('code',), name='agreement_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('valid_until__gt', models.F('valid_from')), _connector='OR'), name='agreement_in_order'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', timshel.relationship_agreement.service_level.states.AgreementKind['SERVICE']), ('provider_team', None), ('supplier', None)), models.Q(('kind', timshel.relationship_agreement.service_level.states.AgreementKind['OPERATIONAL']), ('provider_team__isnull', False), ('supplier', None)), models.Q(('kind', timshel.relationship_agreement.service_level.states.AgreementKind['SUPPLIER']), ('provider_team', None), ('supplier__isnull', False)), _connector='OR'), name='agreement_provider'),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('customer', None), ('unit', None)), models.Q(('customer', None), ('customer_category', '')), models.Q(('customer_category', ''), ('unit', None)), _connector='OR'), name='agreement_one_party'),
        ),
        migrations.AddConstraint(
            model_name='calendaruse',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', None), ('customer', None), ('service__isnull', False), ('supplier', None), ('team', None)), models.Q(('channel', None), ('customer', None), ('service', None), ('supplier', None), ('team__isnull', False)), models.Q(('channel', None), ('customer', None), ('service', None), ('supplier__isnull', False), ('team', None)), models.Q(('channel', None), ('customer__isnull', False), ('service', None), ('supplier', None), ('team', None)), models.Q(('channel__isnull', False), ('customer', None), ('service', None), ('supplier', None), ('team', None)), _connector='OR'), name='calendar_use_of_one'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('breach_announced_at__isnull', True), ('state__in', ['breached', 'missed', 'paused', 'running'])), fields=['due_at', 'id'], name='clock_to_breach'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('alert_at__isnull', False)), fields=['alert_at', 'id'], name='clock_to_alert'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('stopped_at__isnull', True)), fields=['calendar'], name='clock_open'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('breached_at__isnull', False)), fields=['breached_at', 'id'], name='clock_broken'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('breached_at__isnull', True), ('stopped_at__isnull', False)), fields=['stopped_at', 'id'], name='clock_kept'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.UniqueConstraint(fields=('work_item', 'kind', 'lap'), name='clock_lap_once'),
        ),
        migrations.AddConstraint(
            model_name='escalationrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('before__isnull', True), ('percent__range', (1, 500))), models.Q(('before__isnull', False), ('percent__isnull', True)), _connector='OR'), name='escalation_rule_moment'),
        ),
        migrations.AddConstraint(
            model_name='escalationrule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recipient', timshel.relationship_agreement.service_level.states.Recipient['ROLE']), models.Q(('role_code', ''), _negated=True)), models.Q(models.Q(('recipient', timshel.relationship_agreement.service_level.states.Recipient['ROLE']), _negated=True), ('role_code', '')), _connector='OR'), name='escalation_rule_recipient'),
        ),
        migrations.AddConstraint(
            model_name='forecast',
            constraint=models.CheckConstraint(condition=models.Q(('chance__gte', 0), ('chance__lte', 1)), name='forecast_chance_range'),
        ),
        migrations.AddConstraint(
            model_name='goal',
            constraint=models.UniqueConstraint(fields=('agreement', 'measure', 'name'), name='goal_once'),
        ),
        migrations.AddConstraint(
            model_name='levelchoice',
            constraint=models.UniqueConstraint(condition=models.Q(('valid_until__isnull', True)), fields=('agreement_code', 'customer'), name='level_choice_current'),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.UniqueConstraint(fields=('agreement', 'kind', 'priority', 'service', 'offering'), name='target_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='target',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('priority__isnull', True), ('priority__range', (1, 5)), _connector='OR'), ('amount__gt', 0), models.Q(('attainment_percent__isnull', True), ('attainment_percent__range', (0, 100)), _connector='OR')), name='target_ranges'),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.DeleteModel(name='FormerTarget'),
    ]
