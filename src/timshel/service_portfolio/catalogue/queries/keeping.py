"""The catalogue as its keepers see it: what stands where, and every version of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.text import is_storable
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.models import PageVersion
from timshel.service_portfolio.catalogue.queries.browsing import Tile
from timshel.service_portfolio.catalogue.queries.entitlements import entitlement_rows
from timshel.service_portfolio.catalogue.queries.page import OfferingPage, PartView
from timshel.service_portfolio.catalogue.rules.content import PageContent, content_from
from timshel.service_portfolio.catalogue.states import PricePeriod, VersionState
from timshel.service_portfolio.service.models import LifeCycle, Offering


@dataclass(frozen=True, slots=True)
class KeptOffering:
    """An offering in the tree of its keepers.

    Args:
        code: of the offering.
        name: in the reader's language.
        published: number of the version that is shown, or None.
        open_state: ``draft`` or ``review`` where somebody writes, or "".
        requests: how often it was asked for in the last 90 days.
        entitlements: how many rows say who may see it.
        may_change: whether the reader keeps its page.
    """

    code: str
    name: str
    published: int | None
    open_state: str
    requests: int
    entitlements: int
    may_change: bool


@dataclass(frozen=True, slots=True)
class KeptService:
    """A service in the tree of its keepers."""

    code: str
    name: str
    owner: str
    offerings: tuple[KeptOffering, ...]


@dataclass(frozen=True, slots=True)
class KeptArea:
    """An area in the tree of its keepers."""

    code: str
    name: str
    icon: str
    services: tuple[KeptService, ...]


@dataclass(frozen=True, slots=True)
class PageVersionRow:
    """A version of a page.

    Args:
        id: its key.
        number: of the version.
        state: a :class:`VersionState`.
        content: what it says.
        note: from the writer to the reviewer, or back.
        revision: what the next save of a draft has to name.
        edited_by: who saved it last.
        edited_at: when.
        reviewed_by: who looked through it.
        published_at: since when it is, or was, in force.
        published_from: the first day on which it is shown, or None.
        published_until: the last one, or None.
        retired_at: since when it no longer is.
    """

    id: int
    number: int
    state: str
    content: PageContent
    note: str
    revision: int
    edited_by: str
    edited_at: datetime
    reviewed_by: str
    published_at: datetime | None
    published_from: date | None
    published_until: date | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class KeptPage:
    """An offering with all versions of its page, newest first.

    Args:
        id: the offering's key.
        code: of the offering.
        name: in the reader's language.
        summary: in the reader's language.
        texts: names and summaries of the offering by language; the first one under "".
        service: code of the service.
        service_id: its key.
        service_name: of the service.
        area: code of the area.
        area_name: of the area.
        area_icon: of the area.
        owner: who answers for the service, or "".
        owner_id: their key.
        versions: newest first.
        may_change: whether the reader writes it.
        may_publish: whether the reader publishes it.
    """

    id: int
    code: str
    name: str
    summary: str
    texts: Mapping[str, Mapping[str, str]]
    service: str
    service_id: int
    service_name: str
    area: str
    area_name: str
    area_icon: str
    owner: str
    owner_id: int | None
    versions: tuple[PageVersionRow, ...]
    may_change: bool
    may_publish: bool

    @property
    def open(self) -> PageVersionRow | None:
        """The version that is written or looked through."""
        return self._in({VersionState.DRAFT, VersionState.REVIEW})

    @property
    def published(self) -> PageVersionRow | None:
        """The version that is shown."""
        return self._in({VersionState.PUBLISHED})

    def _in(self, states: set[VersionState]) -> PageVersionRow | None:
        return next((each for each in self.versions if each.state in states), None)

    def version(self, number: int) -> PageVersionRow:
        """Return a version by its number.

        Raises:
            NotFound: there is none.
        """
        for each in self.versions:
            if each.number == number:
                return each
        raise NotFound


def catalogue_tree(*, actor: Actor) -> tuple[KeptArea, ...]:
    """Return all live services with their offerings and where the page of each stands; one query.

    Raises:
        NotAllowed: without the right to keep any part of the catalogue.
    """
    access.require_view(actor)
    drafts = PageVersion.objects.filter(offering=OuterRef("pk"))
    rows = (
        Offering.objects.filter(is_active=True, service__life_cycle=LifeCycle.LIVE)
        .select_related("service__area", "service__owner", "entry__page")
        .annotate(
            entitlement_count=Count("entitlements"),
            has_draft=Exists(drafts.filter(state=VersionState.DRAFT)),
            has_review=Exists(drafts.filter(state=VersionState.REVIEW)),
        )
        .defer("entry__page__content", "entry__words")
    )
    areas: dict[int, dict[int, list[Offering]]] = {}
    for row in rows:
        area = areas.setdefault(row.service.area_id, {})
        area.setdefault(row.service_id, []).append(row)
    kept = [
        (_area(services, actor), next(iter(services.values()))[0].service.area.position)
        for services in areas.values()
    ]
    return tuple(area for area, _place in sorted(kept, key=lambda each: (each[1], each[0].name)))


def _area(services: Mapping[int, list[Offering]], actor: Actor) -> KeptArea:
    area = next(iter(services.values()))[0].service.area
    found = (_service(rows, actor) for rows in services.values())
    return KeptArea(
        code=area.code,
        name=area.text("name", actor.language),
        icon=area.icon,
        services=tuple(sorted(found, key=lambda each: each.name.casefold())),
    )


def _service(rows: list[Offering], actor: Actor) -> KeptService:
    service = rows[0].service
    found = (_offering(row, actor) for row in rows)
    return KeptService(
        code=service.code,
        name=service.text("name", actor.language),
        owner=service.owner.name if service.owner else "",
        offerings=tuple(sorted(found, key=lambda each: each.name.casefold())),
    )


def _offering(row: Offering, actor: Actor) -> KeptOffering:
    entry = getattr(row, "entry", None)
    has_review, has_draft = getattr(row, "has_review", False), getattr(row, "has_draft", False)
    open_state = VersionState.REVIEW if has_review else VersionState.DRAFT if has_draft else ""
    return KeptOffering(
        code=row.code,
        name=row.text("name", actor.language),
        published=entry.page.number if entry else None,
        open_state=open_state,
        requests=entry.requests_90_days if entry else 0,
        entitlements=getattr(row, "entitlement_count", 0),
        may_change=actor.may(access.MANAGE, service=row.service_id),
    )


def kept_page(code: str, *, actor: Actor) -> KeptPage:
    """Return an offering with all versions of its page, in two queries.

    Raises:
        NotAllowed: without the right to keep any part of the catalogue.
        NotFound: there is no such offering.
    """
    access.require_view(actor)
    if not is_storable(code):
        raise NotFound
    row = (
        Offering.objects.select_related("service__area", "service__owner").filter(code=code).first()
    )
    if row is None:
        raise NotFound
    versions = (
        PageVersion.objects.filter(offering=row)
        .select_related("edited_by", "reviewed_by")
        .order_by("-number")
    )
    service, language = row.service, actor.language
    texts = {language: dict(each) for language, each in row.translations.items()}
    return KeptPage(
        id=row.pk,
        code=row.code,
        name=row.text("name", language),
        summary=row.text("summary", language),
        texts={"": {"name": row.name, "summary": row.summary}, **texts},
        service=service.code,
        service_id=service.pk,
        service_name=service.text("name", language),
        area=service.area.code,
        area_name=service.area.text("name", language),
        area_icon=service.area.icon,
        owner=service.owner.name if service.owner else "",
        owner_id=service.owner_id,
        versions=tuple(_version(each) for each in versions),
        may_change=actor.may(access.MANAGE, service=service.pk),
        may_publish=actor.may(access.PUBLISH, service=service.pk),
    )


def _version(row: PageVersion) -> PageVersionRow:
    return PageVersionRow(
        id=row.pk,
        number=row.number,
        state=row.state,
        content=content_from(row.content),
        note=row.note,
        revision=row.revision,
        edited_by=row.edited_by.name if row.edited_by else "",
        edited_at=row.edited_at,
        reviewed_by=row.reviewed_by.name if row.reviewed_by else "",
        published_at=row.published_at,
        published_from=row.published_from,
        published_until=row.published_until,
        retired_at=row.retired_at,
    )


def previewed(page: KeptPage, version: PageVersionRow, *, actor: Actor) -> OfferingPage:
    """Return a version as whoever may ask for the offering would read it, in at most two queries.

    Args:
        page: the offering.
        version: which version.
        actor: the keeper; the page is in their language.
    """
    content, language = version.content, actor.language
    named = {*content.related, *(part.offering for part in content.parts)}
    others = _plain_tiles(named, language)
    return OfferingPage(
        tile=_preview_tile(page, content, language),
        page_id=version.id,
        number=version.number,
        content=content,
        text=content.said("text", language),
        questions=content.questions_in(language),
        documents=content.documents_in(language),
        related=tuple(others[each] for each in content.related if each in others),
        parts=tuple(
            PartView(
                tile=others[part.offering],
                optional=part.optional,
                chosen=part.chosen or not part.optional,
                has_condition=bool(part.condition),
            )
            for part in content.parts
            if part.offering in others
        ),
        entitled=entitlement_rows([page.id], language=language).get(page.id, ()),
        owner=page.owner,
        owner_id=page.owner_id,
        area_name=page.area_name,
        fulfilled=0,
        achieved_median=None,
        achieved_ninetieth=None,
        published_at=version.edited_at,
    )


def _preview_tile(page: KeptPage, content: PageContent, language: str) -> Tile:
    return Tile(
        id=page.id,
        code=page.code,
        name=content.said("name", language),
        summary=content.said("summary", language),
        icon=content.icon or page.area_icon,
        purpose=content.purpose,
        is_bundle=content.is_bundle,
        price=content.price.amount if content.price else None,
        currency=content.price.currency if content.price else "",
        price_period=content.price.per if content.price else PricePeriod.ONCE,
        requests=0,
        achieved=None,
        service_id=page.service_id,
        service=page.service,
        service_name=page.service_name,
        area=page.area,
    )


def _plain_tiles(codes: set[str], language: str) -> dict[str, Tile]:
    """Return offerings as tiles, whoever they are for; one query, or none for no code."""
    if not codes:
        return {}
    rows = Offering.objects.filter(code__in=codes).select_related("service__area", "entry")
    found = {}
    for row in rows:
        entry, service = getattr(row, "entry", None), row.service
        found[row.code] = Tile(
            id=row.pk,
            code=row.code,
            name=row.text("name", language),
            summary=row.text("summary", language),
            icon=(entry.icon if entry else "") or service.area.icon,
            purpose=entry.purpose if entry else "order",
            is_bundle=bool(entry and entry.is_bundle),
            price=entry.price if entry else None,
            currency=entry.currency if entry else "",
            price_period=entry.price_period if entry else "",
            requests=0,
            achieved=None,
            service_id=service.pk,
            service=service.code,
            service_name=service.text("name", language),
            area=service.area.code,
        )
    return found


def offering_names(*, language: str) -> tuple[tuple[str, str], ...]:
    """Return code and name of all live offerings by name, for pickers; one query."""
    rows = Offering.objects.filter(is_active=True, service__life_cycle=LifeCycle.LIVE)
    found = ((row.code, row.text("name", language)) for row in rows)
    return tuple(sorted(found, key=lambda each: (each[1].casefold(), each[0])))
