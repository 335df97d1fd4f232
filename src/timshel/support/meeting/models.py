"""Boards with their members, and meetings with agenda, attendance and decisions."""

from __future__ import annotations

from datetime import UTC
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words
from timshel.support.meeting.rules import MANAGE, PREFIX, VIEW
from timshel.support.meeting.states import BoardKind, DecidedBy, MeetingState, Presence


def sees_all(actor: Actor) -> bool:
    """Tell whether the actor sees all boards and meetings."""
    return actor.scope(VIEW).everywhere or actor.scope(MANAGE).everywhere


class BoardQuerySet(models.QuerySet["Board"]):
    """Questions about boards that keep to what the reader may know."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see: their own boards, also of former times, or all."""
        if sees_all(actor):
            return self
        if actor.person_id is None:
            return self.none()
        members = BoardMember.objects.filter(board=OuterRef("pk"), person_id=actor.person_id)
        own = Q(chair_id=actor.person_id) | Q(secretary_id=actor.person_id)
        return self.filter(own | Exists(members))


class Board(models.Model):
    """People who meet again and again for a purpose.

    ``service`` and ``customer`` are codes of a later clause, hence no foreign keys. ``agenda``
    holds the standing items in order, as ``{"title": …, "source": …}``.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=BoardKind.choices)
    purpose = models.CharField(max_length=1_000, blank=True)
    chair = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    secretary = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    every_months = models.IntegerField()
    service = models.CharField(max_length=40, blank=True)
    customer = models.CharField(max_length=40, blank=True)
    agenda = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    objects = BoardQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(every_months__gte=1), name="board_rhythm_positive")
        ]

    def __str__(self) -> str:
        return self.code


class BoardMember(models.Model):
    """Somebody on a board; ``valid_until`` is the last day."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["board", "person"],
                condition=Q(valid_until__isnull=True),
                name="board_member_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="board_member_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.board_id}"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Questions about meetings that keep to what the reader may know."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Whoever leads, writes or was invited sees a meeting, and the members of its board, but for
        those whose membership was over when it took place.
        """
        if sees_all(actor):
            return self
        if actor.person_id is None:
            return self.none()
        dated = self.alias(first_day=TruncDate("starts_at", tzinfo=UTC))
        return dated.filter(self._own(actor.person_id))

    def concerning(self, person_id: int | None) -> Self:
        """Keep the meetings that somebody leads, writes the minutes of or is invited to."""
        return self.filter(self._named(person_id)) if person_id is not None else self.none()

    @staticmethod
    def _named(person_id: int) -> Q:
        invited = Attendance.objects.filter(meeting=OuterRef("pk"), person_id=person_id)
        return Q(chair_id=person_id) | Q(secretary_id=person_id) | Q(Exists(invited))

    @classmethod
    def _own(cls, person_id: int) -> Q:
        members = BoardMember.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=OuterRef("first_day")),
            board=OuterRef("board_id"),
            person_id=person_id,
        )
        leads = Q(board__chair_id=person_id) | Q(board__secretary_id=person_id)
        return cls._named(person_id) | leads | Q(Exists(members))


class Meeting(models.Model):
    """One meeting, of a board or of none; ``guests`` are names of people who are not known."""

    board = models.ForeignKey(Board, null=True, on_delete=models.PROTECT, related_name="meetings")
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    chair = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    secretary = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in MeetingState],
        default=MeetingState.PLANNED,
    )
    guests = models.JSONField(default=list)
    called_at = models.DateTimeField()
    prepared_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(state=MeetingState.MINUTED, approved_at__isnull=False)
                | (~Q(state=MeetingState.MINUTED) & Q(approved_at__isnull=True)),
                name="meeting_approved_once",
            ),
        ]
        indexes: ClassVar = [
            GinIndex(Words("title", "place"), name="meeting_words"),
            models.Index(fields=["starts_at", "id"], name="meeting_in_order"),
            models.Index(fields=["board", "starts_at"], name="meeting_of_board"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number by which people know it."""
        return number_of(PREFIX, self.pk)


class Attendance(models.Model):
    """Somebody who was invited to a meeting, and whether they came."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence.choices, default=Presence.INVITED)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "meeting"], name="meeting_invited_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.meeting_id}"


class AgendaItem(models.Model):
    """One item of a meeting's agenda; ``drawn`` is what its source drew, once it did."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    position = models.IntegerField()
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=40, blank=True)
    minutes = models.TextField(blank=True)
    drawn = models.JSONField(null=True)
    drawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="agenda_position_once",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Decision(models.Model):
    """Something that a meeting decided."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="decisions")
    text = models.TextField()
    decided_by = models.CharField(max_length=10, choices=DecidedBy.choices)
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text
