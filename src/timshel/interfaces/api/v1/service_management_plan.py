"""Service management plan, for programs."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Service management plan"])
