"""Tables of the journal; triggers that refuse update and delete are in the first migration."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Entry(models.Model):
    """One change of one record: who, when, from where, through which door, old and new values.

    ``changes`` maps a field to ``[old, new]``. ``version`` is the record's version after the
    change, where records have versions.
    """

    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    channel = models.CharField(max_length=12)
    origin = models.CharField(max_length=100, blank=True)
    verb = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    version = models.IntegerField(null=True)
    changes = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["subject_kind", "subject_id", "at", "id"], name="journal_entry_subject"
            ),
            models.Index(fields=["at"], name="journal_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_kind}:{self.subject_id}"


class Unsealed(models.Model):
    """An entry that waits for the next block; a trigger adds it with the entry itself."""

    entry = models.OneToOneField(
        Entry, on_delete=models.DO_NOTHING, primary_key=True, related_name="+", db_constraint=False
    )

    def __str__(self) -> str:
        return str(self.pk)


class Block(models.Model):
    """A sealed set of entries.

    ``manifest`` holds, for each entry in order of its key, the key (8 bytes, big-endian) and the
    SHA-256 of the entry (32 bytes). ``hash`` is the SHA-256 of the previous block's hash, the
    block's number, the moment of sealing and the manifest, so that no block can change without
    all later ones changing.
    """

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    entries = models.IntegerField()
    manifest = models.BinaryField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField(unique=True)

    def __str__(self) -> str:
        return f"block {self.number}"
