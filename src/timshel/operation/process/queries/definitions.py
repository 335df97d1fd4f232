"""Processes as those read them who draw them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.translation import translated
from timshel.operation.process.access import require_view
from timshel.operation.process.models import ProcessRun, ProcessVersion, VariantChoice
from timshel.operation.process.states import OPEN_RUNS, RunState, Variant, VersionState


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A process in a variant.

    Args:
        version_id: the key of the published version, else of the draft, else of the last one.
        published: the number of the published version, or None.
        draft: the number of the draft, or None.
        running: how many runs go by any of its versions.
        stuck: how many of them are stuck.
    """

    code: str
    variant: str
    name: str
    owner: str
    version_id: int
    published: int | None
    draft: int | None
    running: int
    stuck: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a process.

    Args:
        running: how many runs go by it.
    """

    id: int
    code: str
    variant: str
    number: int
    state: str
    name: str
    note: str
    owner_id: int | None
    owner: str
    revision: int
    edited_by: str
    edited_at: datetime
    published_at: datetime | None
    retired_at: datetime | None
    running: int


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version of a process with its diagram."""

    row: VersionRow
    xml: str


def process_list(*, actor: Actor) -> tuple[ProcessRow, ...]:
    """Return all processes by name and variant, in two queries.

    Raises:
        NotAllowed: as it says.
    """
    require_view(actor)
    versions: dict[tuple[str, str], list[ProcessVersion]] = defaultdict(list)
    rows = ProcessVersion.objects.select_related("owner").defer("xml").order_by("number")
    for row in rows:
        versions[row.code, row.variant].append(row)
    counts = {
        (code, variant): (running, stuck)
        for code, variant, running, stuck in ProcessRun.objects.filter(state__in=OPEN_RUNS)
        .values_list("process__code", "process__variant")
        .annotate(running=Count("pk"), stuck=Count("pk", filter=Q(state=RunState.STUCK)))
    }
    found = [
        _process_row(each, counts.get(key, (0, 0)), actor.language)
        for key, each in versions.items()
    ]
    return tuple(sorted(found, key=lambda row: (row.name.casefold(), row.code, row.variant)))


def process_versions(
    code: str, *, variant: str = Variant.FULL, actor: Actor
) -> tuple[VersionRow, ...]:
    """Return all versions of a process, newest first, in one query.

    Raises:
        NotFound: there is none.
        NotAllowed: as it says.
    """
    require_view(actor)
    found = _versions().filter(code=code, variant=variant).defer("xml").order_by("-number")
    rows = tuple(_version_row(each, actor.language) for each in found)
    if not rows:
        raise NotFound
    return rows


def process_version(version_id: int, *, actor: Actor) -> VersionView:
    """Return one version with its diagram, in one query.

    Raises:
        NotFound: there is none.
        NotAllowed: as it says.
    """
    require_view(actor)
    found = _versions().filter(pk=version_id).first()
    if found is None:
        raise NotFound
    return VersionView(_version_row(found, actor.language), found.xml)


def process_draft(code: str, *, variant: str = Variant.FULL, actor: Actor) -> VersionView | None:
    """Return the draft of a process with its diagram, or None; one query.

    Raises:
        NotAllowed: as it says.
    """
    require_view(actor)
    found = _versions().filter(code=code, variant=variant, state=VersionState.DRAFT).first()
    return VersionView(_version_row(found, actor.language), found.xml) if found else None


def published_codes() -> frozenset[str]:
    """Return the codes of all processes of which a version is published, in one query."""
    rows = ProcessVersion.objects.filter(state=VersionState.PUBLISHED)
    return frozenset(rows.values_list("code", flat=True))


def variant_choices() -> dict[str, str]:
    """Return which variant was chosen, by category of customers; staff is the empty one."""
    return dict(VariantChoice.objects.values_list("category", "variant"))


def variant_for(category: str) -> str:
    """Return the variant that holds for a category of customers; staff is the empty one."""
    chosen = VariantChoice.objects.filter(category=category).values_list("variant", flat=True)
    return chosen.first() or Variant.FULL.value


def _versions() -> QuerySet[ProcessVersion]:
    running = Count("runs", filter=Q(runs__state__in=OPEN_RUNS))
    return ProcessVersion.objects.select_related("owner", "edited_by").annotate(running=running)


def _process_row(
    versions: list[ProcessVersion], counts: tuple[int, int], language: str
) -> ProcessRow:
    by_state = {each.state: each for each in versions}
    published = by_state.get(VersionState.PUBLISHED)
    draft = by_state.get(VersionState.DRAFT)
    shown = published or draft or versions[-1]
    return ProcessRow(
        code=shown.code,
        variant=shown.variant,
        name=translated(shown.name, shown.translations, "name", language),
        owner=shown.owner.name if shown.owner else "",
        version_id=shown.pk,
        published=published.number if published else None,
        draft=draft.number if draft else None,
        running=counts[0],
        stuck=counts[1],
    )


def _version_row(version: ProcessVersion, language: str) -> VersionRow:
    return VersionRow(
        id=version.pk,
        code=version.code,
        variant=version.variant,
        number=version.number,
        state=version.state,
        name=translated(version.name, version.translations, "name", language),
        note=version.note,
        owner_id=version.owner_id,
        owner=version.owner.name if version.owner else "",
        revision=version.revision,
        edited_by=version.edited_by.name if version.edited_by else "",
        edited_at=version.edited_at,
        published_at=version.published_at,
        retired_at=version.retired_at,
        running=getattr(version, "running", 0),
    )
