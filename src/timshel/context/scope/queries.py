"""The scope statement in its versions, how it differs from the records, and the whole context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from timshel.context.interested_parties.queries import (
    NeedRow,
    PartyRow,
    needs_open,
    parties_due,
)
from timshel.context.issue.queries import IssueRow, issues_due
from timshel.context.organization.models import Customer, Site, Unit
from timshel.context.scope import access
from timshel.context.scope.models import ScopeStatement
from timshel.context.scope.rules import (
    CoveredItem,
    Exclusion,
    Recorded,
    Records,
    ScopeContent,
)
from timshel.context.scope.states import ItemKind, ScopeState
from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.translation import translated

NEWEST: KeysetOrder[ScopeStatement] = KeysetOrder(SortKey("version", descending=True))


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version as lists show it; people by name, empty for the system."""

    version: int
    state: ScopeState
    written_by: str
    changed_at: datetime
    approved_by: str
    approved_at: datetime | None
    superseded_at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True)
class ScopeView:
    """A version with all that it says."""

    row: VersionRow
    content: ScopeContent
    may_change: bool


@dataclass(frozen=True, slots=True)
class ContextSummary:
    """What a management review hears of the context.

    Args:
        issues_due: issues whose review is due, the longest overdue first.
        parties_due: interested parties to look at again, the longest overdue first.
        needs_open: needs that are not met in full, those required by law first.
        scope: the approved version of the scope, or None.
    """

    issues_due: tuple[IssueRow, ...]
    parties_due: tuple[PartyRow, ...]
    needs_open: tuple[NeedRow, ...]
    scope: VersionRow | None


def version_list(*, actor: Actor, cursor: str | None = None, size: int = 50) -> Page[VersionRow]:
    """Return a page of the versions, the newest first; one query.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = ScopeStatement.objects.visible_to(actor).select_related("written_by", "approved_by")
    return NEWEST.page(rows, cursor=cursor, size=size).map(_row)


def scope_version(version: int, *, actor: Actor) -> ScopeView:
    """Return a version, in two queries.

    Raises:
        NotFound: there is none, or the actor may not read it.
    """
    return _view(access.known(version, actor=actor), actor=actor)


def scope_in_state(state: ScopeState, *, actor: Actor) -> ScopeView | None:
    """Return the draft or the approved version, or None where there is none; two queries."""
    rows = ScopeStatement.objects.visible_to(actor).select_related("written_by", "approved_by")
    found = rows.filter(state=state).order_by("-version").first()
    return None if found is None else _view(found, actor=actor)


def content_of(row: ScopeStatement) -> ScopeContent:
    """Return what a version says, in its order; one query."""
    items = list(row.items.order_by("kind", "code", "name"))
    return ScopeContent(
        row.statement,
        row.technology,
        tuple(
            CoveredItem(ItemKind(each.kind), each.code, each.name)
            for each in items
            if not each.is_excluded
        ),
        tuple(
            Exclusion(ItemKind(each.kind), each.code, each.name, each.reason)
            for each in items
            if each.is_excluded
        ),
    )


def organization_names() -> dict[ItemKind, dict[str, str]]:
    """Return what active units, sites and customers are called, by kind and code; three queries."""
    return {
        ItemKind.UNIT: dict(Unit.objects.filter(is_active=True).values_list("code", "name")),
        ItemKind.SITE: dict(Site.objects.values_list("code", "name")),
        ItemKind.CUSTOMER: dict(
            Customer.objects.filter(is_active=True).values_list("code", "name")
        ),
    }


def organization_records(*, language: str) -> Records:
    """Return the units, sites and customers there are now, by kind and code; three queries.

    The services belong to a later clause: whoever compares adds them.
    """
    units = list(
        Unit.objects.filter(is_active=True).values_list(
            "pk", "code", "name", "translations", "path"
        )
    )
    codes = {str(pk): code for pk, code, *_rest in units}
    sites = Site.objects.values_list("code", "name", "translations")
    customers = Customer.objects.filter(is_active=True).values_list("code", "name", "translations")
    return {
        ItemKind.UNIT: {
            code: Recorded(
                translated(name, words, "name", language),
                frozenset(codes[step] for step in path.split("/") if step in codes) - {code},
            )
            for _pk, code, name, words, path in units
        },
        ItemKind.SITE: _recorded(list(sites), language),
        ItemKind.CUSTOMER: _recorded(list(customers), language),
    }


def context_summary(*, actor: Actor, at: datetime) -> ContextSummary:
    """Return what a management review hears of the context, in six queries.

    Args:
        actor: who reads; what they may not see is left out.
        at: the moment by which reviews are due.
    """
    rows = ScopeStatement.objects.visible_to(actor).select_related("written_by", "approved_by")
    approved = rows.filter(state=ScopeState.APPROVED).first()
    return ContextSummary(
        issues_due=issues_due(actor=actor, at=at),
        parties_due=parties_due(actor=actor, at=at),
        needs_open=needs_open(actor=actor),
        scope=_row(approved) if approved else None,
    )


def has_versions() -> bool:
    """Tell whether anything was written yet, for whoever brings further content."""
    return ScopeStatement.objects.exists()


def _recorded(
    rows: list[tuple[str, str, dict[str, dict[str, str]]]], language: str
) -> dict[str, Recorded]:
    return {code: Recorded(translated(name, words, "name", language)) for code, name, words in rows}


def _view(row: ScopeStatement, *, actor: Actor) -> ScopeView:
    is_draft = row.state == ScopeState.DRAFT
    return ScopeView(_row(row), content_of(row), is_draft and access.may_manage(actor))


def _row(row: ScopeStatement) -> VersionRow:
    return VersionRow(
        version=row.version,
        state=ScopeState(row.state),
        written_by=row.written_by.name if row.written_by else "",
        changed_at=row.changed_at,
        approved_by=row.approved_by.name if row.approved_by else "",
        approved_at=row.approved_at,
        superseded_at=row.superseded_at,
        revision=row.revision,
    )
