"""From when what was agreed holds."""

from __future__ import annotations

from datetime import UTC, datetime

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
"""What holds since ever began then."""
