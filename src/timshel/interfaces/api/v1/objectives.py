"""What is to be reached, from where, until when."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Objectives"])
