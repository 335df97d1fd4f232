"""Suggestions, what came of them, and what they brought."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Improvements"])
