"""The mapping: which word of the log becomes what, read from a file that people can change."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from timshel.interfaces.connectors.packs.files import PackFile, pack_file, packs_directory
from timshel.operation.work.states import Stage, WaitingReason

FILE_NAME = "servicenow-log.yaml"
SCHEMA = "servicenow-log"
HASH_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a code and a name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class StageWord:
    """What a state of the log means: a stage, and for waiting what is waited for."""

    stage: Stage
    reason: WaitingReason | None = None


@dataclass(frozen=True, slots=True)
class LogMapping:
    """A checked mapping; the file that it is read from explains each part.

    ``states`` maps a word that says nothing to None.
    """

    source: str
    source_name: str
    zone: ZoneInfo
    date_format: str
    missing: frozenset[str]
    columns: Mapping[str, str]
    states: Mapping[str, StageWord | None]
    impact: Mapping[str, int]
    urgency: Mapping[str, int]
    priority: Mapping[str, int]
    matrix: Mapping[str, int]
    channels: Mapping[str, str]
    resolution_codes: Mapping[str, str]
    service_area: Named
    unit: Named
    unnamed: Mapping[str, Named]
    title: Sequence[str]
    notes: Mapping[str, str]

    def channel(self, word: str) -> str:
        """Return the channel of a contact type."""
        return self.channels.get(word, self.channels["default"])

    def resolution_code(self, word: str) -> str:
        """Return how an incident came to its end."""
        return self.resolution_codes.get(word, self.resolution_codes["default"])

    def named(self, field: str, word: str) -> Named | None:
        """Return code and name of a person, a team or a service that the log names.

        Args:
            field: where it stands, such as ``requester``.
            word: how the log calls it; nothing where the log does not tell.

        Returns:
            None if the log does not tell and nobody stands for that.
        """
        if word:
            return _called(self.source, word)
        unnamed = self.unnamed.get(field)
        return unnamed and Named(f"{self.source}-{unnamed.code}", unnamed.name)


@cache
def _called(source: str, word: str) -> Named:
    return Named(code_of(source, word), word[:200])


@cache
def code_of(source: str, *words: str, longest: int = 40) -> str:
    """Return a code made of words, the same each time and different for different words.

    Where a plain spelling would lose something, or would be too long, a few digits of the words'
    hash keep the codes apart.
    """
    text = " ".join(words)
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    code = f"{source}-{plain}"
    if plain.replace("-", " ") == text.lower() and len(code) <= longest:
        return code
    digest = sha256(text.encode()).hexdigest()[:HASH_LENGTH]
    return f"{code[: longest - HASH_LENGTH - 1].rstrip('-')}-{digest}"


def load_mapping(path: Path | None = None) -> LogMapping:
    """Read and check a mapping.

    Args:
        path: the file; None for the one that comes with the product.

    Raises:
        InvalidPack: it cannot be read, or something in it is wrong; the message says where.
    """
    path = path or packs_directory() / "mappings" / FILE_NAME
    file = pack_file(path.name, directory=path.parent, schema=SCHEMA)
    content = file.data
    return LogMapping(
        source=content["source"]["code"],
        source_name=content["source"]["name"],
        zone=_zone(file),
        date_format=content["date_format"],
        missing=frozenset({"", *content["missing"]}),
        columns=content["columns"],
        states={word: _stage_word(meaning) for word, meaning in content["states"].items()},
        impact=content["impact"],
        urgency=content["urgency"],
        priority=content["priority"],
        matrix=content["priority_matrix"],
        channels=content["channels"],
        resolution_codes=content["resolution_codes"],
        service_area=Named(**content["service_area"]),
        unit=Named(**content["unit"]),
        unnamed={field: Named(**named) for field, named in content["unnamed"].items()},
        title=content["title"],
        notes=content["notes"],
    )


def _zone(file: PackFile) -> ZoneInfo:
    name = file.data["time_zone"]
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        sentence = _("There is no time zone %(name)s.") % {"name": name}
        raise file.fault(["time_zone"], sentence) from error


def _stage_word(meaning: Mapping[str, str]) -> StageWord | None:
    if meaning["stage"] == "keep":
        return None
    reason = meaning.get("reason")
    return StageWord(Stage(meaning["stage"]), WaitingReason(reason) if reason else None)
