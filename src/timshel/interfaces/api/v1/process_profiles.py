"""What each process is for, what goes in and what comes out."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Process profiles"])
