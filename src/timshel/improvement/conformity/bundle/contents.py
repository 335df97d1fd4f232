"""What is in an export, file by file: pages, documents in force, the journal with its proof."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _

from timshel.improvement.conformity.bundle import pages
from timshel.improvement.conformity.queries.shapes import Overview, QuestionRow
from timshel.improvement.conformity.rules import is_within
from timshel.kernel.files import CHUNK, clean_name, path_of
from timshel.kernel.journal.proof import chain, extracts
from timshel.support.documentation.models import Document

BATCH = 1_000
VERIFIER = Path(__file__).with_name("verify_export.py")


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for.

    Args:
        view: how far the requirements are met.
        questions: all questions in their order.
        language: of the pages.
        time_zone: in which their times are shown.
        since: entries of the journal from this moment on.
        subjects: the kinds of records whose entries may be handed out.
        sees_documents: whether controlled documents may be handed out.
        at: when it was looked at.
    """

    view: Overview
    questions: tuple[QuestionRow, ...]
    language: str
    time_zone: str
    since: datetime
    subjects: tuple[str, ...]
    sees_documents: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A file of an export."""

    name: str
    chunks: Iterator[bytes]


def steps(order: Order) -> int:
    """Return about how many files there will be; one query."""
    documents = Document.objects.filter(current__isnull=False).count()
    return len(pages.asked(order.view)) + (documents if order.sees_documents else 0) + 7


def parts(order: Order) -> Iterator[Part]:
    """Yield all files one after the other; each is to be read before the next is asked for."""
    zone, language = pages.Zone(order.time_zone), order.language
    yield _text("README.md", _readme(order, zone))
    yield _text("verify_export.py", VERIFIER.read_text(encoding="utf-8"))
    yield _text("index.html", pages.index_html(order.view, zone, language=language))
    pdf = pages.index_pdf(order.view, zone, language=language, at=order.at)
    yield Part("index.pdf", iter([pdf]))
    yield Part("conformity.xlsx", iter([pages.workbook(order.questions, zone)]))
    for row in pages.asked(order.view):
        own = [each for each in order.questions if is_within(each.clause, row.number)]
        text = pages.clause_html(row, own, zone, language=language)
        yield _text(pages.file_of(row.number), text)
    if order.sees_documents:
        yield from _documents()
    yield from _journal(order)


def _documents() -> Iterator[Part]:
    """Yield the controlled documents in force: their files, or their texts as Markdown."""
    rows = Document.objects.filter(current__isnull=False).select_related("current")
    for row in rows.order_by("code").iterator(chunk_size=100):
        version = row.current
        folder = f"documents/{row.number}-{clean_name(row.code)}"
        if version is None:
            continue
        if version.text:
            edition = _("version %(number)d") % {"number": version.number}
            head = f"# {row.title}\n\n{row.code}, {edition}\n\n"
            yield _text(f"{folder}.md", head + version.text)
        path = path_of(version.file_sha256) if version.file_sha256 else None
        if path is not None and path.is_file():
            yield Part(f"{folder}/{clean_name(version.file_name)}", _read(path))


def _journal(order: Order) -> Iterator[Part]:
    """Yield the entries, the blocks in which they lie, and the chain of all blocks."""
    keys: set[int] = set()
    yield Part("journal/entries.jsonl", _entries(order, keys))
    blocks = []
    for block in chain(keys):
        name = f"blocks/{block.number:09d}.bin" if block.manifest is not None else ""
        if block.manifest is not None:
            yield Part(f"journal/{name}", iter([block.manifest]))
        blocks.append(
            {
                "number": block.number,
                "sealed_at": block.sealed_at,
                "entries": block.entries,
                "previous_hash": block.previous_hash,
                "hash": block.hash,
                "manifest": name,
            }
        )
    yield _text("journal/chain.json", json.dumps(blocks, indent=1))


def _entries(order: Order, keys: Collection[int]) -> Iterator[bytes]:
    assert isinstance(keys, set)  # noqa: S101 - filled here for the chain
    after = 0
    while found := extracts(
        order.subjects, since=order.since, until=order.at, after=after, size=BATCH
    ):
        after = found[-1].id
        keys.update(each.id for each in found)
        yield "".join(f"{each.text}\n" for each in found).encode()


def _readme(order: Order, zone: pages.Zone) -> str:
    title = f"{order.view.model.name} ({order.view.model.edition})"
    lines = [
        f"# {title}",
        _("Exported on %(when)s.") % {"when": zone.moment(order.at)},
        "## " + _("What is in it"),
        "- index.html, index.pdf: " + _("all clauses at a glance"),
        "- clauses/: " + _("each clause with its questions, their evidence and their verdicts"),
        "- conformity.xlsx: " + _("the same as a spreadsheet"),
        "- documents/: "
        + (
            _("the controlled documents in force")
            if order.sees_documents
            else _("left out: who asked for this may not see all controlled documents")
        ),
        "- journal/: "
        + _("what the journal says of the management system since %(day)s")
        % {"day": zone.day(order.since)},
        "## " + _("How to check it"),
        _("Run `sha256sum -c MANIFEST.sha256`: every file must be as it was exported."),
        _(
            "Run `python verify_export.py`: it also computes the hash of every entry of the journal"
            " and of every block in which one lies, and follows the chain of all blocks. Each"
            " block holds the hash of the one before, so that nothing can be changed or taken out"
            " without all later hashes changing."
        ),
        _(
            "Compare the hash of the last block in journal/chain.json with what the running system"
            " shows, or with one that was noted earlier."
        ),
    ]
    return "\n\n".join(lines) + "\n"


def _text(name: str, text: str) -> Part:
    return Part(name, iter([text.encode()]))


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
