"""Suppliers, whose part in a service is followed like that of a team."""

from __future__ import annotations

from django.db import models

from timshel.kernel.translation import Translated


class Supplier(Translated):
    """An outside organisation that takes over part of the work."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
