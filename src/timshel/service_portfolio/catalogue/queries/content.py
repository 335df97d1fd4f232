"""The whole content of the catalogue as it stands: what is published, in the shape of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from timshel.operation.process.models import ProcessVersion
from timshel.operation.process.states import VersionState as ProcessState
from timshel.service_portfolio.catalogue.models import FormVersion, PageVersion
from timshel.service_portfolio.catalogue.queries.entitlements import entitlement_rows
from timshel.service_portfolio.catalogue.states import VersionState
from timshel.service_portfolio.service.models import Offering

OPEN = (VersionState.DRAFT, VersionState.REVIEW)


@dataclass(frozen=True, slots=True)
class PageOfContent:
    """The page of an offering as files hold it.

    Args:
        area: code of the area, by which pages lie in files.
        content: what the published version says.
        entitled: who may see it.
    """

    area: str
    content: Mapping[str, Any]
    entitled: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class OfferingTexts:
    """The names of an offering, which hold where its page says nothing else."""

    name: str
    summary: str
    translations: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """Something that somebody is writing.

    Args:
        revision: what the next save has to name.
        edited_by: who saved it last, or "".
        is_in_review: whether somebody looks through it.
    """

    revision: int
    edited_by: str
    is_in_review: bool


def published_pages() -> dict[str, PageOfContent]:
    """Return what all published pages say, by the code of the offering; two queries."""
    rows = list(
        PageVersion.objects.filter(state=VersionState.PUBLISHED)
        .select_related("offering__service__area")
        .order_by("offering__code")
    )
    entitled = entitlement_rows(row.offering_id for row in rows)
    return {
        row.offering.code: PageOfContent(
            area=row.offering.service.area.code,
            content=row.content,
            entitled=tuple(each.plain() for each in entitled.get(row.offering_id, ())),
        )
        for row in rows
    }


def published_form_contents() -> dict[str, Mapping[str, Any]]:
    """Return what all published forms hold, by code; one query."""
    rows = FormVersion.objects.filter(state=VersionState.PUBLISHED).order_by("code")
    return dict(rows.values_list("code", "content"))


def published_diagrams() -> dict[tuple[str, str], str]:
    """Return the diagrams of all published processes by code and variant; one query."""
    rows = ProcessVersion.objects.filter(state=ProcessState.PUBLISHED).order_by("code", "variant")
    return {
        (code, variant): xml for code, variant, xml in rows.values_list("code", "variant", "xml")
    }


def published_codes() -> tuple[frozenset[str], frozenset[str], frozenset[tuple[str, str]]]:
    """Return the codes of offerings with a page, of forms, and of processes with their variant.

    Whatever was published once counts, so that what was retired is not brought back. Three
    queries.
    """
    processes = ProcessVersion.objects.values_list("code", "variant")
    return (
        frozenset(PageVersion.objects.values_list("offering__code", flat=True)),
        frozenset(FormVersion.objects.values_list("code", flat=True)),
        frozenset((code, variant) for code, variant in processes),
    )


def offering_texts() -> dict[str, OfferingTexts]:
    """Return the names of all offerings by code; one query."""
    rows = Offering.objects.values_list("code", "name", "summary", "translations")
    return {code: OfferingTexts(name, summary, texts) for code, name, summary, texts in rows}


def open_page_drafts() -> dict[str, OpenDraft]:
    """Return what is being written of pages, by the code of the offering; one query."""
    rows = PageVersion.objects.filter(state__in=OPEN).values_list(
        "offering__code", "revision", "edited_by__name", "state"
    )
    return {
        code: OpenDraft(revision, name or "", state == VersionState.REVIEW)
        for code, revision, name, state in rows
    }


def open_form_drafts() -> dict[str, OpenDraft]:
    """Return what is being written of forms, by code; one query."""
    rows = FormVersion.objects.filter(state__in=OPEN).values_list(
        "code", "revision", "edited_by__name"
    )
    return {
        code: OpenDraft(revision, name or "", is_in_review=False) for code, revision, name in rows
    }


def offering_keys() -> list[tuple[int, int]]:
    """Return the keys of all offerings and of their services; one query."""
    return list(Offering.objects.values_list("pk", "service_id"))
