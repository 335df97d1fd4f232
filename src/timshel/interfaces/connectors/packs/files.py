"""Reading the files of a pack and checking them against their schemas, before anything is loaded.

A file is checked against the schema of its own name, or of the folder it lies in where a folder
holds many of one kind. What is wrong is said with the file, the line and the place in it.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

import timshel
from timshel.kernel.errors import Invalid, Refused

Steps = Sequence[str | int]


class InvalidPack(Refused):
    """A file of a pack cannot be used; the message says which, where and why."""

    code = "invalid_pack"


@dataclass(frozen=True, slots=True)
class PackFile:
    """A file of a pack, read and checked.

    Args:
        name: its path below the folder of all packs.
        text: what it holds.
        data: what that means.
    """

    name: str
    text: str
    data: Any

    def fault(self, path: Steps, sentence: str) -> InvalidPack:
        """Return what to raise when something at a place in the file is wrong.

        Args:
            path: keys and positions that lead there from the top.
            sentence: what is wrong.
        """
        return InvalidPack(
            _("%(file)s, line %(line)d, %(place)s: %(sentence)s")
            % {
                "file": self.name,
                "line": line_of(self.text, path),
                "place": _place(path),
                "sentence": sentence,
            }
        )


def packs_directory() -> Path:
    """Return the folder of all packs: beside the sources in a checkout, else in the package."""
    package = Path(timshel.__file__).parent
    installed = package / "packs"
    return installed if installed.is_dir() else package.parents[1] / "packs"


def pack_file(name: str, *, directory: Path | None = None, schema: str | None = None) -> PackFile:
    """Read one file and check it.

    Args:
        name: path below the folder of all packs, such as ``standard/roles.yaml``.
        directory: that folder, where it is not the product's own.
        schema: the schema's name, for a file that may have any name.

    Raises:
        InvalidPack: the file is missing, is no YAML, or does not meet its schema.
    """
    base = directory or packs_directory()
    path = base / name
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidPack(_("%(file)s cannot be read.") % {"file": name}) from error
    file = PackFile(name=name, text=text, data=_parsed(name, text))
    _check(file, schema=schema or _schema_name(Path(name)))
    return file


def pack_files(folder: str, *, directory: Path | None = None) -> list[PackFile]:
    """Read and check all files of a folder that holds many of one kind, in order of their names."""
    base = directory or packs_directory()
    names = sorted(path.name for path in (base / folder).glob("*.yaml"))
    schema = Path(folder).name
    return [pack_file(f"{folder}/{name}", directory=directory, schema=schema) for name in names]


def line_of(text: str, path: Steps) -> int:
    """Return the line, from 1, of a place in a YAML text, or of what surrounds a missing one."""
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    line = 1
    for step in path:
        node = _child(node, step)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    return None


class _Loader(yaml.CSafeLoader):
    """Reads YAML without silently keeping the last of two equal keys."""

    def construct_mapping(
        self,
        node: yaml.MappingNode,
        deep: bool = False,  # noqa: FBT001, FBT002 - as inherited
    ) -> dict[Hashable, Any]:
        seen = set()
        for key, _value in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=_("“%(key)s” stands here twice") % {"key": key.value},
                    problem_mark=key.start_mark,
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _parsed(name: str, text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - derived from the safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InvalidPack(
            _("%(file)s, line %(line)d: this is not YAML (%(problem)s).")
            % {
                "file": name,
                "line": mark.line + 1 if mark else 1,
                "problem": getattr(error, "problem", None) or error,
            }
        ) from error


def _schema_name(path: Path) -> str:
    schemas = packs_directory() / "schemas"
    return path.stem if (schemas / f"{path.stem}.json").exists() else path.parent.name


@cache
def _validator(schema: str) -> Draft202012Validator:
    path = packs_directory() / "schemas" / f"{schema}.json"
    return Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))


def _check(file: PackFile, *, schema: str) -> None:
    errors = sorted(
        _validator(schema).iter_errors(file.data), key=lambda error: list(map(str, error.path))
    )
    if errors:
        error = next(_deepest(errors[0]))
        raise file.fault(list(error.absolute_path), _sentence(error))


def _deepest(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the most telling of the reasons within a reason."""
    inner = sorted(error.context or (), key=lambda each: -len(each.absolute_path))
    if inner and error.validator in {"allOf", "if", "then"}:
        yield from _deepest(inner[0])
    yield error


def _place(path: Steps) -> str:
    """Return a place as people read it, such as ``roles[2].name``."""
    place = ""
    for step in path:
        place += f"[{step + 1}]" if isinstance(step, int) else f".{step}"
    return place.lstrip(".") or _("at the top")


def _sentence(error: ValidationError) -> str:
    """Return what is wrong in a sentence of ours, or the validator's own where we have none."""
    value: Any = error.instance
    wanted: Any = error.validator_value
    if error.validator == "required":
        missing = next(name for name in wanted if name not in value)
        return _("“%(name)s” is missing.") % {"name": missing}
    if error.validator == "additionalProperties":
        schema: Any = error.schema
        known = schema.get("properties", {})
        strange = sorted(str(name) for name in value if name not in known)
        return _("“%(name)s” is not known here.") % {"name": ", ".join(strange)}
    if error.validator == "enum":
        choices = ", ".join(map(str, wanted))
        return _("%(value)r is not one of: %(choices)s.") % {"value": value, "choices": choices}
    if error.validator == "type":
        return _("%(value)r should be of type %(type)s.") % {"value": value, "type": wanted}
    if error.validator == "pattern":
        return _("%(value)r does not have the form %(form)s.") % {"value": value, "form": wanted}
    return f"{error.message}."


def refused(file: PackFile, path: Steps, refusal: Invalid) -> InvalidPack:
    """Return the fault of a file at the place whose content an action refused."""
    field, sentences = next(iter(refusal.fields.items()), ("", [refusal.message]))
    return file.fault([*path, field] if field else path, " ".join(map(str, sentences)))
