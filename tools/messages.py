"""The translations: taken from the source, compiled, and checked, without GNU gettext.

    python tools/messages.py update     take new messages from code and templates into the .po files
    python tools/messages.py compile    make the .mo files that Django reads
    python tools/messages.py check      fail when a message is missing, unused, vague or malformed

Templates are turned into code by Django's own ``templatize``, as its makemessages does; Babel
reads both and writes the catalogues.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "timshel"
LOCALE = PACKAGE / "locale"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT_TAGS = ["Translators:"]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdif]|\{(\w*)\}|%[sd]")
LINE_WIDTH = 100


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")


def catalogues() -> Iterator[Path]:
    """Yield the .po file of every language."""
    yield from sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def extracted() -> Catalog:
    """Return all messages of the source, each with the files in which it stands."""
    catalogue = Catalog(charset="utf-8")
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "static" in path.parts:
            continue
        text = code_of(path)
        found = extract("python", io.BytesIO(text.encode()), KEYWORDS, COMMENT_TAGS)
        for _line, message, comments, context in found:
            # Without line numbers, a change of code changes no catalogue.
            place: Any = [(path.relative_to(ROOT).as_posix(), None)]
            catalogue.add(message, locations=place, auto_comments=comments, context=context)
    return catalogue


def code_of(path: Path) -> str:
    """Return a source file as Python code that holds its messages."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    from django.utils.translation.template import templatize

    # Brackets make any spacing legal between the calls that templatize leaves.
    return f"(\n{templatize(text, origin=str(path))}\n)"


def read(path: Path) -> Catalog:
    """Return a catalogue as it is on disk."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, domain="django")


def update() -> int:
    """Bring every .po file up to date, keeping what is translated."""
    template = extracted()
    for path in catalogues():
        catalogue = read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, width=LINE_WIDTH, sort_output=True, omit_header=False)
        left = sum(1 for message in messages(catalogue) if not is_translated(message))
        say(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {left} to be translated")
    return 0


def compile_all() -> int:
    """Write the .mo file beside every .po file."""
    for path in catalogues():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, read(path))
    return 0


def check() -> int:
    """Print what is wrong with the catalogues; returns the exit code."""
    template = extracted()
    wanted = {key(message) for message in messages(template)}
    faults = 0
    for path in catalogues():
        catalogue = read(path)
        present = {key(message): message for message in messages(catalogue)}
        lines = [f"missing: {name!r}" for name in sorted(wanted - present.keys(), key=str)]
        lines += [
            f"not in the source: {name!r}" for name in sorted(present.keys() - wanted, key=str)
        ]
        lines += [line for message in present.values() for line in faults_of(message)]
        for line in lines:
            say(f"{path.relative_to(ROOT)}: {line}")
        faults += len(lines)
    if faults:
        say(f"{faults} faults. Run: python tools/messages.py update, then translate.")
    return 1 if faults else 0


def messages(catalogue: Catalog) -> Iterator[Message]:
    """Yield the messages of a catalogue without its header."""
    return (message for message in catalogue if message.id)


def key(message: Message) -> tuple[str, str]:
    """Return what tells one message from another: context and English text."""
    return (message.context or "", forms(message.id)[0])


def forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return the singular and plural forms of a text, or its only form."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def is_translated(message: Message) -> bool:
    """Tell whether every form of a message is there."""
    return bool(message.string) and all(forms(message.string)) and not message.fuzzy


def faults_of(message: Message) -> Iterator[str]:
    """Yield what is wrong with one translated message."""
    name = forms(message.id)[0]
    if not is_translated(message):
        yield f"not translated: {name!r}"
        return
    # A plural form may leave the number out ("one reply"), but none may bring in a new name.
    known = {found.group() for form in forms(message.id) for found in PLACEHOLDER.finditer(form)}
    for form in forms(message.string):
        used = {found.group() for found in PLACEHOLDER.finditer(form)}
        if used - known or (known - used and isinstance(message.id, str)):
            yield f"placeholders differ: {name!r} and {form!r}"


if __name__ == "__main__":
    commands = {"update": update, "compile": compile_all, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    sys.exit(commands[sys.argv[1]]())
