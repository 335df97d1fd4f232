"""What stands around a piece of work, as its page shows it.

Lines that hang on one piece of work alone are few and small: they are read together, in one query
that answers each kind of them as a list of objects of JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject, Lower
from django.utils.functional import Promise

from timshel.kernel.actor import Actor
from timshel.kernel.translation import translated
from timshel.operation.teamwork.access import find_at_desk, may_help
from timshel.operation.teamwork.models import CheckLine, Draft, TimeSpent, WorkLink, WorkTag
from timshel.operation.teamwork.queries.drafts import DraftView
from timshel.operation.teamwork.queries.presence import PresentPerson, others_here
from timshel.operation.teamwork.rules import TIME_EDITABLE
from timshel.operation.teamwork.states import LINK_NAMES, LINK_NAMES_BACK, WorkLinkKind
from timshel.operation.work.access import Known, find, is_own, may_read_notes, seen_among
from timshel.operation.work.models import Watcher, WorkItem, seeing_watchers
from timshel.operation.work.rules import TASK, VIEW, covers
from timshel.operation.work.sharing import is_confidential
from timshel.operation.work.states import STAGE_NAMES, Stage


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as one side shows it: what the other is to the work that is looked at."""

    id: int
    kind: str
    kind_name: Promise
    is_back: bool
    number: str
    work_kind: str
    title: str
    stage: str
    stage_name: Promise


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A line of time; ``may_correct`` is for whoever wrote it, within a day."""

    id: int
    person: str
    minutes: int
    day: date
    note: str
    is_internal: bool
    may_correct: bool


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A line of the checklist."""

    id: int
    text: str
    done_by: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class WatcherRow:
    """Somebody who follows the work; ``may_remove`` is for the reader."""

    person_id: int
    name: str
    unit: str
    by_requester: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class WorkAround:
    """All that stands around a piece of work, as far as the reader may see it.

    Args:
        minutes: the sum of the lines of time that are shown.
        may_help: whether the reader works on it: tags, links, time and checklist are theirs.
        may_watch: whether the reader can begin to follow it.
        may_add_watchers: whether the reader can have others follow it.
        watches: whether the reader follows it.
        has_checklist: whether this kind of work has a checklist of its own kind here.
    """

    number: str
    kind: str
    tags: tuple[str, ...]
    links: tuple[LinkRow, ...]
    time: tuple[TimeRow, ...]
    minutes: int
    checks: tuple[CheckRow, ...]
    watchers: tuple[WatcherRow, ...]
    may_help: bool
    may_watch: bool
    may_add_watchers: bool
    watches: bool
    has_checklist: bool


@dataclass(frozen=True, slots=True)
class AtDesk:
    """A piece of work as somebody of the desk finds it on its page.

    Args:
        around: what stands around it.
        present: who else looks at it now.
        drafts: what the reader typed earlier and has not sent, by box.
    """

    around: WorkAround
    present: tuple[PresentPerson, ...]
    drafts: dict[str, DraftView]


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who follows a case, as its page on the portal shows it.

    Args:
        watchers: all of them for whoever asked for it, else the reader alone.
        may_add: whether the reader can share it with others.
        watches: whether the reader watches it.
        is_confidential: whether it cannot be shared by those who asked for it.
    """

    number: str
    watchers: tuple[WatcherRow, ...]
    may_add: bool
    watches: bool
    is_confidential: bool


def sharing(work: Known, *, actor: Actor) -> Sharing:
    """Return who follows a case; at most three queries, and the finding of it.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
    """
    item = find(work, actor=actor)
    own = is_own(item, actor=actor)
    confidential = own and is_confidential(item.service_id)
    watchers = _watchers(item, _lines_of(item, watching=_watching())["watching"], actor=actor)
    return Sharing(
        number=item.number,
        watchers=watchers,
        may_add=own and item.kind != TASK and (not confidential or may_help(item, actor=actor)),
        watches=any(row.person_id == actor.person_id for row in watchers),
        is_confidential=confidential,
    )


def around(work: Known, *, actor: Actor, at: datetime) -> WorkAround:
    """Return what stands around a piece of work; at most four queries, whatever there is, and
    the finding of it.

    Tags, links, time and checklist are the helpers': who only follows the work sees none of them.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
    """
    item = find(work, actor=actor)
    lines = _lines_of(item, **_standing(item, actor=actor))
    return _around(item, lines, actor=actor, at=at)


def at_desk(work: Known, *, actor: Actor, at: datetime) -> AtDesk:
    """Return all that the page of a piece of work shows beside it; at most four queries, and the
    finding of it.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    item, person_id = find_at_desk(work, actor=actor)
    drafted = Draft.objects.filter(person_id=person_id).order_by("box")
    lines = _lines_of(
        item,
        **_standing(item, actor=actor),
        looking=_lines(others_here(person_id, at=at), "person_id", "box", name="person__name"),
        drafted=_lines(drafted, "box", "text", "saved_at"),
    )
    return AtDesk(
        around=_around(item, lines, actor=actor, at=at),
        present=tuple(
            PresentPerson(line["person_id"], line["name"], line["box"]) for line in lines["looking"]
        ),
        drafts={line["box"]: _draft(item, line) for line in lines["drafted"]},
    )


