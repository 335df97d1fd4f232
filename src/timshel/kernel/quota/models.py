"""Table of what each owner took in its present window; lost without harm when a server dies."""

from __future__ import annotations

from django.db import models


class QuotaWindow(models.Model):
    """What one owner took in one window of time.

    The table is unlogged: nothing of it goes through the write-ahead log, since what was taken
    before a crash need not be known after it. Each owner has a row of its own.
    """

    owner = models.CharField(max_length=80, primary_key=True)
    window = models.BigIntegerField()
    used = models.BigIntegerField()
    granted = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.owner}: {self.used}"
