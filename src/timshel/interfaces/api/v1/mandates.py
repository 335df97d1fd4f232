"""Who may approve what, up to how much."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Mandates"])