def _standing(item: WorkItem, *, actor: Actor) -> dict[str, ArraySubquery]:
    """Return the kinds of lines around a piece of work that are read for an actor."""
    helping = _helping() if covers(actor, VIEW, item) else {}
    return {"watching": _watching(), **helping}


def _around(
    item: WorkItem,
    lines: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    actor: Actor,
    at: datetime,
) -> WorkAround:
    helps, inside = may_help(item, actor=actor), covers(actor, VIEW, item)
    watchers = _watchers(item, lines["watching"], actor=actor)
    time = _time(item, lines.get("spent", ()), actor=actor, at=at)
    watches = any(row.person_id == actor.person_id for row in watchers)
    asked = is_own(item, actor=actor)
    return WorkAround(
        number=item.number,
        kind=item.kind,
        tags=tuple(line["name"] for line in lines.get("tagged", ())),
        links=links_of(item, actor=actor) if inside else (),
        time=time,
        minutes=sum(row.minutes for row in time),
        checks=tuple(_check(line) for line in lines.get("checked", ())),
        watchers=watchers,
        may_help=helps,
        may_watch=(helps or inside) and not (watches or asked or item.kind == TASK),
        may_add_watchers=may_add_watchers(item, actor=actor),
        watches=watches,
        has_checklist=item.kind != TASK,
    )


def may_add_watchers(item: WorkItem, *, actor: Actor) -> bool:
    """Tell whether the reader can have others follow a piece of work; at most one query."""
    if item.kind == TASK:
        return False
    if may_help(item, actor=actor):
        return True
    return is_own(item, actor=actor) and not is_confidential(item.service_id)


def links_of(item: WorkItem, *, actor: Actor) -> tuple[LinkRow, ...]:
    """Return the links of a piece of work to what the reader may see, in at most two queries."""
    rows = list(
        WorkLink.objects.filter(Q(source=item) | Q(target=item))
        .select_related("source", "target")
        .defer("source__search", "source__description", "target__search", "target__description")
        .order_by("kind", "pk")
    )
    others = [row.target if row.source_id == item.pk else row.source for row in rows]
    seen = {other.pk for other in seen_among(others, actor=actor)}
    return tuple(
        _link(row, other, is_back=row.source_id != item.pk)
        for row, other in zip(rows, others, strict=True)
        if other.pk in seen
    )


