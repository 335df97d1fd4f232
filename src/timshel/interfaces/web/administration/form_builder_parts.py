"""The parts of a form that is being designed: finding one, adding, moving, copying, removing.

A design is the plain data that ``kernel.forms`` writes; a part is found by its path, such as
``steps.0.fields.2``, the form itself by the empty one.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from timshel.kernel.forms import FieldType

Part = dict[str, Any]

MOST_STEPS = 30
MOST_FIELDS = 200
MOST_CHOICES = 200

_PATH = re.compile(r"(?:steps\.\d{1,3}(?:\.fields\.\d{1,3}(?:\.columns\.\d{1,3})?)?)?")
_MADE_UP = re.compile(r"(?:field|step|column)_\d+")
_LISTS = {"steps": "step", "fields": "field", "columns": "column"}


def kind_of(path: str) -> str:
    """Return what a path leads to: form, step, field or column."""
    parts = path.split(".")
    return _LISTS.get(parts[-2], "form") if len(parts) > 1 else "form"


def find(design: Part, path: str) -> Part | None:
    """Return the part at a path, or None where there is none."""
    if not _PATH.fullmatch(path):
        return None
    found: Any = design
    for name in path.split(".") if path else ():
        if name.isdecimal():
            found = found[int(name)] if int(name) < len(found) else None
        else:
            found = found.get(name, [])
        if found is None:
            return None
    return found if isinstance(found, dict) else None


def digest(part: Part) -> str:
    """Return a short text that differs where two parts differ, the parts below left out.

    What is below a step or a table is edited by itself; whoever changes a step's title does not
    overwrite its fields.
    """
    own = {key: value for key, value in part.items() if key not in _LISTS}
    written = json.dumps(own, sort_keys=True, default=str).encode()
    return hashlib.sha256(written).hexdigest()[:16]


def address_of(design: Part, path: str) -> str:
    """Return how a page names a part: where it is, and by which keys it is found again."""
    return f"{path}|{key_of_path(design, path)}"


def resolve(design: Part, address: str) -> str | None:
    """Return the path of a part that a page named, also where somebody moved it; None if gone."""
    path, _bar, keys = address.partition("|")
    if find(design, path) is not None and key_of_path(design, path) == keys:
        return path
    return path_of_key(design, keys) if keys else None


def path_of_key(design: Part, key: str) -> str | None:
    """Return where a part is now that has the keys ``step/field/column``, or None."""
    path, found = "", design
    for name, wanted in zip(_LISTS, key.split("/") if key else (), strict=False):
        rows = found.get(name, [])
        number = next((at for at, each in enumerate(rows) if each.get("key") == wanted), None)
        if number is None:
            return None
        path, found = f"{path}.{name}.{number}".lstrip("."), rows[number]
    return path


def key_of_path(design: Part, path: str) -> str:
    """Return the keys that lead to a part, as ``step/field/column``."""
    names = path.split(".")
    found = [find(design, ".".join(names[:end])) for end in range(2, len(names) + 1, 2)]
    return "/".join(str(each.get("key", "")) for each in found if each is not None)


def add_step(design: Part, after: str) -> str:
    """Add a step behind that of a path, or at the end, and return its path."""
    steps = design.setdefault("steps", [])
    if len(steps) >= MOST_STEPS:
        return after
    number = int(after.split(".")[1]) + 1 if after else len(steps)
    keys = {each.get("key") for each in steps}
    fresh = {"key": _fresh("step", keys), "title": _("New step"), "fields": []}
    steps.insert(number, fresh)
    return f"steps.{number}"


def add_field(design: Part, after: str, field_type: str) -> str:
    """Add a field behind that of a path, or at the end of its step, and return its path."""
    if not design.get("steps"):
        after = add_step(design, "")
    if len(_field_keys(design)) >= MOST_FIELDS:
        return after
    names = after.split(".") if after else ["steps", str(len(design["steps"]) - 1)]
    fields = design["steps"][int(names[1])].setdefault("fields", [])
    number = int(names[3]) + 1 if len(names) > 3 else len(fields)
    kind = field_type if field_type in set(FieldType) else FieldType.TEXT
    fields.insert(number, _new_field(_fresh("field", _field_keys(design)), str(kind)))
    return f"steps.{names[1]}.fields.{number}"


def add_column(design: Part, path: str) -> str:
    """Add a column to the table of a path and return the column's path."""
    table = ".".join(path.split(".")[:4])
    found = find(design, table)
    if found is None or found.get("type") != FieldType.TABLE:
        return path
    columns = found.setdefault("columns", [])
    keys = {each.get("key") for each in columns}
    columns.append({"key": _fresh("column", keys), "type": "text", "label": _("New column")})
    return f"{table}.columns.{len(columns) - 1}"


