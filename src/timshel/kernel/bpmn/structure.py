"""Whether the ways of a diagram lead somewhere: starts, ends, gateways, circles, boundaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from timshel.kernel.bpmn import graph
from timshel.kernel.bpmn.diagram import (
    ACTIVITIES,
    CHOICES,
    GATEWAYS,
    CallSpec,
    Diagram,
    Element,
    ErrorSpec,
    Flow,
    Kind,
)
from timshel.kernel.bpmn.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong: a code, where, and a sentence."""

    code: str
    element_id: str
    element_name: str
    sentence: str

    @classmethod
    def at(cls, element: Element, code: str, sentence: str) -> Problem:
        """Return a problem at an element."""
        return cls(code, element.id, element.label, sentence)


def problems(diagram: Diagram, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Yield what is wrong with the ways of a diagram."""
    loose = [flow for flow in diagram.flows if not _is_whole(diagram, flow)]
    for flow in loose:
        yield Problem(
            "loose_flow",
            flow.id,
            flow.label,
            _(
                "The flow “%(where)s” does not join two elements of the same process or"
                " sub-process. Draw it anew."
            )
            % {"where": flow.label},
        )
    scopes = ["", *(each.id for each in diagram.elements if each.kind is Kind.SUB_PROCESS)]
    for scope in scopes:
        yield from _scope(diagram, scope)
    for element in diagram.elements:
        yield from _ways(diagram, element)
        if element.kind in GATEWAYS:
            yield from _gateway(diagram, element)
        elif element.kind is Kind.BOUNDARY:
            yield from _boundary(diagram, element)
    if not loose:
        yield from _circles(diagram, vocabulary)


def _is_whole(diagram: Diagram, flow: Flow) -> bool:
    source, target = diagram.by_id.get(flow.source), diagram.by_id.get(flow.target)
    return bool(source and target and source.parent == target.parent == flow.parent)


def _scope(diagram: Diagram, scope: str) -> Iterator[Problem]:
    inside = diagram.inside(scope)
    starts = [each for each in inside if each.kind is Kind.START]
    around = diagram.by_id.get(scope)
    where = around.label if around else diagram.name or diagram.process
    if not starts:
        yield Problem(
            "no_start", scope, where,
            _("“%(where)s” has no start. Add one start event.") % {"where": where},
        )  # fmt: skip
    for extra in starts[1:]:
        yield Problem.at(
            extra,
            "two_starts",
            _("“%(where)s” has a second start, “%(start)s”. Keep one.")
            % {"where": where, "start": extra.label},
        )
    if not any(each.kind is Kind.END for each in inside):
        yield Problem(
            "no_end", scope, where,
            _("“%(where)s” has no end. Add an end event.") % {"where": where},
        )  # fmt: skip
    if starts:
        yield from _reached(diagram, scope, starts)


def _reached(diagram: Diagram, scope: str, starts: list[Element]) -> Iterator[Problem]:
    reached = {each.id for each in starts}.union(
        *(graph.after(diagram, each.id) for each in starts)
    )
    ends = {each.id for each in diagram.inside(scope) if each.kind is Kind.END}
    for element in diagram.inside(scope):
        ahead = graph.after(diagram, element.id)
        if element.id not in reached:
            if element.kind is not Kind.BOUNDARY or element.attached_to in reached:
                yield Problem.at(
                    element,
                    "unreachable",
                    _("No way leads from the start to “%(where)s”. Join it, or remove it.")
                    % {"where": element.label},
                )
        elif element.kind is not Kind.END and diagram.outgoing(element.id) and not ahead & ends:
            yield Problem.at(
                element,
                "no_way_out",
                _("No way leads from “%(where)s” to an end. Draw one.") % {"where": element.label},
            )


def _ways(diagram: Diagram, element: Element) -> Iterator[Problem]:
    incoming, outgoing = diagram.incoming(element.id), diagram.outgoing(element.id)
    where = {"where": element.label}
    if element.kind is Kind.END and outgoing:
        yield Problem.at(
            element, "end_goes_on", _("A flow leaves the end “%(where)s”. Remove it.") % where
        )
    elif element.kind is not Kind.END and not outgoing:
        yield Problem.at(
            element,
            "dead_end",
            _("“%(where)s” is a dead end. Draw a flow from it, to an end at least.") % where,
        )
    if element.kind in (Kind.START, Kind.BOUNDARY) and incoming:
        yield Problem.at(
            element,
            "way_back",
            _("A flow leads to “%(where)s”, where nothing can arrive. Lead it elsewhere.") % where,
        )
    if element.kind in GATEWAYS:
        return
    if len(outgoing) > 1:
        yield Problem.at(
            element,
            "many_ways",
            _("Several flows leave “%(where)s”. Put a gateway after it that says what they mean.")
            % where,
        )
    for flow in outgoing:
        if flow.condition:
            yield _idle_condition(flow)


def _idle_condition(flow: Flow) -> Problem:
    return Problem(
        "idle_condition",
        flow.id,
        flow.label,
        _(
            "The flow “%(where)s” has a condition, but does not leave an exclusive or inclusive"
            " gateway with several ways. Remove the condition, or add a gateway."
        )
        % {"where": flow.label},
    )


def _gateway(diagram: Diagram, element: Element) -> Iterator[Problem]:
    outgoing = diagram.outgoing(element.id)
    if element.kind in CHOICES and len(outgoing) > 1:
        yield from _choice(element, outgoing)
        return
    for flow in outgoing:
        if flow.condition:
            yield _idle_condition(flow)
    if element.kind is Kind.EVENT_BASED:
        for flow in outgoing:
            target = diagram.by_id.get(flow.target)
            if target and (target.kind is not Kind.CATCH or len(diagram.incoming(target.id)) != 1):
                yield Problem.at(
                    element,
                    "event_gateway",
                    _(
                        "“%(where)s” leads to “%(target)s”. After an event-based gateway there"
                        " must be events that wait for a timer or a message, each with this way"
                        " to it alone."
                    )
                    % {"where": element.label, "target": target.label},
                )


def _choice(element: Element, outgoing: tuple[Flow, ...]) -> Iterator[Problem]:
    where = {"where": element.label}
    default = next((flow for flow in outgoing if flow.id == element.default), None)
    if default is None:
        yield Problem.at(
            element,
            "no_default",
            _(
                "The gateway “%(where)s” has no default way. Mark the flow that is taken when no"
                " condition holds."
            )
            % where,
        )
    elif default.condition:
        yield Problem.at(
            element,
            "default_with_condition",
            _("The default way of “%(where)s” has a condition, which is never read. Remove it.")
            % where,
        )
    for flow in outgoing:
        if flow is not default and not flow.condition:
            yield Problem(
                "no_condition",
                flow.id,
                flow.label,
                _("The flow “%(flow)s” of the gateway “%(where)s” has no condition. Write one.")
                % {**where, "flow": flow.label},
            )


def _boundary(diagram: Diagram, element: Element) -> Iterator[Problem]:
    host = diagram.by_id.get(element.attached_to)
    if host is None or host.kind not in ACTIVITIES or host.parent != element.parent:
        yield Problem.at(
            element,
            "loose_boundary",
            _("“%(where)s” is attached to nothing that runs. Put it on a task.")
            % {"where": element.label},
        )


# ── circles ──────────────────────────────────────────────────────────────────────────────────


def _circles(diagram: Diagram, vocabulary: Vocabulary) -> Iterator[Problem]:
    hurried = [each for each in diagram.elements if not _pauses(diagram, each, vocabulary)]
    for circle in graph.components(
        (each.id for each in hurried),
        lambda key: [
            *(flow.target for flow in diagram.outgoing(key)),
            *(each.id for each in diagram.boundary(key)),
        ],
    ):
        members = [each for each in hurried if each.id in circle]
        first = members[0]
        yield Problem.at(
            first,
            "endless_loop",
            _(
                "The circle through %(elements)s would go round without end: nothing in it waits."
                " Put a task, a timer or a message into it."
            )
            % {"elements": ", ".join(f"“{each.label}”" for each in members)},
        )


def _pauses(
    diagram: Diagram, element: Element, vocabulary: Vocabulary, seen: frozenset[str] = frozenset()
) -> bool:
    """Tell whether every way through an element waits for something outside."""
    if element.kind in (Kind.USER_TASK, Kind.CATCH):
        return True
    if element.kind is Kind.BOUNDARY:
        return not isinstance(element.spec, ErrorSpec)
    if element.kind is Kind.SERVICE_TASK:
        service = (
            vocabulary.services.get(element.spec.service)
            if isinstance(element.spec, CallSpec)
            else None
        )
        return service is None or service.pauses
    if element.kind is Kind.SUB_PROCESS:
        return _inside_pauses(diagram, element.id, vocabulary, seen)
    if element.kind is Kind.CALL:
        called = (vocabulary.processes or {}).get(element.called)
        if called is None or element.called in seen:
            return True
        return _inside_pauses(called, "", vocabulary, seen | {element.called})
    return False


def _inside_pauses(
    diagram: Diagram, scope: str, vocabulary: Vocabulary, seen: frozenset[str]
) -> bool:
    start = diagram.start(scope)
    open_ends, passed = [start] if start else [], set()
    while open_ends:
        here = open_ends.pop()
        if here.id in passed or _pauses(diagram, here, vocabulary, seen):
            continue
        if here.kind is Kind.END:
            return False
        passed.add(here.id)
        following = [flow.target for flow in diagram.outgoing(here.id)]
        following += [each.id for each in diagram.boundary(here.id)]
        open_ends += [diagram.by_id[key] for key in following if key in diagram.by_id]
    return True


# ── calls and errors ─────────────────────────────────────────────────────────────────────────


def calls(process: str, element: Element, processes: Mapping[str, Diagram]) -> bool:
    """Tell whether a call leads back to a process, directly or through others."""
    open_ends, seen = [element.called], set()
    while open_ends:
        code = open_ends.pop()
        if code == process:
            return True
        if code in seen or code not in processes:
            continue
        seen.add(code)
        open_ends += [each.called for each in processes[code].elements if each.called]
    return False


def error_problems(diagram: Diagram, element: Element, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Yield what is wrong with an error that is thrown or caught."""
    spec = element.spec
    if not isinstance(spec, ErrorSpec):
        return
    where = {"where": element.label, "code": spec.code}
    if element.kind is Kind.BOUNDARY:
        host = diagram.by_id.get(element.attached_to)
        if host is not None and host.kind is Kind.USER_TASK:
            yield Problem.at(
                element,
                "error_on_task",
                _(
                    "“%(where)s” catches an error of a task, but people end tasks with an"
                    " outcome. Ask for the outcome after the task with a gateway."
                )
                % where,
            )
        elif host is not None and spec.code and not _may_throw(diagram, host, spec, vocabulary):
            yield Problem.at(
                element,
                "never_thrown",
                _("“%(where)s” catches the error “%(code)s”, which nothing in there throws.")
                % where,
            )
        return
    if not spec.code or _is_caught(diagram, element, spec) or spec.code in vocabulary.error_codes:
        return
    known = ", ".join(sorted(vocabulary.error_codes))
    yield Problem.at(
        element,
        "error_end_for_callers" if not element.parent else "uncaught_error",
        _(
            "“%(where)s” ends with the error “%(code)s”, which nothing here catches. Catch it with"
            " a boundary event, or use one of: %(known)s."
        )
        % {**where, "known": known},
    )


def _is_caught(diagram: Diagram, element: Element, spec: ErrorSpec) -> bool:
    parent = element.parent
    while parent:
        for event in diagram.boundary(parent):
            if isinstance(event.spec, ErrorSpec) and event.spec.code in ("", spec.code):
                return True
        parent = diagram.by_id[parent].parent
    return False


def _may_throw(diagram: Diagram, host: Element, spec: ErrorSpec, vocabulary: Vocabulary) -> bool:
    if host.kind is Kind.SERVICE_TASK:
        return True
    if host.kind is Kind.CALL:
        called = (vocabulary.processes or {}).get(host.called)
        return called is None or spec.code in called.errors
    inside = [each for each in diagram.elements if _lies_in(diagram, each, host.id)]
    return any(each.spec == spec or each.kind in (Kind.SERVICE_TASK, Kind.CALL) for each in inside)


def _lies_in(diagram: Diagram, element: Element, parent: str) -> bool:
    while element.parent:
        if element.parent == parent:
            return True
        element = diagram.by_id[element.parent]
    return False
