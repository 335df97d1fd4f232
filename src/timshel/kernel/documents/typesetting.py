"""PDF from a template and data, the same bytes from the same input, readable by screen readers.

Templates are Typst files of ours; data reaches them as JSON and is never read as markup, so that
text from people cannot do anything. A template reads files of its own folder and the look that
all documents share (``house/``), and nothing else: no other folder, no network.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

logger = logging.getLogger("timshel.documents")

SHARED = Path(__file__).with_name("house")
# PDF/UA-1: tags, a title, a language, and no character without a glyph.
ACCESSIBLE = "ua-1"
# Whether the machine's fonts help out, and what the document claims to be: tried in this order.
WAYS: tuple[tuple[bool, tuple[Any, ...]], ...] = (
    (False, (ACCESSIBLE,)),
    (True, (ACCESSIBLE,)),
    (True, ()),
)
MISSING_CHARACTER = "could not be displayed"
DATA = "data"
# Typst fetches packages of its registry by itself; ours lie beside the code and are "@local".
_FETCHED = re.compile(r"""["']@(?!local/)""")


class DocumentError(Exception):
    """A template cannot be typeset; the text says where and why. A fault of ours, not a refusal."""


def pdf(template: Path | str, data: Mapping[str, Any], *, at: datetime) -> bytes:
    """Return a document as PDF.

    Typst's own fonts are used, so that every machine gives the same bytes. Where they lack a
    character (a name in Chinese, say), those of the machine help out; where these lack it too, a
    box stands for it and the document no longer claims to be PDF/UA, though its tags are there.

    Args:
        template: the Typst file. It begins with ``#import "@local/house:1.0.0": data, paper`` and
            ``#show: paper``; its folder is all that it can read.
        data: plain JSON values. ``title`` and ``language`` are needed; see ``house.typ``.
        at: the moment written into the file as the time of its making, with a zone.

    Raises:
        DocumentError: the template is wrong or does not fit the data.
        ValueError: ``at`` has no zone, or the data are no JSON (NaN is none).
    """
    path = Path(template).resolve()
    if at.tzinfo is None:
        raise ValueError("the moment needs a zone")
    _refuse_packages(path.parent)
    inputs = {DATA: json.dumps(data, allow_nan=False)}
    for system_fonts, standards in WAYS:
        try:
            return _typeset(path, inputs, at=at, system_fonts=system_fonts, standards=standards)
        except typst.TypstError as error:
            fault = error
            if MISSING_CHARACTER not in error.message:
                break
            logger.info("%s: %s", path.name, error.message)
    raise DocumentError(f"{path.name}: {fault.diagnostic or fault.message}") from fault


def _typeset(
    path: Path,
    inputs: dict[str, str],
    *,
    at: datetime,
    system_fonts: bool,
    standards: tuple[Any, ...],
) -> bytes:
    compiler = typst.Compiler(
        path,
        root=path.parent,
        font_paths=_fonts(system=system_fonts),
        ignore_system_fonts=not system_fonts,
        sys_inputs=inputs,
        package_path=SHARED,
        package_cache_path=SHARED,
    )
    made = compiler.compile(
        format="pdf", pdf_standards=list(standards), timestamp=int(at.timestamp())
    )
    if not isinstance(made, bytes):
        raise DocumentError(f"{path.name} has no pages")
    return made


@cache
def _fonts(*, system: bool) -> typst.Fonts:
    """Return the fonts, read once a process; they may be shared between threads."""
    return typst.Fonts(include_system_fonts=system)


@cache
def _refuse_packages(folder: Path) -> None:
    """Refuse templates that would have Typst fetch something from the network.

    Raises:
        DocumentError: one of the folder names a package that is not ours.
    """
    for template in sorted(folder.rglob("*.typ")):
        if _FETCHED.search(template.read_text(encoding="utf-8")):
            raise DocumentError(f"{template.name} asks for a package from the network")
