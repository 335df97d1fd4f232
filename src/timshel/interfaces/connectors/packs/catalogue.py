"""Catalogue, forms and processes as files: read, compared with what is published, brought in.

One form a file in ``forms``, one process a file in ``processes``, pages in files of ``catalogue``.
The demonstration, ``timshel content import`` and its dry run read and compare in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from timshel.interfaces.connectors.packs.files import (
    InvalidPack,
    PackFile,
    Steps,
    pack_files,
    packs_directory,
    refused,
)
from timshel.kernel import forms
from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.errors import Invalid
from timshel.operation.process import actions as processes
from timshel.service_portfolio.catalogue import actions
from timshel.service_portfolio.catalogue.queries import content as standing
from timshel.service_portfolio.catalogue.rules.content import content_from

Plain = Mapping[str, Any]
Process = tuple[str, str]
FULL = "full"
OFFERING_KEYS = frozenset({"code", "entitled"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file."""

    file: PackFile
    steps: Steps = ()

    def refused(self, refusal: Invalid) -> InvalidPack:
        """Return the fault of the file at this place."""
        return refused(self.file, self.steps, refusal)


@dataclass(frozen=True, slots=True)
class Content:
    """Forms, processes and pages.

    Args:
        forms: what each holds, by code.
        processes: the diagrams, by code and variant.
        pages: what each says, by the code of the offering.
        entitled: who may see an offering, by its code.
        places: where each stands in files, by its kind and what it is called.
    """

    forms: Mapping[str, Plain] = field(default_factory=dict)
    processes: Mapping[Process, str] = field(default_factory=dict)
    pages: Mapping[str, Plain] = field(default_factory=dict)
    entitled: Mapping[str, tuple[Plain, ...]] = field(default_factory=dict)
    places: Mapping[tuple[str, Any], Place] = field(default_factory=dict)

    def without(
        self, *, pages: frozenset[str], forms: frozenset[str], processes: frozenset[Process]
    ) -> Content:
        """Return what is left when these are taken out."""
        return replace(
            self,
            forms={code: each for code, each in self.forms.items() if code not in forms},
            processes={key: each for key, each in self.processes.items() if key not in processes},
            pages={code: each for code, each in self.pages.items() if code not in pages},
            entitled={code: each for code, each in self.entitled.items() if code not in pages},
        )


def read_content(folder: str, *, directory: Path | None = None) -> Content:
    """Read what a folder holds of forms, processes and pages.

    Names and summaries that a page leaves out are those of the offering.

    Args:
        folder: below the folder of all packs, such as ``demonstration``; "" for that itself.
        directory: the folder of all packs, where it is not the product's own.

    Raises:
        InvalidPack: a file cannot be used.
    """
    prefix = f"{folder}/" if folder else ""
    places: dict[tuple[str, Any], Place] = {}
    found_forms = dict(_forms(pack_files(f"{prefix}forms", directory=directory), places))
    diagrams = dict(_processes(f"{prefix}processes", directory or packs_directory(), places))
    pages, entitled = _pages(pack_files(f"{prefix}catalogue", directory=directory), places)
    return Content(found_forms, diagrams, pages, entitled, places)


def _forms(
    files: list[PackFile], places: dict[tuple[str, Any], Place]
) -> Iterator[tuple[str, Plain]]:
    for file in files:
        place = Place(file)
        with _blaming(place):
            form = forms.form_from(file.data)
        _once(("form", form.code), place, places)
        yield form.code, forms.plain(form)


def _processes(
    folder: str, directory: Path, places: dict[tuple[str, Any], Place]
) -> Iterator[tuple[Process, str]]:
    for path in sorted((directory / folder).glob("*.bpmn")):
        name = f"{folder}/{path.name}"
        try:
            xml = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidPack(_("%(file)s cannot be read.") % {"file": name}) from error
        place = Place(PackFile(name=name, text="", data=None))
        with _blaming(place):
            diagram = read_diagram(xml)
        key = (diagram.process, diagram.variant or FULL)
        _once(("process", key), place, places)
        yield key, xml


def _pages(
    files: list[PackFile], places: dict[tuple[str, Any], Place]
) -> tuple[dict[str, Plain], dict[str, tuple[Plain, ...]]]:
    pages: dict[str, Plain] = {}
    entitled: dict[str, tuple[Plain, ...]] = {}
    for file in files:
        for number, row in enumerate(file.data["offerings"]):
            place, code = Place(file, ["offerings", number]), row["code"]
            _once(("page", code), place, places)
            pages[code] = {name: row[name] for name in row if name not in OFFERING_KEYS}
            entitled[code] = tuple(row["entitled"])
    return pages, entitled


def _once(key: tuple[str, Any], place: Place, places: dict[tuple[str, Any], Place]) -> None:
    if key in places:
        raise place.file.fault(place.steps, _("“%(code)s” is there twice.") % {"code": key[1]})
    places[key] = place


@contextmanager
def _blaming(place: Place) -> Iterator[None]:
    """Say of a refusal in which file, and where in it, it came about."""
    try:
        yield
    except Invalid as refusal:
        raise place.refused(refusal) from refusal


