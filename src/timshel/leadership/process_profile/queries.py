"""Processes as a register, one by one with all that belongs to them, and as a map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.leadership.process_profile.access import day_of, known, may_manage
from timshel.leadership.process_profile.models import ProcessFlow, ProcessProfile
from timshel.leadership.process_profile.rules import SUBJECT, ProfileContent, Translations, lines
from timshel.leadership.process_profile.running import Belonging, Machine, source
from timshel.leadership.process_profile.states import Direction, ProfileState
from timshel.leadership.responsibility.owning import ProcessOwner, process_owners

BY_NAME: KeysetOrder[ProcessProfile] = KeysetOrder(SortKey("name"), SortKey("id"))
MOST = 500
MOST_ON_MAP = 40


@dataclass(frozen=True, slots=True)
class ProfileFilter:
    """Which processes are asked for.

    Args:
        state: in this state; None for all.
        is_overdue: only those that should have been looked at again.
    """

    state: ProfileState | None = None
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """A process in the register, in the reader's language.

    Args:
        code: by which people and records name it.
        name: what it is called.
        purpose: what it is for; Markdown.
        owner: who answers for it; None where it has no matrix of responsibilities.
        has_light: whether there is a light variant.
        state: whether it is worked by.
        reviewed_on: when it was looked at last.
        review_date: by when it is looked at again.
        is_overdue: whether that day is over.
        revision: grows with each change.
    """

    code: str
    name: str
    purpose: str
    owner: ProcessOwner | None
    has_light: bool
    state: ProfileState
    reviewed_on: date | None
    review_date: date | None
    is_overdue: bool
    revision: int

    @property
    def is_vacant(self) -> bool:
        """Whether nobody who is here answers for it."""
        return self.owner is None or not self.owner.holders


@dataclass(frozen=True, slots=True)
class VariantView:
    """A variant of a process.

    Args:
        when: it is used.
        steps: one after the other.
    """

    when: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FlowRow:
    """Something that comes into a process or goes out of it.

    Args:
        id: its key.
        what: passes.
        code: of the other process; empty where it is none, or one that the reader may not see.
        name: of the other process, or of who else it is.
        is_retired: whether the other process is no longer worked by.
    """

    id: int
    what: str
    code: str
    name: str
    is_retired: bool


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A process that is drawn and runs; ``name`` is empty where none is published any more."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ProfileView:
    """One process with all that belongs to it.

    Args:
        row: as the register has it.
        scope: what starts it, what belongs to it and what does not; Markdown.
        customers: who has something of it; Markdown.
        full: the full variant.
        light: the light variant; None where there is none.
        inputs: what comes in.
        outputs: what goes out.
        machines: the state machines that it runs on, as the code has them.
        lost_machines: the codes of those that the code has no more.
        diagrams: what is drawn of it and runs.
        indicators: of what the reader may see.
        documents: of what the reader may know.
        translations: what is said in other languages, by language and text.
        made_at: when it was written first.
        may_manage: whether the reader may write of it.
        may_review: whether the reader may say that it still holds.
    """

    row: ProfileRow
    scope: str
    customers: str
    full: VariantView
    light: VariantView | None
    inputs: tuple[FlowRow, ...]
    outputs: tuple[FlowRow, ...]
    machines: tuple[Machine, ...]
    lost_machines: tuple[str, ...]
    diagrams: tuple[DrawnRow, ...]
    indicators: tuple[Belonging, ...]
    documents: tuple[Belonging, ...]
    translations: Translations
    made_at: datetime
    may_manage: bool
    may_review: bool


@dataclass(frozen=True, slots=True)
class ProcessMap:
    """Processes and what passes between them.

    Args:
        names: of the processes in use, by code.
        flows: from where, to where, and what.
    """

    names: dict[str, str]
    flows: tuple[tuple[str, str, str], ...]


def profile_list(
    *,
    actor: Actor,
    at: datetime,
    wanted: ProfileFilter,
    cursor: str | None = None,
    size: int = 50,
) -> Page[ProfileRow]:
    """Return a page of the processes that the actor may see, by name; a dozen queries.

    Args:
        actor: who reads.
        at: now.
        wanted: which.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    page = BY_NAME.page(_wanted(wanted, actor=actor, at=at), cursor=cursor, size=size)
    rows = {row.code: row for row in _rows(page.items, actor=actor, at=at)}
    return page.map(lambda row: rows[row.code])


def profile_rows(
    *, actor: Actor, at: datetime, wanted: ProfileFilter
) -> tuple[tuple[ProfileRow, str, str], ...]:
    """Return all processes with scope and customers, for a spreadsheet; a dozen queries."""
    found = list(BY_NAME.in_order(_wanted(wanted, actor=actor, at=at))[:MOST])
    rows = _rows(found, actor=actor, at=at)
    language = actor.language
    return tuple(
        (row, each.text("scope", language), each.text("customers", language))
        for row, each in zip(rows, found, strict=True)
    )


