"""What is like a report: for helpers similar cases, for requesters what may help at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable
from django.db.models import Q

from timshel.kernel.actor import Actor
from timshel.operation.work.models import OPEN, WorkItem, WorkItemQuerySet
from timshel.operation.work.states import OPEN_STAGES, STAGE_NAMES, Stage
from timshel.resolution_fulfilment.incident.access import find
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.queries.record import possible_verbs
from timshel.resolution_fulfilment.incident.states import KIND, RESOLUTION_NAMES, Verb
from timshel.resolution_fulfilment.matching import rules
from timshel.resolution_fulfilment.matching.rules import Match, Report
from timshel.resolution_fulfilment.outage.queries import OutageView, running_outages
from timshel.service_portfolio.catalogue.queries.answers import Answer, answers_about
from timshel.service_portfolio.service.models import Service

SHOWN = 5
ANSWERS = 3
# Of what shares a word, the newest so many are compared; more would say less.
CANDIDATES = 300
BODY = 400
RECENT = timedelta(days=365)
ANSWERS = 3
COLUMNS = (
    "pk",
    "number",
    "title",
    "description",
    "stage",
    "service_id",
    "incident__offering_id",
    "requester__site_id",
    "requester__name",
    "resolved_at",
    "opened_at",
    "parent_id",
    "incident__resolution_code",
    "incident__resolution_text",
)


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A case that is like another.

    Args:
        number: of the case.
        title: of it.
        stage: where it stands.
        stage_name: the same in words.
        requester: who reported it.
        opened_at: when.
        resolved_at: when it was resolved, or None.
        resolution: how it was resolved, in words; empty for what is open.
        resolution_text: what was done.
        words: that both have, the most telling first.
        same_service: whether both are of one service.
        score: how alike, comparable within one answer.
    """

    number: str
    title: str
    stage: str
    stage_name: str
    requester: str
    opened_at: datetime
    resolved_at: datetime | None
    resolution: str
    resolution_text: str
    words: tuple[str, ...]
    same_service: bool
    score: float


