"""What is kept of quotas: no longer than anybody asks for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import AT
from timshel.kernel.quota.actions import forget_leases, forget_windows, take
from timshel.kernel.quota.models import QuotaWindow


@pytest.mark.django_db
def test_windows_long_past_are_forgotten() -> None:
    forget_leases()
    take("origin:203.0.113.9", limit=5, at=AT)
    assert forget_windows(at=AT + timedelta(minutes=30)) == 0
    take("origin:203.0.113.10", limit=5, at=AT + timedelta(hours=2))
    assert forget_windows(at=AT + timedelta(hours=2)) == 1
    assert QuotaWindow.objects.get().owner == "origin:203.0.113.10"
    forget_leases()
