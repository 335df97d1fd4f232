"""Calls and visits, what was told of them, call-backs, and what people often call about."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.translation import Translated
from timshel.operation.call.rules import sight, stage_of
from timshel.operation.call.states import (
    CHANNELS,
    CallBackState,
    CallStage,
    Direction,
    EventKind,
    Outcome,
)
from timshel.operation.work.models import WorkItem

ANSWER_WITHIN = timedelta(seconds=20)
SHORT_ABANDON = timedelta(seconds=5)


class Line(Translated):
    """A number that people call, or a counter they come to; ``code`` as telephone systems say it.

    ``number`` is what people dial, or where the counter is. A call counts as answered in time
    within ``answer_within``; one that was given up before ``short_abandon`` is not counted. When
    somebody is there follows from the hours of the channel.
    """

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    channel = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in CHANNELS]
    )
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="lines")
    number = models.CharField(max_length=40, blank=True)
    answer_within = models.DurationField(default=ANSWER_WITHIN)
    short_abandon = models.DurationField(default=SHORT_ABANDON)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answer_within__gt=timedelta(0), short_abandon__gte=timedelta(0)),
                name="line_spans",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CallQuerySet(models.QuerySet["Call"]):
    """Questions about calls that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the calls that the actor took, and those that ``call.view`` opens."""
        seen = sight(actor)
        if seen.everything:
            return self
        return self.filter(
            Q(team_id__in=seen.teams) | Q(team__unit_id__in=seen.units) | Q(agent_id__in=seen.own)
        )

    def covered(self, actor: Actor, permission: str) -> Self:
        """Keep the calls for which the actor has a permission; one's own are no exception."""
        seen = sight(actor, permission)
        if seen.everything:
            return self
        return self.filter(Q(team_id__in=seen.teams) | Q(team__unit_id__in=seen.units))


class Call(models.Model):
    """A call or a visit.

    ``source`` and ``external_id`` say what it is called in a telephone system; both are empty for
    one that was written down by hand. The moments are a cache of what the system told, read anew
    with each event. ``caller`` is whoever has the number, or whom somebody chose by hand.
    ``number_forgotten_at`` says when the number was deleted; a late event does not bring it back.
    """

    source = models.CharField(max_length=40, blank=True)
    external_id = models.CharField(max_length=120, blank=True)
    direction = models.CharField(
        max_length=8,
        choices=[(each.value, each.value) for each in Direction],
        default=Direction.INBOUND,
    )
    channel = models.CharField(
        max_length=12,
        choices=[(each.value, each.value) for each in CHANNELS],
        default=Channel.PHONE,
    )
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="calls")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    caller = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="calls")
    caller_number = models.CharField(max_length=40, blank=True)
    caller_name = models.CharField(max_length=200, blank=True)
    number_forgotten_at = models.DateTimeField(null=True)
    agent = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="taken_calls"
    )
    agent_label = models.CharField(max_length=120, blank=True)
    began_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    abandoned_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    wrapped_at = models.DateTimeField(null=True)
    transfers = models.SmallIntegerField(default=0)
    logged_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in Outcome], blank=True
    )
    note = models.TextField(blank=True)
    work_item = models.ForeignKey(
        WorkItem, null=True, on_delete=models.PROTECT, related_name="calls"
    )
    opened_work = models.BooleanField(default=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="call_external_once",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True)
                | Q(ended_at__isnull=True)
                | Q(ended_at__gte=F("answered_at")),
                name="call_in_order",
            ),
            models.CheckConstraint(
                condition=Q(abandoned_at__isnull=True) | Q(answered_at__isnull=True),
                name="call_answered_or_abandoned",
            ),
            models.CheckConstraint(
                condition=Q(opened_work=False) | Q(work_item__isnull=False),
                name="call_opened_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-began_at", "-id"], name="call_began"),
            models.Index(fields=["team", "-began_at", "-id"], name="call_team"),
            models.Index(fields=["agent", "-began_at", "-id"], name="call_agent"),
            models.Index(fields=["caller", "-began_at", "-id"], name="call_caller"),
            models.Index(
                fields=["work_item"], name="call_work", condition=Q(work_item__isnull=False)
            ),
            models.Index(
                fields=["caller_number", "-began_at"],
                name="call_number",
                condition=~Q(caller_number=""),
            ),
            models.Index(
                fields=["abandoned_at"],
                name="call_to_forget",
                condition=Q(abandoned_at__isnull=False, number_forgotten_at__isnull=True)
                & ~Q(caller_number=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"

    @property
    def stage(self) -> CallStage:
        """Where it stands."""
        return stage_of(
            answered_at=self.answered_at,
            abandoned_at=self.abandoned_at,
            ended_at=self.ended_at,
            wrapped_at=self.wrapped_at,
        )


class CallEvent(models.Model):
    """One thing that a telephone system told of a call, kept as it was told."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=[(each.value, each.value) for each in EventKind])
    at = models.DateTimeField()
    queue = models.CharField(max_length=80, blank=True)
    agent = models.CharField(max_length=120, blank=True)
    number = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call", "kind", "at", "queue", "agent"], name="call_event_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class CallBackQuerySet(models.QuerySet["CallBack"]):
    """Questions about call-backs that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor promised or is to do, and what ``call.view`` opens."""
        seen = sight(actor)
        if seen.everything:
            return self
        return self.filter(
            Q(team_id__in=seen.teams)
            | Q(team__unit_id__in=seen.units)
            | Q(agent_id__in=seen.own)
            | Q(promised_by_id__in=seen.own)
        )


class CallBack(models.Model):
    """Somebody is to be called back: who, when, at which number, why, and by whom.

    ``person`` is empty for a caller who is not known; then ``name`` says who it is.
    """

    call = models.ForeignKey(Call, null=True, on_delete=models.SET_NULL, related_name="call_backs")
    work_item = models.ForeignKey(
        WorkItem, null=True, on_delete=models.PROTECT, related_name="call_backs"
    )
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="call_backs"
    )
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    due_at = models.DateTimeField()
    agent = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="call_backs_to_make"
    )
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=9,
        choices=[(each.value, each.value) for each in CallBackState],
        default=CallBackState.DUE,
    )
    attempts = models.SmallIntegerField(default=0)
    note = models.CharField(max_length=500, blank=True)
    promised_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    promised_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"], name="call_back_due", condition=Q(state=CallBackState.DUE)
            ),
            models.Index(fields=["agent", "due_at", "id"], name="call_back_agent"),
            models.Index(fields=["team", "due_at", "id"], name="call_back_team"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at}"


class CallTemplate(Translated):
    """What people often call about, with the words that are then written down.

    ``service`` is the code of a service, which belongs to a later clause. ``solution`` is what is
    usually done about it at once.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    title = models.CharField(max_length=250)
    description = models.TextField(blank=True)
    solution = models.TextField(blank=True)
    service = models.CharField(max_length=40, blank=True)
    impact = models.SmallIntegerField(default=3)
    urgency = models.SmallIntegerField(default=3)
    position = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(impact__range=(1, 3), urgency__range=(1, 3)),
                name="call_template_levels",
            )
        ]

    def __str__(self) -> str:
        return self.name
