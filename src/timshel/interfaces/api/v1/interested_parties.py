"""Who has needs, and what meets them."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Interested parties"])
