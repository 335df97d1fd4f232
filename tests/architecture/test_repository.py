"""The repository itself: what must not lie in it, and what is generated from the code."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from docs.generate_states import PAGE, page
from tests.architecture.house import ROOT

# Written in halves, so that this file does not find itself.
UNFINISHED = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) + r")\b"
    "|(?i:" + "lorem " + "ipsum|coming " + "soon|not yet " + "implemented)"
)
LARGEST = 2_000_000  # bytes; the document of the API is the largest
SOURCES = {".py", ".html", ".js", ".css", ".md", ".yaml", ".yml", ".toml", ".txt", ".po", ".sh"}


def _files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a checkout")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in _files()
        if path.suffix in SOURCES and "requirements" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_dependencies_name_no_registry() -> None:
    """Where packages come from is the business of the machine, not of the repository."""
    settings = {".npmrc", ".pypirc", "pip.conf", "uv.toml", ".yarnrc", ".condarc"}
    assert [str(path) for path in _files() if path.name in settings] == []
    for path in sorted((ROOT / "requirements").glob("*")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text)
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert not re.search(r"index-url|\[\[?tool\.uv\.(index|sources)|@ https?://", project)
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []


def test_everything_is_locked_by_hash() -> None:
    for name in ("run.txt", "dev.txt", "client.txt"):
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        names = [number for number, line in enumerate(lines) if re.match(r"[a-zA-Z0-9]", line)]
        assert names
        for number in names:
            assert re.match(r"[\w.\[\]-]+==[\w.+!-]+", lines[number]), lines[number]
            assert "--hash=sha256:" in lines[number + 1]


def test_no_large_or_built_file() -> None:
    built = {".mo", ".pyc", ".map", ".whl", ".gz"}
    assert [str(path) for path in _files() if path.suffix in built] == []
    assert [
        str(path)
        for path in _files()
        if path.stat().st_size > LARGEST and "requirements" not in path.parts
    ] == []
    assert [str(path) for path in _files() if path.name.endswith((".min.js", ".min.css"))] == []


def test_the_page_of_states_is_the_one_the_code_gives() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m docs.generate_states"
