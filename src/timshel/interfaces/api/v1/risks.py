"""Risks and opportunities: analysed, treated, reviewed."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Risks"])