def completed(content: Content) -> Content:
    """Return content whose pages have all names, those of the offerings where they give none.

    One query.

    Raises:
        InvalidPack: there is no such offering, or a page has the wrong shape.
    """
    texts = standing.offering_texts()
    pages = {}
    for code, page in content.pages.items():
        place = content.places[("page", code)]
        if code not in texts:
            sentence = _("There is no offering “%(code)s”.") % {"code": code}
            raise place.file.fault([*place.steps, "code"], sentence)
        with _blaming(place):
            pages[code] = content_from(_with_names(page, texts[code])).plain()
    return replace(content, pages=pages)


def _with_names(page: Plain, texts: standing.OfferingTexts) -> Plain:
    translations = {language: dict(each) for language, each in page.get("translations", {}).items()}
    for language, other in texts.translations.items():
        own = translations.setdefault(language, {})
        # A summary that the page replaced is not translated by what it replaced.
        names = [name for name in ("name", "summary") if not page.get(name) and other.get(name)]
        for name in names:
            own.setdefault(name, other[name])
    return {
        **page,
        "name": page.get("name") or texts.name,
        "summary": page.get("summary") or texts.summary,
        "translations": {language: each for language, each in translations.items() if each},
    }


Tell = Callable[[int], None]


def _silent(_done: int) -> None:
    """Tell nobody how far it is."""


@transaction.atomic
def bring(
    content: Content,
    *,
    publish: bool,
    actor: Actor,
    at: datetime,
    tell: Tell = _silent,
) -> int:
    """Make drafts of content, and publish them where asked, all of it or nothing.

    What somebody was writing of the same is replaced; the journal keeps it. Who may see an
    offering holds at once, and is therefore only said where pages are published.

    Args:
        content: as :func:`completed` returns it.
        publish: put it in force.
        actor: who has the rights to the catalogue and to processes everywhere.
        at: when.
        tell: called with the number of things done since it was called last.

    Returns:
        How many things were brought.

    Raises:
        InvalidPack: something cannot be used.
        NotAllowed: a right is missing.
    """
    by: dict[str, Any] = {"actor": actor, "at": at}
    _bring_forms(content, publish=publish, by=by, tell=tell)
    _bring_processes(content, publish=publish, by=by, tell=tell)
    _bring_pages(content, publish=publish, by=by, tell=tell)
    return len(content.forms) + len(content.processes) + len(content.pages)


def _bring_forms(content: Content, *, publish: bool, by: Plain, tell: Tell) -> None:
    drafts = standing.open_form_drafts()
    for code, form in content.forms.items():
        seen = drafts[code].revision if code in drafts else 0
        with _blaming(content.places[("form", code)]):
            actions.save_form_draft(code, content=form, seen_revision=seen, **by)
            if publish:
                actions.publish_form(code, **by)
        tell(1)


def _bring_processes(content: Content, *, publish: bool, by: Plain, tell: Tell) -> None:
    """Draw all processes, then publish them: those that are called before those that call."""
    for key, xml in content.processes.items():
        with _blaming(content.places[("process", key)]):
            processes.save_process_draft(xml, **by)
    left = dict(content.processes) if publish else {}
    while left:
        refusals = {key: _refusal(key, by) for key in left}
        done = [key for key, refusal in refusals.items() if refusal is None]
        tell(len(done))
        left = {key: xml for key, xml in left.items() if key not in done}
        if left and not done:
            key = next(iter(left))
            refusal = refusals[key]
            raise content.places[("process", key)].refused(refusal or Invalid())


def _refusal(key: Process, by: Plain) -> Invalid | None:
    """Publish a process; returns why it could not be."""
    code, variant = key
    try:
        with transaction.atomic():
            processes.publish_process(code, variant=variant, **by)
    except Invalid as refusal:
        return refusal
    return None


def _bring_pages(content: Content, *, publish: bool, by: Plain, tell: Tell) -> None:
    drafts = standing.open_page_drafts()
    for code, page in content.pages.items():
        draft = drafts.get(code)
        with _blaming(content.places[("page", code)]):
            if draft is not None and draft.is_in_review:
                actions.return_page(code, message="", **by)
            seen = draft.revision if draft else 0
            actions.save_page_draft(code, content=page, seen_revision=seen, **by)
            if publish:
                actions.publish_page(code, **by)
                actions.set_entitlements(code, rows=content.entitled[code], **by)
        tell(1)


def load_content(
    folder: str, *, directory: Path | None = None, actor: Actor, at: datetime, tell: Tell = _silent
) -> int:
    """Publish what a pack holds and was never here; what is known stays as it is.

    Args:
        folder: of the pack, such as ``demonstration``.
        directory: the folder of all packs, where it is not the product's own.
        actor: who has the rights to the catalogue and to processes everywhere.
        at: when.
        tell: called with the number of things done since it was called last.

    Returns:
        How many things were brought.

    Raises:
        InvalidPack: a file cannot be used.
        NotAllowed: a right is missing.
    """
    pages, known_forms, known_processes = standing.published_codes()
    content = read_content(folder, directory=directory).without(
        pages=pages, forms=known_forms, processes=known_processes
    )
    if not content.forms and not content.processes and not content.pages:
        return 0
    return bring(completed(content), publish=True, actor=actor, at=at, tell=tell)
