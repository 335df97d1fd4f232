"""The outline of a form in the form builder: all its parts, and how much is wrong in each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from timshel.interfaces.web.administration import form_builder_parts as parts
from timshel.kernel.errors import Text
from timshel.kernel.forms import FIELD_TYPES, Fault


@dataclass(frozen=True, slots=True)
class Row:
    """A part in the outline.

    Args:
        address: how buttons name it.
        kind: form, step, field or column.
        label: its words.
        detail: what kind of question it is.
        is_current: whether it is the one that is edited.
        has_condition: whether it is asked only sometimes.
        faults: how much is wrong in it.
    """

    address: str
    kind: str
    label: str
    detail: Text
    is_current: bool
    has_condition: bool
    faults: int


def outline_of(design: parts.Part, current: str, found: Iterable[Fault]) -> tuple[Row, ...]:
    """Return all parts of a design in their order."""
    wrong = Counter(part_path(each.path) for each in found if not each.is_warning)
    paths = [""]
    for step, each in enumerate(design.get("steps", [])):
        paths.append(f"steps.{step}")
        for place, field in enumerate(each.get("fields", [])):
            paths.append(f"steps.{step}.fields.{place}")
            columns = range(len(field.get("columns", [])))
            paths += [f"steps.{step}.fields.{place}.columns.{number}" for number in columns]
    return tuple(_row(design, path, current, wrong[path]) for path in paths)


def _row(design: parts.Part, path: str, current: str, faults: int) -> Row:
    part = parts.find(design, path) or {}
    kind = parts.kind_of(path)
    return Row(
        address=parts.address_of(design, path),
        kind=kind,
        label=_label(part),
        detail=_("the whole form")
        if kind == "form"
        else FIELD_TYPES.get(str(part.get("type")), ""),
        is_current=path == current,
        has_condition=bool(part.get("condition")),
        faults=faults,
    )


def part_path(path: str) -> str:
    """Return the path of the part that the place of a fault belongs to."""
    found = re.match(r"(?:steps\.\d+(?:\.fields\.\d+(?:\.columns\.\d+)?)?)?", path)
    return found[0] if found else ""


def faults_by_part(design: parts.Part, found: Iterable[Fault]) -> list[tuple[str, str]]:
    """Return what is wrong with a design: the words of the part, and the sentence."""
    return [
        (_label(parts.find(design, part_path(each.path)) or {}), each.sentence)
        for each in found
        if not each.is_warning
    ]


def _label(part: parts.Part) -> str:
    return str(part.get("label") or part.get("title") or part.get("key") or _("Without a name"))
