"""Writes docs/states.md from the transition tables in the code: ``python -m docs.generate_states``.

A test compares the page with the tables, so that the two cannot drift apart.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import timshel
from timshel.kernel.states import StateMachine

PAGE = Path(__file__).with_name("states.md")
PACKAGE = Path(timshel.__file__).parent

HEAD = """# States

Where each kind of record can stand and what moves it. This page is generated from the transition
tables in the code (`python -m docs.generate_states`); a test fails when it differs from them.
"""


def machines() -> Iterator[tuple[str, StateMachine[Any, Any]]]:
    """Yield every state machine of the product with the module it stands in."""
    for path in sorted(PACKAGE.rglob("states.py")):
        module_name = ".".join(["timshel", *path.relative_to(PACKAGE).with_suffix("").parts])
        if module_name == StateMachine.__module__:
            continue
        module = importlib.import_module(module_name)
        for value in vars(module).values():
            if isinstance(value, StateMachine) and _is_defined_in(value, path):
                yield module_name, value


def page() -> str:
    """Return the text of the page."""
    return "\n".join([HEAD, *(_section(name, machine) for name, machine in machines())])


def _is_defined_in(machine: StateMachine[Any, Any], path: Path) -> bool:
    """Tell a machine from one that the module only imports."""
    return f'"{machine.name}",' in path.read_text(encoding="utf-8")


def _section(module_name: str, machine: StateMachine[Any, Any]) -> str:
    rows = [
        f"| `{each.trigger}` | {', '.join(f'`{s}`' for s in sorted(each.sources))} "
        f"| `{each.target}` |"
        for each in machine.transitions
    ]
    return "\n".join(
        [
            f"## {machine.name.capitalize()}",
            "",
            f"From `{module_name}`.",
            "",
            "```mermaid",
            machine.diagram(),
            "```",
            "",
            "| Trigger | From | To |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
