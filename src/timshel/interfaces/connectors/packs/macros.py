"""The macros, saved replies and text modules of a pack: those that are not known yet are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.operation.macro import actions, queries


def load_macros(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Make what a file holds and nobody has by that name yet.

    Args:
        file: the file, checked against its schema.
        actor: who has the right everywhere.
        at: when.

    Returns:
        How many were made.

    Raises:
        InvalidPack: something cannot be used.
    """
    by: dict[str, Any] = {"actor": actor, "at": at}
    added = 0
    for part, rows, given, create in (
        ("macros", queries.macro_list(actor=actor), actions.MacroGiven, actions.create_macro),
        ("replies", queries.reply_list(actor=actor), actions.ReplyGiven, actions.create_reply),
        ("modules", queries.module_list(actor=actor), actions.ModuleGiven, actions.create_module),
    ):
        known = {(row.name, row.team_code) for row in rows}
        added += _create(file, part, known, given, create, by)
    return added


def _create(
    file: PackFile,
    part: str,
    known: set[tuple[str, str]],
    given: Callable[..., Any],
    create: Callable[..., int],
    by: Mapping[str, Any],
) -> int:
    added = 0
    for position, row in enumerate(file.data.get(part, ())):
        if (row["name"], row.get("team", "")) in known:
            continue
        try:
            create(given(**{"audience": "everyone", **row}), **by)
        except Invalid as refusal:
            raise refused(file, [part, position], refusal) from refusal
        added += 1
    return added
