"""Who answers for what, from a pack: roles, matrices and holders that are not known yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.interfaces.connectors.packs.files import PackFile, Steps, refused
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.leadership.responsibility.actions import (
    NewAssignment,
    assign,
    define_role,
    save_matrix,
)
from timshel.leadership.responsibility.queries import has_matrix, role_list
from timshel.leadership.responsibility.rules import ActivityContent, MatrixContent, MatrixKey
from timshel.leadership.responsibility.states import SubjectKind

ENDED_AFTER = timedelta(days=14)


def load_responsibilities(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Define the roles and write the matrices of a file that are not known yet.

    Args:
        file: the file, checked against its schema.
        actor: who has the right everywhere.
        at: now; the roles are held from this day on, or for as long as the file says.

    Returns:
        How many roles and matrices were written.

    Raises:
        InvalidPack: something cannot be used.
    """
    loader = _Loader(file, actor=actor, at=at)
    return loader.roles() + loader.matrices()


class _Loader:
    """One run of loading."""

    def __init__(self, file: PackFile, *, actor: Actor, at: datetime) -> None:
        self._file = file
        self._by: dict[str, Any] = {"actor": actor, "at": at}
        self._today = at.date()
        self._since = self._today - timedelta(days=file.data.get("held_for_days", 0))

    def roles(self) -> int:
        known = {role.code for role in role_list(language="en")}
        added = 0
        for position, row in enumerate(self._file.data["roles"]):
            if row["code"] in known:
                continue
            place: Steps = ["roles", position]
            given = {name: value for name, value in row.items() if name not in ("code", "holders")}
            try:
                define_role(row["code"], **given, **self._by)
            except Invalid as refusal:
                raise refused(self._file, place, refusal) from refusal
            self._assign(row["code"], row.get("holders", ()), None, place)
            added += 1
        return added

    def matrices(self) -> int:
        added = 0
        for position, row in enumerate(self._file.data["matrices"]):
            key = MatrixKey(SubjectKind(row["kind"]), row["code"])
            if has_matrix(key):
                continue
            place: Steps = ["matrices", position]
            try:
                save_matrix(key, content=_content(row), **self._by)
            except Invalid as refusal:
                raise refused(self._file, place, refusal) from refusal
            for role, holders in row.get("holders", {}).items():
                self._assign(role, holders, key, place)
            added += 1
        return added

    def _assign(
        self, role: str, holders: Iterable[Mapping[str, Any]], key: MatrixKey | None, place: Steps
    ) -> None:
        for row in holders:
            wanted = NewAssignment(
                role=role,
                person=row.get("person", ""),
                team=row.get("team", ""),
                matrix=key,
                valid_from=self._since,
                valid_until=self._today + ENDED_AFTER if row.get("ended") else None,
                note=row.get("note", ""),
            )
            try:
                assign(wanted, **self._by)
            except Invalid as refusal:
                raise refused(self._file, place, refusal) from refusal


def _content(row: Mapping[str, Any]) -> MatrixContent:
    return MatrixContent(
        name=row["name"],
        roles=tuple(row["roles"]),
        activities=tuple(
            ActivityContent(
                name=each["name"],
                letters=each.get("parts", {}),
                translations=each.get("translations", {}),
            )
            for each in row["activities"]
        ),
        translations=row.get("translations", {}),
    )
