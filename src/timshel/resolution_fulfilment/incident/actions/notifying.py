"""Who is told what about an incident: each turns a fact into messages, once, however often it runs.

What a reader is told passes through the reader's own rights: requesters through the query of
their case, helpers through the same rule as their pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import translation

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.letters import Draft
from timshel.leadership.authority.queries import actor_for
from timshel.operation.work.access import may_see
from timshel.operation.work.models import Audience, Comment, WorkItem
from timshel.resolution_fulfilment.incident import notices
from timshel.resolution_fulfilment.incident.models import Merger
from timshel.resolution_fulfilment.incident.notices import Reader, Subject
from timshel.resolution_fulfilment.incident.queries.cases import CaseView, case
from timshel.resolution_fulfilment.incident.states import KIND
from timshel.support.communication.queries import worded
from timshel.support.notification.actions import Letter, News, notify
from timshel.support.notification.notices import excerpt
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

URGENT_PRIORITY = 1
TOPICS: Mapping[str, Topic] = {
    "incident.opened": Topic.RECEIVED,
    "incident.answered": Topic.ANSWERED,
    "incident.replied": Topic.REPLIED,
    "incident.resolved": Topic.RESOLVED,
    "incident.cancelled": Topic.ENDED,
    "incident.merged": Topic.ENDED,
    "incident.assigned": Topic.ASSIGNED,
    "incident.reopened": Topic.REOPENED,
    "service_request.opened": Topic.RECEIVED,
    "service_request.answered": Topic.ANSWERED,
    "service_request.replied": Topic.REPLIED,
    "service_request.ended": Topic.ENDED,
    "service_request.assigned": Topic.ASSIGNED,
    "task.assigned": Topic.ASSIGNED,
    "clock.warned": Topic.CLOCK_NEAR,
    "clock.breached": Topic.CLOCK_MISSED,
    "process.stuck": Topic.PROCESS_STUCK,
}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the pages are: each makes the address of a page.

    Args:
        case: for the requester, from the number.
        record: for helpers, from the kind of work and the number.
        rating: for the requester, who says there how it was without signing in, from the number
            and the key of the person.
        guest: likewise for a guest, who belongs to no unit and no customer.
    """

    case: Callable[[str], str]
    record: Callable[[str, str], str]
    rating: Callable[[str, int], str]
    guest: Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Told:
    """Someone to be told, with what they may see, about what, how urgent, and in whose name."""

    person: Person
    actor: Actor
    about: Subject
    is_urgent: bool = False
    team_id: int | None = None

    @property
    def reader(self) -> Reader:
        """For whom the words are."""
        return Reader(self.actor.name, self.actor.language, self.actor.time_zone)


def acknowledge(work_item_id: int, *, links: Links, at: datetime) -> None:
    """Tell the requester that the report arrived.

    Args:
        work_item_id: the incident.
        links: where the pages are.
        at: now.
    """
    item = item_told_of(work_item_id)
    if item is None or _nobody_asked(item) or (told := requester_told(item, links)) is None:
        return
    view = case(item.number, actor=told.actor, at=at)
    notice = notices.acknowledgement(
        told.about,
        reader=told.reader,
        service=view.row.service,
        promised_at=view.row.promised_at,
    )
    send("incident.opened", str(item.pk), notice, told, at=at)


def tell_reply(work_item_id: int, *, comment_id: int, links: Links, at: datetime) -> None:
    """Bring a public reply to the other side: the requester's to the assignee, a helper's back.

    Args:
        work_item_id: the incident.
        comment_id: the reply; an internal note is told to nobody.
        links: where the pages are.
        at: now.
    """
    item = item_told_of(work_item_id)
    said = Comment.objects.filter(
        pk=comment_id, work_item_id=work_item_id, audience=Audience.PUBLIC
    ).first()
    if item is None or said is None:
        return
    files = said.attachments.filter(audience=Audience.PUBLIC).count()
    if said.by_requester:
        for told in assignee_told(item, links, but=said.author_id):
            notice = notices.requester_reply(
                told.about,
                reader=told.reader,
                author=said.author_name,
                text=said.text,
                files=files,
            )
            occasion = f"{said.pk}/{told.person.pk}"
            send("incident.answered", occasion, notice, told, at=at, parts=words_of(said))
        return
    told_requester = requester_told(item, links, but=said.author_id)
    if told_requester is not None:
        view = case(item.number, actor=told_requester.actor, at=at)
        notice = notices.reply(
            told_requester.about,
            reader=told_requester.reader,
            author=said.author_name,
            text=said.text,
            files=files,
            sentence=_sentence(view, told_requester.actor),
        )
        send(
            "incident.replied",
            str(said.pk),
            notice,
            told_requester,
            at=at,
            by_person=True,
            parts=words_of(said),
        )


