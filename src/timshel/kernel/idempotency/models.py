"""Table of keys that clients sent with a request that must not be done twice."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class IdempotencyKey(models.Model):
    """A key, what was asked with it, and what was answered."""

    owner = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "key"], name="idempotency_key_once")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="idempotency_key_at")]

    def __str__(self) -> str:
        return f"{self.owner} {self.key}"
