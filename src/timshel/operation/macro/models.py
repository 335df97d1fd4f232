"""Macros, saved replies and text modules, for whom they are, and when each was used."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.operation.macro.rules import reach


class Audience(models.TextChoices):
    """Who finds something: its owner, the members of a team, or everybody at the desk."""

    PERSONAL = "personal"
    TEAM = "team"
    EVERYONE = "everyone"


def visible_to(actor: Actor) -> Q:
    """Return the condition for what an actor may use or keep; its twin is ``rules.is_within``."""
    seen = reach(actor)
    condition = Q(owner_id__in=seen.own) | Q(team_id__in=seen.teams)
    if seen.shared:
        condition |= Q(audience=Audience.EVERYONE)
    if seen.all_teams:
        condition |= Q(audience=Audience.TEAM)
    return condition


class Shared(models.Model):
    """What people at the desk keep for themselves or for each other.

    ``owner`` is set where it is one person's, ``team`` where it is a team's.
    """

    name = models.CharField(max_length=120)
    audience = models.CharField(max_length=8, choices=Audience.choices)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audience="personal", owner__isnull=False, team__isnull=True)
                | Q(audience="team", owner__isnull=True, team__isnull=False)
                | Q(audience="everyone", owner__isnull=True, team__isnull=True),
                name="%(class)s_is_for_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Macro(Shared):
    """Several deeds with one name, done to a piece of work together or not at all.

    ``kinds`` holds the kinds of work that it is meant for; empty means all. ``steps`` are the
    deeds as ``operation.work.handling`` reads them; a text in them may be one for each language.
    """

    description = models.CharField(max_length=300, blank=True)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    steps = models.JSONField(default=list)

    class Meta(Shared.Meta):
        pass


class SavedReply(Shared):
    """A reply to begin with; ``texts`` holds it by language, with names of values in braces."""

    texts = models.JSONField(default=dict)

    class Meta(Shared.Meta):
        pass


class TextModule(Shared):
    """A piece of text that a keyword brings, with ``texts`` by language.

    A keyword is there once for everybody, once for a team and once for a person; whoever has one
    of their own gets that.
    """

    keyword = models.CharField(max_length=30)
    texts = models.JSONField(default=dict)

    class Meta(Shared.Meta):
        constraints: ClassVar = [
            *Shared.Meta.constraints,
            models.UniqueConstraint(
                fields=["keyword", "owner", "team"],
                nulls_distinct=False,
                condition=Q(is_active=True),
                name="textmodule_keyword_once",
            ),
        ]


class Use(models.Model):
    """That one of them was used, by whom and when: counted, never added up in a shared row."""

    macro = models.ForeignKey(Macro, null=True, on_delete=models.CASCADE, related_name="uses")
    reply = models.ForeignKey(SavedReply, null=True, on_delete=models.CASCADE, related_name="uses")
    module = models.ForeignKey(TextModule, null=True, on_delete=models.CASCADE, related_name="uses")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(macro__isnull=False, reply__isnull=True, module__isnull=True)
                | Q(macro__isnull=True, reply__isnull=False, module__isnull=True)
                | Q(macro__isnull=True, reply__isnull=True, module__isnull=False),
                name="use_is_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.macro or self.reply or self.module} {self.at:%Y-%m-%d}"
