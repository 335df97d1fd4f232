"""The world of the API's tests, built anew for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.api.world import World, build_world
from timshel.interfaces.api import authentication


@pytest.fixture
def world(db: None, settings: Any, tmp_path: Path) -> Iterator[World]:
    settings.DATA_DIRECTORY = tmp_path
    authentication._note_use.cache_clear()
    yield build_world()
    authentication._note_use.cache_clear()
