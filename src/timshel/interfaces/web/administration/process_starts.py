"""Diagrams with which a new process can begin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HERE = Path(__file__).parent
START_CHOICES: Sequence[tuple[str, Promise]] = (
    ("simple", _("One task")),
    ("approved", _("An approval, then one task")),
    ("empty", _("A start and nothing else")),
)


def start_xml(name: str) -> str:
    """Return a diagram to begin with, as BPMN 2.0 XML.

    Args:
        name: one of those in ``START_CHOICES``.
    """
    known = {choice for choice, _words in START_CHOICES}
    found = name if name in known else "simple"
    return (HERE / f"process_{found}.bpmn").read_text(encoding="utf-8")
