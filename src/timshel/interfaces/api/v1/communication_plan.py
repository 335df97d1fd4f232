"""What is told to whom, and what they answer."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Communication plan"])
