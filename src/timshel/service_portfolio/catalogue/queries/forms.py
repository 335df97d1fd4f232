"""Forms and their versions, for whoever writes them and for whoever asks by them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.text import is_storable
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.models import Entry, FormVersion
from timshel.service_portfolio.catalogue.states import VersionState

OPEN = (VersionState.DRAFT, VersionState.REVIEW)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form in a list.

    Args:
        code: its name among forms.
        title: of the version that is published, or of the newest.
        published: number of the version in force, or None.
        draft: revision of the draft, or None.
        uses: how many offerings ask by it.
        edited_by: who changed it last.
        edited_at: when.
    """

    code: str
    title: str
    published: int | None
    draft: int | None
    uses: int
    edited_by: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class FormVersionRow:
    """A version of a form.

    Args:
        id: its key.
        code: of the form.
        number: of the version.
        state: a :class:`VersionState`.
        title: what people read.
        content: what ``kernel.forms`` reads.
        revision: grows each time a draft is saved.
        edited_by: who saved it last.
        edited_at: when.
        published_at: since when it is, or was, in force.
        retired_at: since when it no longer is.
    """

    id: int
    code: str
    number: int
    state: str
    title: str
    content: Mapping[str, Any]
    revision: int
    edited_by: str
    edited_at: datetime
    published_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class FormContent:
    """What a version of a form holds."""

    id: int
    code: str
    number: int
    content: Mapping[str, Any]


def form_list(*, actor: Actor) -> tuple[FormRow, ...]:
    """Return all forms by title, in two queries.

    Raises:
        NotAllowed: without the right to keep any part of the catalogue.
    """
    access.require_view(actor)
    uses = Counter(
        Entry.objects.exclude(page__content__form=None).values_list(
            "page__content__form", flat=True
        )
    )
    newest: dict[str, FormVersion] = {}
    published: dict[str, FormVersion] = {}
    drafts: dict[str, int] = {}
    rows = FormVersion.objects.select_related("edited_by").defer("content").order_by("number")
    for row in rows:
        newest[row.code] = row
        if row.state == VersionState.PUBLISHED:
            published[row.code] = row
        elif row.state in OPEN:
            drafts[row.code] = row.revision
    found = [
        FormRow(
            code=code,
            title=published.get(code, row).title,
            published=published[code].number if code in published else None,
            draft=drafts.get(code),
            uses=uses[code],
            edited_by=row.edited_by.name if row.edited_by else "",
            edited_at=row.edited_at,
        )
        for code, row in newest.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.title.casefold(), each.code)))


def form_versions(code: str, *, actor: Actor) -> tuple[FormVersionRow, ...]:
    """Return the versions of a form, newest first, in one query.

    Raises:
        NotAllowed: without the right to keep any part of the catalogue.
        NotFound: there is no such form.
    """
    access.require_view(actor)
    if not is_storable(code):
        raise NotFound
    rows = FormVersion.objects.select_related("edited_by").filter(code=code).order_by("-number")
    found = tuple(_row(row) for row in rows)
    if not found:
        raise NotFound
    return found


def form_content(version_id: int) -> FormContent:
    """Return what a version holds, whatever its state, as old requests need it; one query.

    Raises:
        NotFound: there is no such version.
    """
    row = FormVersion.objects.filter(pk=version_id).first()
    if row is None:
        raise NotFound
    return FormContent(row.pk, row.code, row.number, row.content)


def published_form(code: str) -> FormContent:
    """Return the version of a form that is in force, in one query.

    Raises:
        NotFound: none is.
    """
    found = published_forms([code] if is_storable(code) else [])
    if code not in found:
        raise NotFound
    return found[code]


def published_forms(codes: Iterable[str]) -> dict[str, FormContent]:
    """Return the versions in force of some forms by code; one query, or none for no code."""
    wanted = {code for code in codes if code}
    if not wanted:
        return {}
    rows = FormVersion.objects.filter(code__in=wanted, state=VersionState.PUBLISHED)
    return {row.code: FormContent(row.pk, row.code, row.number, row.content) for row in rows}


def form_titles(*, language: str = "en") -> tuple[tuple[str, str], ...]:
    """Return code and title of the forms in force by title, for pickers; one query."""
    rows = FormVersion.objects.filter(state=VersionState.PUBLISHED)
    found = (
        (code, str(content.get("translations", {}).get(language, {}).get("title") or title))
        for code, title, content in rows.values_list("code", "title", "content")
    )
    return tuple(sorted(found, key=lambda each: (each[1].casefold(), each[0])))


def _row(row: FormVersion) -> FormVersionRow:
    return FormVersionRow(
        id=row.pk,
        code=row.code,
        number=row.number,
        state=row.state,
        title=row.title,
        content=row.content,
        revision=row.revision,
        edited_by=row.edited_by.name if row.edited_by else "",
        edited_at=row.edited_at,
        published_at=row.published_at,
        retired_at=row.retired_at,
    )
