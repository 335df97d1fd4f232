"""Controlled documents, their versions and who read them."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Documents"])
