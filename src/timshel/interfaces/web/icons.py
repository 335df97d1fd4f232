"""The shapes of the icons, taken from the packages at build time and drawn inside the page."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SHAPES = Path(__file__).resolve().parent / "static" / "vendor" / "icons.json"


@cache
def _shapes() -> dict[str, str]:
    """Return the shapes by name; none where the front-end was not built."""
    if not SHAPES.exists():
        return {}
    shapes: dict[str, str] = json.loads(SHAPES.read_text(encoding="utf-8"))
    return shapes


def is_known(name: str) -> bool:
    """Tell whether an icon is built in."""
    return name in _shapes()


@cache
def icon(name: str, extra: str = "", label: str = "") -> SafeString:
    """Return an icon as a drawing.

    Args:
        name: as in frontend/icons.txt.
        extra: further classes.
        label: what a screen reader says; hidden from it where empty, as beside words.

    Raises:
        ImproperlyConfigured: the front-end was built without this icon.
    """
    shapes = _shapes()
    if shapes and name not in shapes:
        raise ImproperlyConfigured(
            f"The icon {name!r} is not built in: add it to frontend/icons.txt "
            "and run python frontend/build.py --icons-only."
        )
    meaning = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else mark_safe('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" width="20" height="20" fill="none" '
        'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" '
        'stroke-linejoin="round" {}>{}</svg>',
        extra,
        meaning,
        mark_safe(shapes.get(name, "")),  # noqa: S308 - from the pinned package, not from people
    )