def profile(code: str, *, actor: Actor, at: datetime) -> ProfileView:
    """Return one process with all that belongs to it; some twenty queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = known(code, actor=actor, at=at)
    row = _rows([found], actor=actor, at=at)[0]
    ran, language = source(), actor.language
    machines, drawn = ran.machines(), ran.diagrams(language=language)
    inputs, outputs = _flows(found, actor=actor, at=at)
    is_own = row.owner is not None and row.owner.is_held_by(actor.person_id)
    manages = may_manage(actor)
    return ProfileView(
        row=row,
        scope=found.text("scope", language),
        customers=found.text("customers", language),
        full=_variant(found, "full", language),
        light=_variant(found, "light", language) if row.has_light else None,
        inputs=inputs,
        outputs=outputs,
        machines=tuple(machines[each] for each in found.machines if each in machines),
        lost_machines=tuple(each for each in found.machines if each not in machines),
        diagrams=tuple(DrawnRow(each, drawn.get(each, "")) for each in found.diagrams),
        indicators=ran.indicators(code, actor=actor, at=at),
        documents=ran.documents(code, actor=actor, at=at),
        translations=found.translations,
        made_at=found.made_at,
        may_manage=manages,
        may_review=manages or is_own,
    )


def profile_content(code: str, *, actor: Actor, at: datetime) -> ProfileContent:
    """Return what is said of a process with all translations; one query.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    return known(code, actor=actor, at=at).content()


def profile_history(code: str, *, actor: Actor, at: datetime) -> tuple[JournalEntry, ...]:
    """Return what happened to a process, the newest first; two queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    return history(SUBJECT, [known(code, actor=actor, at=at).pk])[::-1]


def process_map(*, actor: Actor, at: datetime) -> ProcessMap:
    """Return the processes in use that the actor may see, and what passes; two queries."""
    rows = ProcessProfile.objects.visible_to(actor, day=day_of(at)).in_use()
    found = {row.pk: row for row in BY_NAME.in_order(rows)[:MOST_ON_MAP]}
    flows = ProcessFlow.objects.filter(source__in=found, target__in=found).order_by("pk")
    language = actor.language
    return ProcessMap(
        {row.code: row.text("name", language) for row in found.values()},
        tuple(
            (
                found[each.source_id or 0].code,
                found[each.target_id or 0].code,
                each.text("what", language),
            )
            for each in flows
        ),
    )


def process_choices(*, actor: Actor, at: datetime, but: str) -> list[tuple[str, str]]:
    """Return code and name of the processes in use that the actor may see, but one; one query."""
    rows = ProcessProfile.objects.visible_to(actor, day=day_of(at)).in_use().exclude(code=but)
    return [(row.code, row.text("name", actor.language)) for row in BY_NAME.in_order(rows)[:MOST]]


def machine_list() -> tuple[Machine, ...]:
    """Return the state machines that a process can run on, by code."""
    found = source().machines()
    return tuple(found[code] for code in sorted(found))


def diagram_choices(*, language: str) -> list[tuple[str, str]]:
    """Return code and name of what is drawn and published; one query."""
    found = source().diagrams(language=language)
    return sorted(found.items(), key=lambda each: each[1].casefold())


def _wanted(wanted: ProfileFilter, *, actor: Actor, at: datetime) -> QuerySet[ProcessProfile]:
    rows = ProcessProfile.objects.visible_to(actor, day=day_of(at))
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    if wanted.is_overdue:
        rows = rows.in_use().filter(review_date__lt=day_of(at))
    return rows


def _rows(found: Iterable[ProcessProfile], *, actor: Actor, at: datetime) -> list[ProfileRow]:
    rows = list(found)
    owners = process_owners([row.code for row in rows], actor=actor, at=at)
    return [_row(row, owners.get(row.code), language=actor.language, at=at) for row in rows]


def _row(
    row: ProcessProfile, owner: ProcessOwner | None, *, language: str, at: datetime
) -> ProfileRow:
    is_used = row.state == ProfileState.IN_USE
    return ProfileRow(
        code=row.code,
        name=row.text("name", language),
        purpose=row.text("purpose", language),
        owner=owner,
        has_light=bool(row.light_when),
        state=ProfileState(row.state),
        reviewed_on=row.reviewed_on,
        review_date=row.review_date,
        is_overdue=is_used and row.review_date is not None and row.review_date < day_of(at),
        revision=row.revision,
    )


def _variant(row: ProcessProfile, name: str, language: str) -> VariantView:
    return VariantView(
        row.text(f"{name}_when", language), lines(row.text(f"{name}_steps", language))
    )


def _flows(
    row: ProcessProfile, *, actor: Actor, at: datetime
) -> tuple[tuple[FlowRow, ...], tuple[FlowRow, ...]]:
    """Return what comes in and what goes out; two queries."""
    rows = ProcessFlow.objects.filter(Q(source=row) | Q(target=row))
    found = list(rows.select_related("source", "target").order_by("pk"))
    others = [each.source_id if each.target_id == row.pk else each.target_id for each in found]
    seen = set(
        ProcessProfile.objects.visible_to(actor, day=day_of(at))
        .filter(pk__in=[each for each in others if each is not None])
        .values_list("pk", flat=True)
    )
    sides: dict[Direction, list[FlowRow]] = {each: [] for each in Direction}
    for each in found:
        is_input = each.target_id == row.pk
        other = each.source if is_input else each.target
        shown = _flow(each, other, seen=seen, language=actor.language)
        sides[Direction.INPUT if is_input else Direction.OUTPUT].append(shown)
    return tuple(sides[Direction.INPUT]), tuple(sides[Direction.OUTPUT])


def _flow(
    row: ProcessFlow, other: ProcessProfile | None, *, seen: set[int], language: str
) -> FlowRow:
    what = row.text("what", language)
    if other is None:
        return FlowRow(row.pk, what, "", row.text("outside", language), is_retired=False)
    return FlowRow(
        id=row.pk,
        what=what,
        code=other.code if other.pk in seen else "",
        name=other.text("name", language),
        is_retired=other.state == ProfileState.RETIRED,
    )
