"""Boards, meetings, their agendas, minutes and decisions."""

from __future__ import annotations

from ninja import Router

router = Router(tags=["Meetings"])
