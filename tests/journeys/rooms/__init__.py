"""The pages of the management system, in each state that looks different: a module for each part.

Each module has ``PAGES``, by a name of the page and its state.
"""

from __future__ import annotations

import importlib
import pkgutil

from tests.journeys.openers import PageCase

ROOM_PAGES: dict[str, PageCase] = {
    name: case
    for found in pkgutil.iter_modules(__path__)
    for name, case in importlib.import_module(f"{__name__}.{found.name}").PAGES.items()
}