@dataclass(frozen=True, slots=True)
class Matches:
    """What a helper is shown beside a case.

    Args:
        number: of the case.
        title: of it.
        version: of it, as a step that changes it asks for it.
        may_tie: whether the reader may make it a part of another.
        open: similar cases that nobody has resolved.
        resolved: similar cases that were resolved lately.
        outages: known ones of its service.
    """

    number: str
    title: str
    version: int
    may_tie: bool
    open: tuple[SimilarCase, ...]
    resolved: tuple[SimilarCase, ...]
    outages: tuple[OutageView, ...]


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A case of the person's own that is open and says much the same."""

    number: str
    title: str
    stage: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What may help somebody who is about to report something."""

    outages: tuple[OutageView, ...]
    answers: tuple[Answer, ...]
    cases: tuple[OwnCase, ...]

    def __bool__(self) -> bool:
        return bool(self.outages or self.answers or self.cases)


def similar_cases(number: str, *, actor: Actor, at: datetime) -> Matches:
    """Return what is like an incident under the reader's rights, in a fixed number of queries.

    Open cases are those that nobody has resolved; recent ones were resolved within a year. What is
    tied to the case as parent or child already is left out.

    Raises:
        NotFound: there is no such incident, or the reader may not know of it.
    """
    item = find(number, actor=actor)
    report = _report_of(item)
    words = rules.query_words(report.title, report.body)
    others = WorkItem.objects.filter(kind=KIND).exclude(pk=item.pk).visible_to(actor)
    family = {item.parent_id, item.pk} - {None}
    others = others.exclude(Q(parent_id__in=family) | Q(pk__in=family))
    is_open = _alike(report, others.filter(OPEN), words, at=at)
    resolved = others.filter(stage__in=(Stage.RESOLVED, Stage.CLOSED), resolved_at__gt=at - RECENT)
    service = _service_code(item)
    return Matches(
        number=item.number,
        title=item.title,
        version=item.version,
        may_tie=_may_tie(item, actor=actor, at=at),
        open=is_open,
        resolved=_alike(report, resolved, words, at=at),
        outages=tuple(
            each
            for each in running_outages(actor=actor, service=service)
            if each.number != item.number
        )
        if service
        else (),
    )


def suggestions(text: str, *, service: str | None, actor: Actor, at: datetime) -> Suggestions:
    """Return what may help a person with what they are typing, in a fixed number of queries.

    Known outages of the service, or such that share a word with the text; answers of the
    catalogue's pages that the person may see; their own open cases that say much the same.

    Args:
        text: what was typed so far.
        service: the code of the service that it is about, or None.
        actor: who types.
        at: now.
    """
    words = rules.query_words(text, "")
    outages = [
        each
        for each in running_outages(actor=actor)
        if (service and each.service_code == service) or _shares(words, each)
    ]
    if not words:
        return Suggestions(tuple(outages), (), ())
    own = WorkItem.objects.filter(OPEN, kind=KIND, requester_id=actor.person_id or 0)
    report = Report(key=0, title=text)
    cases = [
        OwnCase(each.number, each.title, each.stage, each.opened_at)
        for each in _alike(report, own, words, at=at)
    ]
    answers = answers_about(words, service=service, actor=actor, at=at)
    return Suggestions(tuple(outages), _best(report, answers, at=at), tuple(cases))


def _best(report: Report, answers: Sequence[Answer], *, at: datetime) -> tuple[Answer, ...]:
    candidates = [
        Report(key=number, title=f"{each.name} {each.question}", body=each.answer[:BODY])
        for number, each in enumerate(answers, start=1)
    ]
    found = rules.matches(report, candidates, at=at, limit=ANSWERS)
    return tuple(answers[match.key - 1] for match in found)


def _shares(words: Sequence[str], outage: OutageView) -> bool:
    told = {word[: rules.STEM] for word in rules.words_of(f"{outage.title} {outage.service}")}
    return any(word[: rules.STEM] in told for word in words)


def _report_of(item: WorkItem) -> Report:
    incident = Incident.objects.only("offering_id").get(work_item=item)
    return Report(
        key=item.pk,
        title=item.title,
        body=item.description[:BODY],
        service_id=item.service_id,
        offering_id=incident.offering_id,
        site_id=item.requester.site_id,
    )


def _may_tie(item: WorkItem, *, actor: Actor, at: datetime) -> bool:
    """Tell whether the reader may change a case that has, for all they see, no parts itself."""
    if Verb.CHANGE not in possible_verbs(item, actor=actor, at=at):
        return False
    return not WorkItem.objects.visible_to(actor).filter(parent=item).exists()


def _service_code(item: WorkItem) -> str | None:
    codes = Service.objects.filter(pk=item.service_id or 0)
    return codes.values_list("code", flat=True).first()


def _alike(
    report: Report, others: WorkItemQuerySet, words: Sequence[str], *, at: datetime
) -> tuple[SimilarCase, ...]:
    if not words:
        return ()
    rows = {row.pk: row for row in _candidates(others, words)}
    found = rules.matches(report, [_candidate(row) for row in rows.values()], at=at, limit=SHOWN)
    return tuple(_similar(rows[match.key], match) for match in found)


def _candidates(others: WorkItemQuerySet, words: Sequence[str]) -> Iterable[Any]:
    newest = others.filter(search=_any_of(words)).order_by("-pk")
    return newest.values_list(*COLUMNS, named=True)[:CANDIDATES]


def _any_of(words: Sequence[str]) -> SearchQueryCombinable:
    queries = [
        SearchQuery(word, config=config) for word in words for config in ("english", "french")
    ]
    return reduce(or_, queries)


def _candidate(row: Any) -> Report:
    return Report(
        key=row.pk,
        title=row.title,
        body=row.description[:BODY],
        service_id=row.service_id,
        offering_id=row.incident__offering_id,
        site_id=row.requester__site_id,
        resolved_at=row.resolved_at,
    )


def _similar(row: Any, match: Match) -> SimilarCase:
    stage = Stage(row.stage)
    code = row.incident__resolution_code
    is_over = stage not in OPEN_STAGES
    return SimilarCase(
        number=row.number,
        title=row.title,
        stage=row.stage,
        stage_name=str(STAGE_NAMES[stage]),
        requester=row.requester__name,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        resolution=str(RESOLUTION_NAMES[code]) if is_over and code else "",
        resolution_text=row.incident__resolution_text if is_over else "",
        words=match.words,
        same_service=match.same_service,
        score=match.score,
    )
