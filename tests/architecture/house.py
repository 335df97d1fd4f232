"""The plan of the house as the tests of this folder read it.

The order of the clauses stands in ``.importlinter`` alone; here it is only read.
"""

from __future__ import annotations

import ast
import configparser
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "timshel"
CONTRACTS = ROOT / ".importlinter"
ABOVE_THE_DOMAIN = ("config", "reactions", "interfaces")
KERNEL = "kernel"


@cache
def _contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(CONTRACTS, encoding="utf-8")
    return parser


def layers(contract: str) -> list[str]:
    """Return the names in a contract of layers, lowest first."""
    lines = _contracts()[f"importlinter:contract:{contract}"]["layers"].split("\n")
    return [line.strip().strip("()") for line in reversed(lines) if line.strip()]


def clauses() -> list[str]:
    """Return the packages of the domain, earliest clause first; the kernel is before them all."""
    return [each for each in layers("clauses") if each not in ABOVE_THE_DOMAIN]


@cache
def app_order() -> dict[str, tuple[int, int]]:
    """Return the place of each app that has one, such as ``context.people``: clause, app."""
    places = {}
    for clause_place, clause in enumerate(clauses()):
        if f"importlinter:contract:{clause}" in _contracts():
            for app_place, app in enumerate(layers(clause)):
                places[f"{clause}.{app}"] = (clause_place, app_place)
    return places


@dataclass(frozen=True)
class Module:
    """One source file, parsed."""

    path: Path

    @property
    def name(self) -> str:
        """Its dotted name below ``timshel``, without ``__init__``."""
        parts = list(self.path.relative_to(PACKAGE).with_suffix("").parts)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=str(self.path))

    @property
    def imports(self) -> Iterator[str]:
        """The dotted names it imports, at any depth; of ``from a import b`` both a and a.b."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules() -> list[Module]:
    """Return all modules of the product but migrations, which are generated."""
    return [
        Module(path)
        for path in sorted(PACKAGE.rglob("*.py"))
        if "migrations" not in path.parts and "static" not in path.parts
    ]


def below_the_doors() -> list[Module]:
    """Return the modules of the kernel and the domain."""
    inner = set(clauses())
    return [module for module in modules() if module.name.split(".")[0] in inner]


def apps() -> list[Path]:
    """Return the folder of each app of the domain; those of the kernel have no fixed anatomy."""
    return [
        folder
        for clause in clauses()
        if clause != KERNEL
        for folder in sorted((PACKAGE / clause).glob("*"))
        if (folder / "__init__.py").exists()
    ]


def module_named(app: Path, name: str) -> list[Module]:
    """Return the files of one module of an app, which may have grown into a package."""
    single = app / f"{name}.py"
    files = [single] if single.exists() else sorted((app / name).rglob("*.py"))
    return [Module(path) for path in files]