def _lines_of(item: WorkItem, **kinds: ArraySubquery) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Return the lines of some kinds that hang on a piece of work, in one query."""
    rows: QuerySet[WorkItem, Any] = WorkItem.objects.filter(pk=item.pk).values(**kinds)
    found: Mapping[str, Any] = rows.get()
    return found


def _lines(rows: QuerySet[Any], *names: str, **columns: str) -> ArraySubquery:
    """Return a kind of lines, in the order of their rows: columns by their own or another name."""
    line = JSONObject(**{name: name for name in names}, **columns)
    return ArraySubquery(rows.filter(work_item=OuterRef("pk")).values_list(line))


def _watching() -> ArraySubquery:
    rows = Watcher.objects.order_by(Lower("person__name"), "person_id")
    return _lines(
        rows,
        "person_id",
        "by_requester",
        name="person__name",
        unit="person__unit__name",
        unit_words="person__unit__translations",
        customer="person__customer__name",
        customer_words="person__customer__translations",
    )


def _helping() -> dict[str, ArraySubquery]:
    """Return the kinds of lines that helpers write for each other."""
    return {
        "tagged": _lines(WorkTag.objects.order_by(Lower("tag__name")), name="tag__name"),
        "spent": _lines(
            TimeSpent.objects.order_by("-day", "-pk"),
            *("pk", "person_id", "minutes", "day", "note", "is_internal", "at"),
            name="person__name",
        ),
        "checked": _lines(
            CheckLine.objects.order_by("pk"), "pk", "text", "done_at", name="done_by__name"
        ),
    }


def _time(
    item: WorkItem, lines: Sequence[Mapping[str, Any]], *, actor: Actor, at: datetime
) -> tuple[TimeRow, ...]:
    """Return the time that was spent, the latest first; what is internal for those who may read
    notes.
    """
    notes = may_read_notes(item, actor=actor)
    return tuple(
        TimeRow(
            id=line["pk"],
            person=line["name"],
            minutes=line["minutes"],
            day=date.fromisoformat(line["day"]),
            note=line["note"],
            is_internal=line["is_internal"],
            may_correct=line["person_id"] == actor.person_id
            and at <= datetime.fromisoformat(line["at"]) + TIME_EDITABLE,
        )
        for line in lines
        if notes or not line["is_internal"]
    )


def _draft(item: WorkItem, line: Mapping[str, Any]) -> DraftView:
    saved_at = datetime.fromisoformat(line["saved_at"])
    return DraftView(item.number, item.kind, item.title, line["box"], line["text"], saved_at)


def _check(line: Mapping[str, Any]) -> CheckRow:
    done_at = datetime.fromisoformat(line["done_at"]) if line["done_at"] else None
    return CheckRow(line["pk"], line["text"], line["name"] or "", done_at)


def _watchers(
    item: WorkItem, lines: Sequence[Mapping[str, Any]], *, actor: Actor
) -> tuple[WatcherRow, ...]:
    """Return who follows a piece of work, by name.

    Whoever works on it or asked for it sees them all, anybody else no more than themselves.
    """
    helps, asked = may_help(item, actor=actor), is_own(item, actor=actor)
    sees_all = helps or asked or covers(actor, VIEW, item)
    return tuple(
        WatcherRow(
            person_id=line["person_id"],
            name=line["name"],
            unit=_home(line, actor.language),
            by_requester=line["by_requester"],
            may_remove=helps
            or line["person_id"] == actor.person_id
            or (asked and line["by_requester"]),
        )
        for line in lines
        if sees_all or line["person_id"] == actor.person_id
    )


def follower_ids(work_item_id: int) -> tuple[int, ...]:
    """Return the keys of the active people who watch a piece of work and may see it by that.

    For whoever tells them of it; each is still to be asked what they may see. One query.
    """
    rows = seeing_watchers().filter(work_item_id=work_item_id, person__is_active=True)
    return tuple(rows.order_by("person_id").values_list("person_id", flat=True))


def _home(line: Mapping[str, Any], language: str) -> str:
    """Return the unit that a watcher is of, or the customer."""
    place = "unit" if line["unit"] is not None else "customer"
    if line[place] is None:
        return ""
    return translated(line[place], line[f"{place}_words"], "name", language)


def _link(row: WorkLink, other: WorkItem, *, is_back: bool) -> LinkRow:
    kind = WorkLinkKind(row.kind)
    return LinkRow(
        id=row.pk,
        kind=kind.value,
        kind_name=(LINK_NAMES_BACK if is_back else LINK_NAMES)[kind],
        is_back=is_back,
        number=other.number,
        work_kind=other.kind,
        title=other.title,
        stage=other.stage,
        stage_name=STAGE_NAMES[Stage(other.stage)],
    )
