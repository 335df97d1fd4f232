"""What was decided to be done, by whom and until when."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Planned actions"])
