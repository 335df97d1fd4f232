"""Where a form is asked: the pages of offerings, and the tasks of processes."""

from __future__ import annotations

from dataclasses import dataclass

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.text import is_storable
from timshel.operation.process.models import ProcessVersion
from timshel.operation.process.states import VersionState as ProcessState
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.models import PageVersion
from timshel.service_portfolio.catalogue.states import VersionState


@dataclass(frozen=True, slots=True)
class FormUse:
    """One offering or process that asks by a form.

    Args:
        code: of the offering or the process.
        variant: of a process, or "".
        name: in the reader's language.
        is_process: whether it is a process; a task in it asks by the form.
        is_draft: whether it would only do so once it is published.
    """

    code: str
    variant: str
    name: str
    is_process: bool
    is_draft: bool


def form_uses(code: str, *, actor: Actor) -> tuple[FormUse, ...]:
    """Return what asks by a form: offerings by name, then processes; two queries.

    Raises:
        NotAllowed: without the right to keep any part of the catalogue.
        NotFound: the code cannot be one.
    """
    access.require_view(actor)
    if not is_storable(code):
        raise NotFound
    return (*_offerings(code, actor.language), *_processes(code, actor.language))


def _offerings(code: str, language: str) -> list[FormUse]:
    pages = (
        PageVersion.objects.filter(content__form=code)
        .exclude(state=VersionState.RETIRED)
        .select_related("offering")
        .defer("content")
    )
    shown = {page.offering_id for page in pages if page.state == VersionState.PUBLISHED}
    found = {
        page.offering_id: FormUse(
            code=page.offering.code,
            variant="",
            name=page.offering.text("name", language),
            is_process=False,
            is_draft=page.offering_id not in shown,
        )
        for page in pages
    }
    return sorted(found.values(), key=_by_name)


def _processes(code: str, language: str) -> list[FormUse]:
    versions = (
        ProcessVersion.objects.filter(xml__contains=f'form="{code}"')
        .exclude(state=ProcessState.RETIRED)
        .defer("xml")
    )
    shown = {(row.code, row.variant) for row in versions if row.state == ProcessState.PUBLISHED}
    found = {
        (row.code, row.variant): FormUse(
            code=row.code,
            variant=row.variant,
            name=row.text("name", language),
            is_process=True,
            is_draft=(row.code, row.variant) not in shown,
        )
        for row in versions
    }
    return sorted(found.values(), key=_by_name)


def _by_name(use: FormUse) -> tuple[str, str, str]:
    return (use.name.casefold(), use.code, use.variant)