def copy(design: Part, path: str) -> str:
    """Put a copy of a part behind it and return the copy's path."""
    found = find(design, path)
    if found is None or not path:
        return path
    rows, number, above = _place(design, path)
    fresh = deepcopy(found)
    keys = {each.get("key") for each in rows}
    taken = _field_keys(design) if kind_of(path) in ("field", "step") else keys
    fresh["key"] = _next(str(found.get("key", "")), keys if kind_of(path) == "step" else taken)
    for field in fresh.get("fields", []):
        field["key"] = _next(str(field.get("key", "")), taken)
        taken.add(field["key"])
    rows.insert(number + 1, fresh)
    return f"{above}.{number + 1}"


def remove(design: Part, path: str) -> str:
    """Take a part away and return the path of what is shown then."""
    if find(design, path) is None or not path:
        return ""
    rows, number, above = _place(design, path)
    del rows[number]
    if rows:
        return f"{above}.{min(number, len(rows) - 1)}"
    return ".".join(above.split(".")[:-1])


def move(design: Part, path: str, by: int) -> str:
    """Move a part up (-1) or down (1) among its likes and return its new path.

    A field that leaves its step goes to the end, or the beginning, of the neighbouring one.
    """
    if find(design, path) is None or not path:
        return path
    rows, number, above = _place(design, path)
    if 0 <= number + by < len(rows):
        rows[number], rows[number + by] = rows[number + by], rows[number]
        return f"{above}.{number + by}"
    if kind_of(path) != "field":
        return path
    target = int(path.split(".")[1]) + by
    if not 0 <= target < len(design["steps"]):
        return path
    fields = design["steps"][target].setdefault("fields", [])
    place = len(fields) if by < 0 else 0
    fields.insert(place, rows.pop(number))
    return f"steps.{target}.fields.{place}"


def is_made_up(key: str) -> bool:
    """Tell whether a key was made up by the builder, so that a better one may take its place."""
    return bool(_MADE_UP.fullmatch(key))


def key_from(label: str, taken: set[str]) -> str:
    """Return a key made of the words of a label, or "" where they give none."""
    folded = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", folded)[:4]
    base = "_".join(words)[:40].strip("_")
    if not base or base[0].isdigit():
        return ""
    return base if base not in taken else _next(base, taken)


def taken_keys(design: Part, path: str) -> set[str]:
    """Return the keys that a part at a path may not have, since others have them."""
    own = find(design, path)
    kind = kind_of(path)
    if kind == "field":
        rows = [each for step in design.get("steps", []) for each in step.get("fields", [])]
    else:
        rows = _place(design, path)[0] if path else []
    return {str(each.get("key")) for each in rows if each is not own}


def _place(design: Part, path: str) -> tuple[list[Part], int, str]:
    """Return the list that a part stands in, its number there, and the path of the list."""
    above, _dot, number = path.rpartition(".")
    *names, last = above.split(".")
    holder = find(design, ".".join(names))
    rows = (holder or {}).setdefault(last, [])
    return rows, int(number), above


def _new_field(key: str, kind: str) -> Part:
    field: Part = {"key": key, "type": kind, "label": _("New question")}
    if kind in (FieldType.CHOICE, FieldType.MULTIPLE_CHOICE):
        field["choices"] = [
            {"value": "first", "label": _("First answer")},
            {"value": "second", "label": _("Second answer")},
        ]
    if kind == FieldType.TABLE:
        field["columns"] = [{"key": "column_1", "type": "text", "label": _("New column")}]
    return field


def _field_keys(design: Part) -> set[str]:
    steps = design.get("steps", [])
    return {str(field.get("key")) for step in steps for field in step.get("fields", [])}


def _fresh(base: str, keys: set[Any]) -> str:
    number = 1
    while f"{base}_{number}" in keys:
        number += 1
    return f"{base}_{number}"


def _next(key: str, keys: set[Any]) -> str:
    base = re.sub(r"_\d+$", "", key) or "field"
    number = 2
    while f"{base}_{number}" in keys:
        number += 1
    return f"{base}_{number}"
