"""The words that are known, how far each text was read for them, and kept searches."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class Word(models.Model):
    """A folded word that occurs somewhere; whoever may read where is asked by nobody here."""

    text = models.CharField(max_length=40, primary_key=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["text"], name="search_word_like", opclasses=["gin_trgm_ops"])
        ]

    def __str__(self) -> str:
        return self.text


class ReadingMark(models.Model):
    """How far a source was read for its words; what the mark is, the source knows."""

    source = models.CharField(max_length=40, primary_key=True)
    mark = models.JSONField()

    def __str__(self) -> str:
        return self.source


class KeptSearch(models.Model):
    """A search of one person: saved under a name, or a recent one without.

    ``asked`` holds the parameters of the page's address.
    """

    person_id = models.BigIntegerField()
    name = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=200)
    asked = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person_id", "-at"], name="kept_search_latest")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person_id", "name", "text", "asked"], name="kept_search_once"
            ),
            models.UniqueConstraint(
                fields=["person_id", "name"],
                condition=~models.Q(name=""),
                name="saved_search_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.text
