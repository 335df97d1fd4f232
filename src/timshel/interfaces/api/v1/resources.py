"""People, technical, information and financial resources, now and to come."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Resources"])
