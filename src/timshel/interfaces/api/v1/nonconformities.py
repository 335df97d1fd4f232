"""What was not as it must be, why, and whether what was done helped."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Nonconformities"])
