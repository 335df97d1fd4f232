"""Agreements as pages and the interface show them: the list, every version, who published it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.operation.work.files import StoredFile
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import Agreement
from timshel.relationship_agreement.service_level.queries.contents import (
    contents_of,
    names_in,
    services_of_offerings,
)
from timshel.relationship_agreement.service_level.rules.comparison import Change, differences
from timshel.relationship_agreement.service_level.rules.contents import AgreementContent
from timshel.relationship_agreement.service_level.rules.phrases import (
    Names,
    between_words,
    coverage_words,
    party_words,
    provider_words,
)
from timshel.relationship_agreement.service_level.states import AgreementKind

SUBJECT = "agreement"


class Standing(StrEnum):
    """Whether a version of an agreement holds."""

    DRAFT = "draft"
    PLANNED = "planned"
    IN_FORCE = "in_force"
    ENDED = "ended"


STANDING_NAMES: Mapping[Standing, Promise] = {
    Standing.DRAFT: _("Draft"),
    Standing.PLANNED: _("Planned"),
    Standing.IN_FORCE: _("In force"),
    Standing.ENDED: _("Ended"),
}
# Which version stands for an agreement in the list.
_SHOWN_FIRST = (Standing.IN_FORCE, Standing.PLANNED, Standing.DRAFT, Standing.ENDED)


@dataclass(frozen=True, slots=True)
class AgreementFilters:
    """What of all agreements is asked for; None and empty ask for no restriction.

    Args:
        kind: between whom.
        standing: with a version of this standing.
        party: words of whom it is made with, or of who promises.
        service: the code of a service that it names, or names an offering of.
        owner_id: who answers for it.
        is_review_due: whether its review date has come.
        text: words of its name.
    """

    kind: AgreementKind | None = None
    standing: Standing | None = None
    party: str = ""
    service: str | None = None
    owner_id: int | None = None
    is_review_due: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement in the list, as its version in force says, or the one nearest to that."""

    code: str
    name: str
    kind: AgreementKind
    standing: Standing
    version_id: int
    number: int
    party: str
    provider: str
    between: str
    coverage: str
    owner: str
    owner_id: int | None
    review_date: date | None
    is_review_due: bool
    valid_from: datetime
    valid_until: datetime | None
    has_draft: bool
    has_planned: bool
    is_option: bool
    services: frozenset[str]


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did something with a version, and when; as the journal has it."""

    verb: str
    by: str
    at: datetime
    changes: Mapping[str, list[object]]


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of an agreement with all that is known of it.

    Args:
        id: its key.
        code: of the agreement.
        number: of the version, from 1.
        standing: whether it holds.
        content: what it says.
        valid_from: since when it holds; means nothing for a draft.
        valid_until: until when, or None.
        revision: how often the draft was saved.
        document: the signed document, or None.
        deeds: who did what with it, oldest first.
    """

    id: int
    code: str
    number: int
    standing: Standing
    content: AgreementContent
    valid_from: datetime
    valid_until: datetime | None
    revision: int
    document: StoredFile | None
    deeds: tuple[Deed, ...]

    @property
    def published(self) -> Deed | None:
        """Who published it, or None for a draft."""
        verb = "service_level.agreement_published"
        return next((deed for deed in self.deeds if deed.verb == verb), None)


@dataclass(frozen=True, slots=True)
class AgreementView:
    """An agreement with all its versions, the latest first, and the names of what they name."""

    code: str
    versions: tuple[VersionView, ...]
    names: Names
    may_change: bool

    @property
    def shown(self) -> VersionView:
        """The version in force, or the one nearest to that."""
        return min(self.versions, key=lambda each: _SHOWN_FIRST.index(each.standing))

    def version(self, number: int) -> VersionView:
        """Return a version by its number.

        Raises:
            NotFound: there is none.
        """
        for each in self.versions:
            if each.number == number:
                return each
        raise NotFound

    @property
    def draft(self) -> VersionView | None:
        """The draft, or None."""
        return next((each for each in self.versions if each.standing is Standing.DRAFT), None)

    def compared(self, before: VersionView, after: VersionView) -> tuple[Change, ...]:
        """Return what differs between two of its versions, in words."""
        return differences(before.content, after.content, self.names)


def agreement_codes() -> frozenset[str]:
    """Return the codes of all agreements, drafts too."""
    return frozenset(Agreement.objects.values_list("code", flat=True))


