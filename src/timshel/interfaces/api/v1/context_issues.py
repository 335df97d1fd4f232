"""Internal and external issues that matter to the services."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Issues of the context"])