def tell_resolution(
    work_item_id: int,
    *,
    happened_at: datetime,
    by_person_id: int | None,
    links: Links,
    at: datetime,
) -> None:
    """Tell the requester that it is believed to work again, unless they said so themselves.

    Args:
        work_item_id: the incident.
        happened_at: when it was resolved; each resolution is told once.
        by_person_id: who resolved it.
        links: where the pages are.
        at: now.
    """
    item = item_told_of(work_item_id)
    if item is None or _nobody_asked(item):
        return
    if (told := requester_told(item, links, but=by_person_id)) is None:
        return
    view = case(item.number, actor=told.actor, at=at)
    if view.resolved_at is None:
        return  # reopened before this could be told
    notice = notices.resolution(
        told.about,
        reader=told.reader,
        text=view.resolution_text,
        rating=links.rating(item.number, told.person.pk),
    )
    send("incident.resolved", occasion_of(item, happened_at), notice, told, at=at)


def tell_cancellation(
    work_item_id: int,
    *,
    happened_at: datetime,
    by_person_id: int | None,
    links: Links,
    at: datetime,
) -> None:
    """Tell the requester that it was cancelled, unless they withdrew it themselves.

    Args: as for :func:`tell_resolution`.
    """
    item = item_told_of(work_item_id)
    if item is None or (told := requester_told(item, links, but=by_person_id)) is None:
        return
    notice = notices.cancellation(told.about, reader=told.reader)
    send("incident.cancelled", occasion_of(item, happened_at), notice, told, at=at)


def tell_merger(
    work_item_id: int,
    *,
    happened_at: datetime,
    by_person_id: int | None,
    links: Links,
    at: datetime,
) -> None:
    """Tell the requester that the case goes on in another, which they follow now.

    Args: as for :func:`tell_resolution`.
    """
    item = item_told_of(work_item_id)
    merger = Merger.objects.select_related("target").filter(source=work_item_id).first()
    if item is None or merger is None:
        return  # undone before this could be told
    told = requester_told(item, links, but=by_person_id)
    if told is None or not may_see(told.actor, merger.target):
        return
    target = merger.target
    about = replace(told.about, link=links.case(target.number))
    notice = notices.merger(about, reader=told.reader, into=f"{target.number} {target.title}")
    send("incident.merged", occasion_of(item, happened_at), notice, told, at=at)


def tell_assignment(
    work_item_id: int,
    *,
    assignee_id: int,
    happened_at: datetime,
    by_person_id: int | None,
    links: Links,
    at: datetime,
) -> None:
    """Tell the assignee that the incident is theirs, unless they took it themselves.

    Args:
        work_item_id: the incident.
        assignee_id: who got it; nothing is said if somebody else has it by now.
        happened_at: when; each assignment is told once.
        by_person_id: who assigned it.
        links: where the pages are.
        at: now.
    """
    item = item_told_of(work_item_id)
    if item is None or item.assignee_id != assignee_id:
        return
    for told in assignee_told(item, links, but=by_person_id):
        notice = notices.assignment(told.about, reader=told.reader, priority=item.priority)
        occasion = occasion_of(item, happened_at)
        send("incident.assigned", occasion, notice, told, at=at, parts=giver(by_person_id))


def tell_reopening(
    work_item_id: int,
    *,
    happened_at: datetime,
    by_person_id: int | None,
    links: Links,
    at: datetime,
) -> None:
    """Tell the assignee that it does not work after all, unless they reopened it themselves.

    Args: as for :func:`tell_resolution`.
    """
    item = item_told_of(work_item_id)
    if item is None:
        return
    for told in assignee_told(item, links, but=by_person_id):
        notice = notices.reopening(told.about, reader=told.reader)
        send("incident.reopened", occasion_of(item, happened_at), notice, told, at=at)


def _nobody_asked(item: WorkItem) -> bool:
    """Tell whether a machine reported it, so that its requester waits for no news of it."""
    return item.channel == Channel.MONITORING