def agreement_list(
    filters: AgreementFilters, *, today: date, actor: Actor, at: datetime
) -> tuple[AgreementRow, ...]:
    """Return the agreements by name, in a fixed number of queries.

    An organisation has some hundred agreements, so they are filtered here, by the words that
    people see.

    Args:
        filters: what is asked for.
        today: the reader's day, for reviews.
        actor: who reads.
        at: now.

    Raises:
        NotAllowed: without the right to see agreements.
    """
    access.require_view(actor)
    found = contents_of(Agreement.objects.order_by("code", "-number"))
    names = names_in((content for _row, content in found.values()), language=actor.language)
    by_code: dict[str, list[tuple[Agreement, AgreementContent]]] = defaultdict(list)
    for row, content in found.values():
        by_code[row.code].append((row, content))
    named = {code for _row, content in found.values() for code in content.offerings}
    services = services_of_offerings(named)
    rows = [
        listed
        for versions in by_code.values()
        if (listed := _listed(versions, filters, names, services, today=today, at=at)) is not None
    ]
    return tuple(sorted(rows, key=lambda each: (each.name.casefold(), each.code)))


def agreement(code: str, *, actor: Actor, at: datetime) -> AgreementView:
    """Return an agreement with all its versions, in a fixed number of queries.

    Raises:
        NotFound: there is none of this code.
        NotAllowed: without the right to see agreements.
    """
    access.require_view(actor)
    found = contents_of(Agreement.objects.filter(code=code).order_by("-number"))
    if not found:
        raise NotFound
    told: dict[int, list[JournalEntry]] = defaultdict(list)
    for entry in history(SUBJECT, found):
        told[entry.subject_id].append(entry)
    versions = tuple(
        _version(row, content, told[row.pk], at=at)
        for row, content in sorted(found.values(), key=lambda each: -each[0].number)
    )
    return AgreementView(
        code=code,
        versions=versions,
        names=names_in((each.content for each in versions), language=actor.language),
        may_change=_may_change(found[versions[0].id][0], actor=actor),
    )


def standing_of(row: Agreement, *, at: datetime) -> Standing:
    """Return whether a version holds at a moment."""
    if row.is_draft:
        return Standing.DRAFT
    if row.valid_until is not None and row.valid_until <= at:
        return Standing.ENDED
    return Standing.PLANNED if row.valid_from > at else Standing.IN_FORCE


def _may_change(row: Agreement, *, actor: Actor) -> bool:
    """Tell whether the actor may promise for all that a version covers."""
    services: set[int | None] = {each.pk for each in row.services.all()}
    services |= {each.service_id for each in row.offerings.all()}
    return all(actor.may(access.CONFIGURE, service=key) for key in services or {None})


def _listed(
    versions: list[tuple[Agreement, AgreementContent]],
    filters: AgreementFilters,
    names: Names,
    services: Mapping[str, str],
    *,
    today: date,
    at: datetime,
) -> AgreementRow | None:
    """Return the row of an agreement if it meets the filters."""
    standings = {row.pk: standing_of(row, at=at) for row, _content in versions}
    row, content = min(versions, key=lambda each: _SHOWN_FIRST.index(standings[each[0].pk]))
    covered = {*content.services, *(services[code] for code in content.offerings)}
    listed = AgreementRow(
        code=row.code,
        name=row.name,
        kind=content.kind,
        standing=standings[row.pk],
        version_id=row.pk,
        number=row.number,
        party=party_words(content, names),
        provider=provider_words(content, names),
        between=between_words(content, names),
        coverage=coverage_words(content, names),
        owner=names.people.get(content.owner_id or 0, ""),
        owner_id=content.owner_id,
        review_date=content.review_date,
        is_review_due=content.review_date is not None and content.review_date <= today,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        has_draft=Standing.DRAFT in standings.values(),
        has_planned=Standing.PLANNED in standings.values(),
        is_option=content.is_option,
        services=frozenset(covered),
    )
    return listed if _meets(listed, filters, set(standings.values())) else None


def _meets(row: AgreementRow, filters: AgreementFilters, standings: set[Standing]) -> bool:
    parties = f"{row.party} {row.provider}".casefold()
    return all(
        (
            filters.kind in (None, row.kind),
            filters.standing is None or filters.standing in standings,
            filters.party.strip().casefold() in parties,
            filters.service is None or filters.service in row.services,
            filters.owner_id in (None, row.owner_id),
            filters.is_review_due in (None, row.is_review_due),
            filters.text.strip().casefold() in f"{row.name} {row.code}".casefold(),
        )
    )


def _version(
    row: Agreement, content: AgreementContent, told: Iterable[JournalEntry], *, at: datetime
) -> VersionView:
    return VersionView(
        id=row.pk,
        code=row.code,
        number=row.number,
        standing=standing_of(row, at=at),
        content=content,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        revision=row.revision,
        document=document_of(row),
        deeds=tuple(Deed(each.verb, each.who, each.at, {**each.changes}) for each in told),
    )


def document_of(row: Agreement) -> StoredFile | None:
    """Return the signed document of a version, or None."""
    if not row.document_sha256:
        return None
    return StoredFile(
        row.document_name, row.document_media_type, row.document_size or 0, row.document_sha256
    )
