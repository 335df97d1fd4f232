"""The world of the API's tests: built once for a module, given back unchanged to each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.interfaces.api.world import World, build_world
from timshel.interfaces.api import authentication


@pytest.fixture(scope="module")
def module_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Build the world in a transaction around those of the tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(module_world: World, db: None, settings: Any, tmp_path: Path) -> Iterator[World]:
    settings.DATA_DIRECTORY = tmp_path
    for caller in fields(module_world):
        getattr(module_world, caller.name).client = Client()
    authentication._note_use.cache_clear()
    yield module_world
    authentication._note_use.cache_clear()
