"""Who reacts to which event: all side effects of the domain on one page.

An event's handler runs inside the transaction of the change and only defers jobs, so that a
mail leaves if and only if the change was kept.
"""

from __future__ import annotations


def connect() -> None:
    """Subscribe every reaction; called once when all parts are loaded."""
