"""What a step of a process says, and what differs between two diagrams, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.interfaces.web.administration.process_words import VALUE_NAMES, service_name
from timshel.interfaces.web.diagrams import DiagramStep
from timshel.interfaces.web.stretches import duration_words
from timshel.kernel.bpmn.diagram import (
    ApprovalSpec,
    CallSpec,
    Diagram,
    Element,
    ErrorSpec,
    Flow,
    Kind,
    MessageSpec,
    TaskSpec,
    TerminateSpec,
    TimerSpec,
)
from timshel.kernel.text import labelled

KINDS: Mapping[Kind, Promise] = {
    Kind.START: gettext_lazy("Start"),
    Kind.END: gettext_lazy("End"),
    Kind.USER_TASK: gettext_lazy("Task"),
    Kind.SERVICE_TASK: gettext_lazy("Automatic step"),
    Kind.EXCLUSIVE: gettext_lazy("Choice"),
    Kind.INCLUSIVE: gettext_lazy("Choice of several"),
    Kind.PARALLEL: gettext_lazy("At the same time"),
    Kind.EVENT_BASED: gettext_lazy("Whatever comes first"),
    Kind.CATCH: gettext_lazy("Wait"),
    Kind.THROW: gettext_lazy("Milestone"),
    Kind.BOUNDARY: gettext_lazy("Event on the edge"),
    Kind.CALL: gettext_lazy("Another process"),
    Kind.SUB_PROCESS: gettext_lazy("Part in a frame"),
}
APPROVERS: Mapping[str, Promise] = {
    "line_manager": gettext_lazy("The line manager"),
    "service_owner": gettext_lazy("The owner of the service"),
    "budget_holder": gettext_lazy("Who holds the budget"),
    "role": gettext_lazy("Those with a role"),
    "person": gettext_lazy("A person named in the form"),
}
EXPIRIES: Mapping[str, Promise] = {
    "": gettext_lazy("Expired"),
    "refused": gettext_lazy("Refused"),
    "approved": gettext_lazy("Approved"),
    "escalated": gettext_lazy("Asked of the next higher person"),
}
# What readers are told of in words; gateways and plain events only steer.
TOLD = frozenset(
    {Kind.USER_TASK, Kind.SERVICE_TASK, Kind.CALL, Kind.SUB_PROCESS, Kind.CATCH, Kind.BOUNDARY}
    | {Kind.END}
)


@dataclass(frozen=True, slots=True)
class Names:
    """What codes in a diagram are called, in the reader's language."""

    teams: Mapping[str, str]
    functions: Mapping[str, str]
    forms: Mapping[str, str]
    roles: Mapping[str, str]
    processes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that two diagrams say differently."""

    subject: str
    before: str
    after: str


def kind_name(element: Element) -> str:
    """Return what sort of step an element is."""
    if isinstance(element.spec, ApprovalSpec):
        return _("Approval")
    return str(KINDS[element.kind])


def steps_of(diagram: Diagram, names: Names, language: str) -> tuple[DiagramStep, ...]:
    """Return what happens in a process, in the order in which it can be reached."""
    return tuple(
        DiagramStep(
            element=element.id,
            name=element.name_in(language) or kind_name(element),
            text=element.documentation_in(language),
            kind=kind_name(element),
            who=who(element, names),
        )
        for element in in_order(diagram)
        if element.kind in TOLD
    )


def in_order(diagram: Diagram) -> tuple[Element, ...]:
    """Return the elements of a diagram as they can be reached; the unreachable come last."""
    seen: dict[str, None] = {}

    def visit(parent: str) -> None:
        start = diagram.start(parent)
        waiting = [start.id] if start else []
        while waiting:
            element_id = waiting.pop(0)
            if element_id in seen or element_id not in diagram.by_id:
                continue
            seen[element_id] = None
            visit(element_id)
            waiting += [flow.target for flow in diagram.outgoing(element_id)]
            for event in diagram.boundary(element_id):
                seen[event.id] = None
                waiting += [flow.target for flow in diagram.outgoing(event.id)]

    visit("")
    rest = [each for each in diagram.elements if each.id not in seen]
    return (*(diagram.by_id[each] for each in seen), *rest)


def who(element: Element, names: Names) -> str:
    """Return who does or decides a step, in words; empty where nobody does."""
    spec = element.spec
    if isinstance(spec, TaskSpec):
        if spec.team:
            return names.teams.get(spec.team, spec.team)
        if spec.function:
            name = names.functions.get(spec.function, spec.function)
            return _("%(function)s, level %(level)d") % {"function": name, "level": spec.level}
        return _("The team that leads the service")
    if isinstance(spec, ApprovalSpec):
        if spec.by == "role":
            return names.roles.get(spec.role, spec.role)
        return str(APPROVERS.get(spec.by, spec.by))
    return ""


def differences(before: Diagram, after: Diagram, names: Names) -> tuple[Change, ...]:
    """Return what a later diagram says differently, in the order of its elements."""
    found = list(_compared(_("The process"), _process_says(before), _process_says(after)))
    for element in in_order(after):
        former = before.by_id.get(element.id)
        if former is None:
            found.append(Change(_subject(element), "", kind_name(element)))
            continue
        says = (_element_says(former, names), _element_says(element, names))
        found += _compared(_subject(element), *says)
    gone = [each for each in before.elements if each.id not in after.by_id]
    found += [Change(_subject(each), kind_name(each), "") for each in gone]
    return (*found, *_flow_changes(before, after))


def _flow_changes(before: Diagram, after: Diagram) -> Iterator[Change]:
    for flow in after.flows:
        former = before.flow_by_id.get(flow.id)
        subject = _flow_subject(flow, after)
        if former is None:
            yield Change(subject, "", flow.condition or _("Flow"))
        elif (former.source, former.target) != (flow.source, flow.target):
            yield Change(subject, _flow_subject(former, before), subject)
        elif former.condition != flow.condition:
            yield Change(subject, former.condition, flow.condition)
    for flow in before.flows:
        if flow.id not in after.flow_by_id:
            yield Change(_flow_subject(flow, before), flow.condition or _("Flow"), "")


def _subject(element: Element) -> str:
    return element.name or f"{kind_name(element)} {element.id}"


def _flow_subject(flow: Flow, diagram: Diagram) -> str:
    ends = [diagram.by_id.get(each) for each in (flow.source, flow.target)]
    return " → ".join(_subject(each) if each else "?" for each in ends)


def _compared(
    subject: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Change]:
    for label in dict.fromkeys((*before, *after)):
        old, new = before.get(label, ""), after.get(label, "")
        if old != new:
            yield Change(labelled(subject, label), old, new)


def _process_says(diagram: Diagram) -> dict[str, str]:
    says = {_("Name"): diagram.name, _("What people are told"): diagram.documentation}
    for each in diagram.translations:
        says[_("Name (%(language)s)") % {"language": each.language}] = each.name
    return says


def _element_says(element: Element, names: Names) -> dict[str, str]:
    says = {
        _("Kind"): kind_name(element),
        _("Name"): element.name,
        _("What people are told"): element.documentation,
    }
    for each in element.translations:
        says[_("Name (%(language)s)") % {"language": each.language}] = each.name
        words = _("What people are told (%(language)s)") % {"language": each.language}
        says[words] = each.documentation
    if element.called:
        says[_("Process that is called")] = names.processes.get(element.called, element.called)
    if element.kind is Kind.BOUNDARY:
        says[_("Ends the step")] = _("yes") if element.interrupting else _("no")
    says |= _spec_says(element, names)
    return {label: text for label, text in says.items() if text}


def _spec_says(element: Element, names: Names) -> dict[str, str]:
    spec = element.spec
    if isinstance(spec, TaskSpec):
        return _task_says(element, spec, names)
    if isinstance(spec, ApprovalSpec):
        return _approval_says(element, spec, names)
    if isinstance(spec, CallSpec):
        values = {
            str(VALUE_NAMES.get(each.name, each.name)): each.expression or each.text
            for each in spec.values
        }
        return {_("What is done"): service_name(spec.service), **values}
    if isinstance(spec, TimerSpec):
        return {_("Time"): spec.text}
    if isinstance(spec, MessageSpec):
        return {_("Message"): spec.name}
    if isinstance(spec, ErrorSpec):
        return {_("Error"): spec.code}
    return {_("Stops everything"): _("yes")} if isinstance(spec, TerminateSpec) else {}


def _task_says(element: Element, spec: TaskSpec, names: Names) -> dict[str, str]:
    target = "" if spec.target is None else duration_words(spec.target, spec.unit)
    return {
        _("Who does it"): who(element, names),
        _("Form to fill in"): names.forms.get(spec.form, spec.form),
        _("To be done within"): target,
        _("How it can end"): ", ".join(spec.outcomes),
        _("The requester sees this step"): _("yes") if spec.tells else _("no"),
        _("Checklist"): "\n".join(each.text for each in spec.checks),
    }


def _approval_says(element: Element, spec: ApprovalSpec, names: Names) -> dict[str, str]:
    needed = _("All of them") if spec.needed is None else str(spec.needed)
    return {
        _("Who approves"): who(element, names),
        _("How many must agree"): needed,
        _("Remind after"): spec.remind,
        _("Ends by itself after"): spec.expires,
        _("What it then counts as"): str(EXPIRIES[spec.on_expiry]) if spec.expires else "",
    }