def item_told_of(work_item_id: int) -> WorkItem | None:
    """Return an incident with requester and assignee, or None where it is none."""
    item = work_told_of(work_item_id)
    return item if item is not None and item.kind == KIND else None


def work_told_of(work_item_id: int) -> WorkItem | None:
    """Return work of any kind with requester and assignee, or None where it is gone."""
    items = WorkItem.objects.filter(pk=work_item_id).defer("search", "description")
    return items.select_related("requester", "assignee").first()


def requester_told(item: WorkItem, links: Links, *, but: int | None = None) -> Told | None:
    """Return the requester, unless it was they who acted or they have left."""
    if item.requester_id == but:
        return None
    actor = actor_for(item.requester_id, channel=Channel.MAIL)
    is_guest = item.kind == KIND and item.unit_id is None and item.customer_id is None
    address = links.guest(item.number, item.requester_id) if is_guest else links.case(item.number)
    about = Subject(item.number, item.title, address, item.kind)
    if actor is None:
        return None
    return Told(item.requester, actor, about, is_urgent(item), item.team_id)


def assignee_told(item: WorkItem, links: Links, *, but: int | None = None) -> list[Told]:
    """Return the assignee, unless it was they who acted, or nobody has it."""
    if item.assignee is None or item.assignee_id == but:
        return []
    return helpers_told(item, [item.assignee], links)


def helpers_told(item: WorkItem, people: list[Person], links: Links) -> list[Told]:
    """Return those of some people who may see the work at all."""
    about = Subject(item.number, item.title, links.record(item.kind, item.number), item.kind)
    actors = [(person, actor_for(person.pk, channel=Channel.MAIL)) for person in people]
    return [
        Told(person, actor, about, team_id=item.team_id)
        for person, actor in actors
        if actor and may_see(actor, item)
    ]


def _sentence(view: CaseView, actor: Actor) -> str:
    with translation.override(actor.language):
        return str(view.row.sentence)


def is_urgent(item: WorkItem) -> bool:
    """Tell whether news of a piece of work may pass the quiet hours of those who allow it."""
    return item.priority <= URGENT_PRIORITY


def occasion_of(item: WorkItem, moment: datetime) -> str:
    """Return what tells one piece of news of a piece of work from the next."""
    return f"{item.pk}/{moment:%Y%m%dT%H%M%S%f}"


def send(
    kind: str,
    occasion: str,
    draft: Draft,
    told: Told,
    *,
    at: datetime,
    by_person: bool = False,
    series: str = "",
    parts: Mapping[str, str] | None = None,
    is_paged: bool = False,
) -> None:
    """Tell somebody, once: by mail in these words, and by the other ways that they chose.

    Args:
        kind: what it is about, such as ``incident.resolved``.
        occasion: what tells this piece of news from others of its kind.
        draft: what it says, before it is worded.
        told: for whom.
        at: now.
        by_person: whether a person wrote it.
        series: within which the occasion is told once; that of the kind where it is not given.
        parts: what a short notice says beside number and title, such as ``by`` and ``excerpt``.
        is_paged: whether somebody is to be woken by it.
    """
    key, about = f"{series or kind}/{occasion}", told.about
    words = worded(draft)
    letter = Letter(
        key=key,
        kind=kind,
        thread=f"{about.kind.replace('_', '-')}.{about.number}",
        subject=words.subject,
        text=words.text,
        is_automatic=not by_person,
        team_id=told.team_id,
    )
    news = News(
        topic=TOPICS[kind],
        key=key,
        people=[told.person.pk],
        about=About(about.kind, about.number),
        parts={"number": about.number, "title": about.title, **(parts or {})},
        is_urgent=told.is_urgent or is_paged,
        letters={told.person.pk: letter},
    )
    notify(news, at=at)


def words_of(comment: Comment) -> dict[str, str]:
    """Return what a short notice says of a public comment: who wrote it, and its beginning."""
    return {"by": comment.author_name, "excerpt": excerpt(comment.text)}


def giver(person_id: int | None) -> dict[str, str]:
    """Return what a short notice says of who gave somebody work; nothing where no person did."""
    name = Person.objects.filter(pk=person_id or 0).values_list("name", flat=True).first()
    return {"by": name, "said": "assigned_by"} if name else {}
