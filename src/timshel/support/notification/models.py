"""Notices, what of them still has to leave, what people chose, and their devices."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.support.communication.models import OutgoingMessage
from timshel.support.notification.records import About
from timshel.support.notification.rules import Habit
from timshel.support.notification.states import DELIVERIES, DeliveryState, Rhythm, Way
from timshel.support.notification.topics import Topic


class Notice(models.Model):
    """Something that one person is told, once.

    ``key`` says what the news is: the same news makes one notice, however often its job runs.
    ``parts`` is what its words are made of, in the reader's language, whenever it is read.
    ``is_listed`` tells whether it stands in the product; the others are kept for what leaves.
    ``in_place_of`` names who should have read it, where the reader stands in for them.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=120)
    topic = models.CharField(max_length=40)
    record_kind = models.CharField(max_length=30, blank=True)
    record_key = models.CharField(max_length=60, blank=True)
    needs = models.CharField(max_length=20, blank=True)
    parts = models.JSONField(default=dict)
    in_place_of = models.CharField(max_length=200, blank=True)
    is_urgent = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=True)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "key"], name="notice_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-id"], name="notice_list", condition=Q(is_listed=True)),
            models.Index(
                fields=["person", "-id"],
                name="notice_unread",
                condition=Q(is_listed=True, read_at__isnull=True),
            ),
            models.Index(
                fields=["record_kind", "record_key", "person"],
                name="notice_record",
            ),
            models.Index(fields=["at"], name="notice_age"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} for {self.person_id}"

    @property
    def about(self) -> About:
        """The record that it is about."""
        return About(self.record_kind, self.record_key, self.needs)


class Delivery(models.Model):
    """A mail or a push message about a notice that waits for its time, or did.

    ``bundle`` names what goes in one mail: a topic and a record, or nothing for all that waits.
    ``kind``, ``subject`` and ``text`` are those of a mail that goes alone, ``team`` in whose name
    it leaves. ``message`` is the mail in which it went; each delivery goes in one.
    """

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Way])
    state = models.CharField(max_length=8, default=DELIVERIES.initial)
    bundle = models.CharField(max_length=140, blank=True)
    thread = models.CharField(max_length=60, blank=True)
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    is_automatic = models.BooleanField(default=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    message = models.ForeignKey(
        OutgoingMessage, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notice", "way"], name="delivery_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["way", "due_at"],
                name="delivery_due",
                condition=Q(state=DeliveryState.WAITING),
            ),
            models.Index(fields=["person", "bundle", "-due_at"], name="delivery_bundle"),
        ]

    def __str__(self) -> str:
        return f"{self.way} of {self.notice_id}"


class Choice(models.Model):
    """By which way somebody wants to be told of a topic, where it is not as the catalogue says."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=40)
    way = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Way])
    is_wanted = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "topic", "way"], name="choice_once")
        ]

    def __str__(self) -> str:
        return f"{self.topic} by {self.way} for {self.person_id}"

    @property
    def cell(self) -> tuple[Topic, Way]:
        """Where it stands in the matrix."""
        return Topic(self.topic), Way(self.way)


class ReadingHabit(models.Model):
    """How often and when somebody wants to be told; without one, at once and at any hour."""

    person = models.OneToOneField(
        Person, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    rhythm = models.CharField(
        max_length=8,
        default=Rhythm.AT_ONCE,
        choices=[(each.value, each.value) for each in Rhythm],
    )
    digest_hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    lets_urgent_through = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
            models.CheckConstraint(condition=Q(digest_hour__lte=23), name="digest_hour_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.rhythm} for {self.person_id}"

    def habit(self, time_zone: str) -> Habit:
        """Return it as the rules read it, on the clock of a zone."""
        return Habit(
            rhythm=Rhythm(self.rhythm),
            digest_hour=self.digest_hour,
            quiet_from=self.quiet_from,
            quiet_until=self.quiet_until,
            lets_urgent_through=self.lets_urgent_through,
            time_zone=time_zone,
        )


class Device(models.Model):
    """A browser that somebody wants to be told in; its keys encrypt what is sent to it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="devices")
    endpoint = models.URLField(max_length=1000, unique=True)
    public_key = models.CharField(max_length=100)
    secret = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    added_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "id"], name="device_person")]

    def __str__(self) -> str:
        return f"{self.name} of {self.person_id}"
