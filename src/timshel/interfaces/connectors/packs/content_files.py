"""Catalogue, forms and processes from one installation to another, as files that people can read.

The files have the shape of the packs and always the same order, so that what changed shows in any
comparison of files. What is brought in becomes drafts unless it shall be published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from timshel.interfaces.connectors.packs.catalogue import (
    FULL,
    Content,
    bring,
    completed,
    read_content,
)
from timshel.kernel.actor import Actor
from timshel.service_portfolio.catalogue.queries import content as standing

FOLDERS = ("forms", "processes", "catalogue")
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Change:
    """What files say otherwise than what is published here.

    Args:
        kind: ``form``, ``process`` or ``page``.
        code: what it is called; of a process with its variant.
        is_new: nothing of it is published here.
        parts: what differs, by name.
        replaces: who is writing a draft that would be replaced, or "".
    """

    kind: str
    code: str
    is_new: bool
    parts: tuple[str, ...]
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Files beside what is published.

    Args:
        content: what the files hold, completed.
        changes: what they say otherwise, in a fixed order.
        same: how many things are the same.
        only_here: what is published here and not in the files: kind and code.
    """

    content: Content
    changes: tuple[Change, ...]
    same: int
    only_here: tuple[tuple[str, str], ...]


class _Dumper(yaml.SafeDumper):
    """Writes YAML as people would: long texts as blocks, lists indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - as inherited
        return super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # A block cannot hold every text: with spaces at the end of a line it would be quoted anyway.
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def export_content(directory: Path) -> int:
    """Write what is published into files, and take out those of what no longer is.

    Args:
        directory: a folder of its own; made where it is missing.

    Returns:
        How many files there are now.
    """
    wanted = dict(_files())
    for folder in FOLDERS:
        (directory / folder).mkdir(parents=True, exist_ok=True)
        for path in (directory / folder).iterdir():
            if path.suffix in {".yaml", ".bpmn"} and f"{folder}/{path.name}" not in wanted:
                path.unlink()
    for name, text in wanted.items():
        # Diagrams keep the ends of their lines, whatever the system.
        (directory / name).write_bytes(text.encode())
    return len(wanted)


def _files() -> Iterator[tuple[str, str]]:
    for code, form in standing.published_form_contents().items():
        yield f"forms/{code}.yaml", _yaml(form)
    for (code, variant), xml in standing.published_diagrams().items():
        suffix = "" if variant == FULL else f"-{variant}"
        yield f"processes/{code}{suffix}.bpmn", xml
    areas: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for code, page in standing.published_pages().items():
        entitled = [dict(row) for row in page.entitled]
        areas[page.area].append({"code": code, **_ordered(page.content), "entitled": entitled})
    for area, offerings in areas.items():
        yield f"catalogue/{area}.yaml", _yaml({"offerings": offerings})


def _ordered(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page with its parts in the order in which people write them."""
    from_database = dict(content)
    return {name: from_database[name] for name in ORDER if name in from_database}


ORDER = (
    "purpose",
    "name",
    "summary",
    "keywords",
    "icon",
    "text",
    "price",
    "support_calendar",
    "form",
    "process",
    "parts",
    "questions",
    "documents",
    "related",
    "review_date",
    "translations",
)


def _yaml(data: Mapping[str, Any]) -> str:
    return yaml.dump(
        dict(data),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=WIDTH,
        default_flow_style=False,
    )


def compare_content(directory: Path) -> Compared:
    """Return what files say otherwise than what is published here; nothing is changed.

    Args:
        directory: as :func:`export_content` writes it.

    Raises:
        InvalidPack: a file cannot be used.
    """
    content = completed(read_content("", directory=directory))
    forms = standing.published_form_contents()
    diagrams = standing.published_diagrams()
    pages = standing.published_pages()
    writers = {code: draft.edited_by for code, draft in standing.open_form_drafts().items()}
    page_writers = {code: draft.edited_by for code, draft in standing.open_page_drafts().items()}
    changes = [
        *_changes("form", content.forms, forms, writers),
        *(
            Change("process", _process_name(key), key not in diagrams, ("diagram",))
            for key, xml in content.processes.items()
            if diagrams.get(key) != xml
        ),
        *_changes(
            "page",
            {code: _page(page, content.entitled[code]) for code, page in content.pages.items()},
            {code: _page(page.content, page.entitled) for code, page in pages.items()},
            page_writers,
        ),
    ]
    total = len(content.forms) + len(content.processes) + len(content.pages)
    only_here = [
        *(("form", code) for code in forms if code not in content.forms),
        *(("process", _process_name(key)) for key in diagrams if key not in content.processes),
        *(("page", code) for code in pages if code not in content.pages),
    ]
    return Compared(content, tuple(changes), total - len(changes), tuple(only_here))


def _page(content: Mapping[str, Any], entitled: Any) -> dict[str, Any]:
    rows = [{"audience": "everybody", **row} for row in entitled]
    return {**content, "entitled": sorted(sorted(row.items()) for row in rows)}


def _changes(
    kind: str,
    wanted: Mapping[str, Mapping[str, Any]],
    here: Mapping[str, Mapping[str, Any]],
    writers: Mapping[str, str],
) -> Iterator[Change]:
    for code, said in wanted.items():
        known = here.get(code, {})
        parts = tuple(
            name for name in dict.fromkeys((*said, *known)) if said.get(name) != known.get(name)
        )
        if parts:
            yield Change(kind, code, code not in here, parts, writers.get(code, ""))


def _process_name(key: tuple[str, str]) -> str:
    code, variant = key
    return code if variant == FULL else f"{code} ({variant})"


def import_content(compared: Compared, *, publish: bool, actor: Actor, at: datetime) -> int:
    """Bring in what differs, as drafts or in force, all of it or nothing.

    Args:
        compared: what :func:`compare_content` returned.
        publish: put it in force, with who may see each offering.
        actor: who has the rights to the catalogue and to processes everywhere.
        at: when.

    Returns:
        How many things were brought.

    Raises:
        InvalidPack: something cannot be used.
        NotAllowed: a right is missing.
    """
    content = compared.content
    changed = {(change.kind, change.code) for change in compared.changes}
    kept = replace(
        content,
        forms={code: each for code, each in content.forms.items() if ("form", code) in changed},
        processes={
            key: each
            for key, each in content.processes.items()
            if ("process", _process_name(key)) in changed
        },
        pages={code: each for code, each in content.pages.items() if ("page", code) in changed},
    )
    return bring(kept, publish=publish, actor=actor, at=at)
