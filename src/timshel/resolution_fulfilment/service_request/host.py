"""What a process asks of a request: who has a task, who approves, what an automatic step does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.bpmn.diagram import ApprovalSpec, CallSpec, TaskSpec
from timshel.kernel.bpmn.durations import parse_duration
from timshel.kernel.bpmn.vocabulary import Vocabulary
from timshel.kernel.forms import Sensitivity, Shown, condition_values, display, form_from
from timshel.kernel.journal.models import Entry
from timshel.leadership.approval.actions import (
    Line,
    Price,
    Question,
    SeatAsked,
    ask_approval,
    withdraw_approval,
)
from timshel.leadership.approval.outcomes import Decided
from timshel.leadership.approval.states import OnExpiry, Why
from timshel.leadership.authority.queries import holders_of, role_codes
from timshel.operation.process.access import hold_run
from timshel.operation.process.actions import StepResult, complete_step
from timshel.operation.process.diagrams import published_diagrams
from timshel.operation.process.hosting import Answer, Entered, Later
from timshel.operation.process.models import ProcessRun, ProcessStep
from timshel.operation.process.states import OPEN_STEPS, StepKind, StepState
from timshel.operation.task.actions import TaskOpening, cancel_task, open_task
from timshel.operation.work.actions import SUBJECT, change_work_item, reference
from timshel.operation.work.models import OPEN, WorkItem
from timshel.operation.work.states import Stage, WaitingReason
from timshel.resolution_fulfilment.service_request import rules
from timshel.resolution_fulfilment.service_request.actions.calls import answer_call
from timshel.resolution_fulfilment.service_request.actions.stages import (
    end_request,
    write_stage,
)
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.resolution_fulfilment.service_request.queries.requesters import requester_facts
from timshel.resolution_fulfilment.service_request.states import Outcome
from timshel.service_portfolio.catalogue.queries import form_titles, published_form
from timshel.service_portfolio.catalogue.queries.references import shown_references
from timshel.service_portfolio.service.queries import keys_by_code, route, route_function

BUDGET_HOLDER = "budget_holder"
PROCESS = system_actor("Process")


class RequestHost:
    """The host of the processes of requests; it reads the request of its run once."""

    def __init__(self) -> None:
        self._read: ServiceRequest | None = None

    def vocabulary(self) -> Vocabulary:
        """Return the teams, functions, forms, roles and processes that there are."""
        return Vocabulary(
            teams=frozenset(Team.objects.filter(is_active=True).values_list("code", flat=True)),
            functions=frozenset(keys_by_code().functions),
            forms=frozenset(code for code, _title in form_titles(language="en")),
            roles=role_codes(),
            processes=published_diagrams(),
        )

    def facts(self, run: ProcessRun, *, at: datetime) -> Mapping[str, Any]:
        """Return what the request says, and for whom it is."""
        del at
        request = self._request(run)
        item, requester = request.work_item, request.work_item.requester
        form = form_from(request.form.content) if request.form else None
        return {
            "answers": condition_values(form, request.answers) if form else request.answers,
            "requester": requester_facts(requester),
            "request": {
                "number": item.number,
                "offering": request.offering.code,
                "service": request.offering.service.code,
                "variant": request.variant,
                "purpose": request.purpose,
                "price": float(request.price) if request.price is not None else 0.0,
                "for_other": item.opened_by_id not in (None, item.requester_id),
                "fields": request.fields,
                "bundle": _bundle(item),
            },
            "parts": list(request.parts),
        }

    def open_task(self, entered: Entered, spec: TaskSpec, *, actor: Actor, at: datetime) -> None:
        """Give the task to the team that the diagram, a function or the offering names."""
        request = self._request(entered.run)
        opening = TaskOpening(
            parent=request.work_item,
            spec=spec,
            team=_team(spec, request),
            form=published_form(spec.form).content if spec.form else None,
            journalled={
                "service": (None, reference(request.offering.service)),
                "offering": (None, reference(request.offering)),
            },
        )
        open_task(entered, opening=opening, actor=actor, at=at)

    def ask(self, entered: Entered, spec: ApprovalSpec, *, actor: Actor, at: datetime) -> None:
        """Ask those whom the diagram names, showing them what is to be approved."""
        request = self._request(entered.run)
        item = request.work_item
        remind, expires = parse_duration(spec.remind), parse_duration(spec.expires)
        question = Question(
            work_item_id=item.pk,
            step=f"{entered.step.pk}",
            title=item.title,
            requester_id=item.requester_id,
            asked_by_id=item.opened_by_id,
            seats=_seats(spec, request),
            summary=_summary(request),
            price=_price(request),
            reference=item.number,
            needed=spec.needed,
            remind_at=remind.after(at) if remind else None,
            due_at=expires.after(at) if expires else None,
            on_expiry=OnExpiry(spec.on_expiry or OnExpiry.EXPIRED),
            translations=_titles(request),
        )
        event = ask_approval(question, actor=actor, at=at)
        entered.step.approval_id = event.approval_id
        entered.step.save(update_fields=["approval_id"])

    def call(
        self, entered: Entered, spec: CallSpec, *, actor: Actor, at: datetime
    ) -> Answer | Later:
        """Do what an automatic step says."""
        return answer_call(entered, spec, self._request(entered.run), actor=actor, at=at)

    def drop(self, step: ProcessStep, *, actor: Actor, at: datetime) -> None:
        """Take back a task that nobody needs, or a question that nobody has to answer."""
        del actor  # it follows from what somebody did; that is journalled already
        if step.kind == StepKind.TASK:
            cancel_task(step.pk, actor=PROCESS, at=at)
        elif step.kind == StepKind.APPROVAL and step.approval_id is not None:
            withdraw_approval(step.approval_id, actor=PROCESS, at=at)

    def kept(
        self, run: ProcessRun, fields: Mapping[str, Any], *, actor: Actor, at: datetime
    ) -> None:
        """Keep what the process has set beside the answers, for helpers and for the journal."""
        request = ServiceRequest.objects.only("fields").get(pk=run.pk)
        also = {
            f"field.{name}": (request.fields.get(name), value)
            for name, value in fields.items()
            if request.fields.get(name) != value
        }
        if also:
            ServiceRequest.objects.filter(pk=run.pk).update(fields={**request.fields, **fields})
            verb = "service_request.field_set"
            change_work_item(_locked(run), verb=verb, values={}, also=also, actor=actor, at=at)

    def moved(self, run: ProcessRun, *, actor: Actor, at: datetime) -> None:
        """Let the request stand where its process stands."""
        item = _locked(run)
        waiting = [
            StepKind(kind)
            for kind in run.steps.filter(state__in=OPEN_STEPS).values_list("kind", flat=True)
        ]
        if not waiting:
            return
        has_begun = _has_begun(run)
        target = rules.standing(
            Stage(item.stage),
            WaitingReason(item.waiting_reason) if item.waiting_reason else None,
            waiting=waiting,
            has_begun=has_begun,
        )
        # The clock to respond stops when the first of its tasks is taken up; see service-level
        # clocks in docs/algorithms.
        also = {"taken_up": (None, True)} if has_begun and not _is_taken_up(item) else {}
        if (target.stage, target.reason) != (item.stage, item.waiting_reason):
            values = _values(target)
            verb = f"service_request.{_VERBS[target.stage]}"
            write_stage(item, verb, values=values, also=also, actor=actor, at=at)
        elif also:
            verb = "service_request.started"
            write_stage(item, verb, values={}, also=also, actor=actor, at=at)

    def ended(self, run: ProcessRun, error: str, *, actor: Actor, at: datetime) -> None:
        """Let the request end as its process did: delivered, or refused with the reason."""
        item = _locked(run)
        if item.stage not in (Stage.NEW, Stage.IN_PROGRESS, Stage.WAITING):
            return
        outcome = _OUTCOMES.get(error, Outcome.IMPOSSIBLE) if error else Outcome.FULFILLED
        text = "" if outcome is Outcome.FULFILLED else _last_comment(run)
        end_request(item, outcome, text=text, actor=actor, at=at)

    def _request(self, run: ProcessRun) -> ServiceRequest:
        if self._read is None or self._read.pk != run.pk:
            self._read = _request(run)
        return self._read


_OUTCOMES = {"refused": Outcome.REFUSED, "impossible": Outcome.IMPOSSIBLE}
_VERBS = {Stage.WAITING: "waited", Stage.IN_PROGRESS: "started", Stage.NEW: "opened"}


def approval_decided(decided: Decided, /, *, actor: Actor, at: datetime) -> None:
    """Let the process go on from an approval that came to its end."""
    run = hold_run(decided.work_item_id)
    if run is None:
        return
    step = run.steps.filter(approval_id=decided.approval_id, state__in=OPEN_STEPS).first()
    if step is None:
        return
    result = StepResult(
        str(decided.outcome),
        {"comment": decided.comment},
        by=actor.name,
        comment=decided.comment,
        person_id=decided.by_person_id,
    )
    complete_step(step, run=run, result=result, actor=actor, at=at)


def hold_work(work_item_id: int, /) -> None:
    """Lock the run of the work that an approval is about, before the approval."""
    hold_run(work_item_id)


@transaction.atomic
def part_ended(parent_id: int, *, at: datetime) -> bool:
    """Let a bundle go on when all its parts have come to their ends; asking again is harmless.

    Args:
        parent_id: the bundle's request.
        at: now.

    Returns:
        Whether it went on.
    """
    run = hold_run(parent_id)
    if run is None:
        return False
    steps = run.steps.filter(kind=StepKind.CALL, state=StepState.WAITING)
    step = next((each for each in steps if each.values.get("service") == "open_parts"), None)
    parts = WorkItem.objects.filter(parent=parent_id, kind=run.work_item.kind)
    if step is None or parts.filter(OPEN).exists():
        return False
    outcomes = ServiceRequest.objects.filter(pk__in=parts.values("pk"))
    answers = dict(outcomes.values_list("offering__code", "outcome"))
    result = StepResult("done", {"parts": answers}, by=PROCESS.name)
    complete_step(step, run=run, result=result, actor=PROCESS, at=at)
    return True


def _request(run: ProcessRun) -> ServiceRequest:
    return (
        ServiceRequest.objects.select_related(
            "offering__service",
            "form",
            "work_item__requester__unit",
            "work_item__requester__site",
            "work_item__requester__customer",
            "work_item__unit",
            "work_item__customer",
        )
        .defer("work_item__search")
        .get(pk=run.pk)
    )


def _bundle(item: WorkItem) -> str:
    """Return the offering of the bundle that a request is a part of; empty where it is none."""
    if item.parent_id is None:
        return ""
    rows = ServiceRequest.objects.filter(pk=item.parent_id)
    return rows.values_list("offering__code", flat=True).first() or ""


def _locked(run: ProcessRun) -> WorkItem:
    return (
        WorkItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("team", "assignee", "requester")
        .defer("search")
        .get(pk=run.pk)
    )


def _team(spec: TaskSpec, request: ServiceRequest) -> Team | None:
    if spec.team:
        return Team.objects.filter(code=spec.team).first()
    if spec.function:
        key = route_function(spec.function, level=spec.level)
    else:
        key = route(request.offering.service_id, request.offering_id, level=spec.level)
    return Team.objects.filter(pk=key).first() if key else None


def _seats(spec: ApprovalSpec, request: ServiceRequest) -> tuple[SeatAsked, ...]:
    item = request.work_item
    match spec.by:
        case "line_manager":
            return (SeatAsked(item.requester.manager_id, Why.LINE_MANAGER),)
        case "service_owner":
            return (SeatAsked(request.offering.service.owner_id, Why.SERVICE_OWNER),)
        case "budget_holder":
            return _holders(BUDGET_HOLDER, Why.BUDGET_HOLDER, request)
        case "role":
            return _holders(spec.role, Why.ROLE, request)
        case _:
            code = str(request.answers.get(spec.person) or "")
            key = Person.objects.filter(code=code).values_list("pk", flat=True).first()
            return (SeatAsked(key, Why.PERSON),)


def _holders(role: str, why: Why, request: ServiceRequest) -> tuple[SeatAsked, ...]:
    item = request.work_item
    held = holders_of(role, team_id=item.team_id, unit_id=item.unit_id, service_id=item.service_id)
    return tuple(SeatAsked(key, why, role[:100]) for key in sorted(held)) or (
        SeatAsked(None, why, role[:100]),
    )


def _summary(request: ServiceRequest) -> tuple[Line, ...]:
    """Return what is to be approved, in every language; what is confidential is not shown."""
    if request.form is None:
        return ()
    first, *others = (code for code, _name in settings.LANGUAGES)
    shown = {each: _shown(request, each) for each in (first, *others)}
    return tuple(
        Line(
            line.label,
            line.value,
            {
                each: {"label": shown[each][key].label, "value": shown[each][key].value}
                for each in others
            },
        )
        for key, line in shown[first].items()
        if line.sensitivity != Sensitivity.CONFIDENTIAL
    )


def _shown(request: ServiceRequest, language: str) -> dict[str, Shown]:
    form = form_from(request.form.content) if request.form else None
    references = shown_references(language=language)
    return (
        {
            each.key: each
            for each in display(form, request.answers, language=language, references=references)
        }
        if form
        else {}
    )


def _titles(request: ServiceRequest) -> dict[str, dict[str, str]]:
    offering = request.offering
    return {
        language: {"title": str(texts["name"])}
        for language, texts in offering.translations.items()
        if texts.get("name")
    }


def _price(request: ServiceRequest) -> Price | None:
    if request.price is None:
        return None
    return Price(request.price, request.currency, request.price_period)


def _has_begun(run: ProcessRun) -> bool:
    """Tell whether anybody did anything for it yet."""
    if run.steps.filter(state=StepState.DONE, kind=StepKind.TASK).exists():
        return True
    tasks = WorkItem.objects.filter(parent=run.pk, task__isnull=False)
    return tasks.exclude(stage__in=[Stage.NEW, Stage.CANCELLED]).exists()


def _is_taken_up(item: WorkItem) -> bool:
    """Tell whether the journal knows that somebody took a part of it up."""
    return Entry.objects.filter(
        subject_kind=SUBJECT, subject_id=item.pk, changes__has_key="taken_up"
    ).exists()


def _values(target: rules.Standing) -> dict[str, Any]:
    """Return what moves a request to where its process stands, whichever stage it comes from."""
    values: dict[str, Any] = {
        "stage": target.stage.value,
        "waiting_reason": None,
        "supplier_id": None,
    }
    if target.reason is not None:
        values["waiting_reason"] = target.reason.value
    return values


def _last_comment(run: ProcessRun) -> str:
    """Return what was said with the step that led to the end."""
    done = run.steps.filter(state=StepState.DONE, result__isnull=False).order_by("-left_at", "-pk")
    results = list(done.values_list("result", flat=True)[:5])
    return next((str(each["comment"]) for each in results if each and each.get("comment")), "")
