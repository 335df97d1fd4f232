"""What cannot run in a diagram, and why: each finding says where it is and what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from timshel.kernel.bpmn import expressions, structure
from timshel.kernel.bpmn.diagram import (
    ApprovalSpec,
    CallSpec,
    Diagram,
    Element,
    ErrorSpec,
    Kind,
    TaskSpec,
    TimerSpec,
    Value,
)
from timshel.kernel.bpmn.durations import parse_duration, parse_moment
from timshel.kernel.bpmn.oddities import SENTENCES
from timshel.kernel.bpmn.structure import Problem
from timshel.kernel.bpmn.vocabulary import Finding, ServiceValue, ValueKind, Vocabulary

UNITS = frozenset({"hours", "minutes", "working_days"})
APPROVERS = frozenset({"line_manager", "service_owner", "budget_holder", "role", "person"})
ON_EXPIRY = frozenset({"", "refused", "approved", "escalated"})
WARNINGS = frozenset(
    {"no_name", "default_with_condition", "error_end_for_callers", "error_on_task", "never_thrown"}
)

_CODE = re.compile(r"[A-Za-z_][\w.-]{0,99}", re.ASCII)
_IDENTIFIER = re.compile(r"[A-Za-z_]\w{0,99}", re.ASCII)
_RESERVED = frozenset(
    {
        "as", "break", "const", "continue", "else", "false", "for", "function", "if", "import",
        "in", "let", "loop", "namespace", "null", "package", "return", "true", "var", "void",
        "while",
    }
)  # fmt: skip


def findings(diagram: Diagram, vocabulary: Vocabulary | None = None) -> tuple[Finding, ...]:
    """Check a diagram.

    Args:
        diagram: what was read.
        vocabulary: what exists; none = only what every diagram may name.

    Returns:
        Errors before warnings, each kind in the order of the file; nothing = it can run.
    """
    checking = _Checking(diagram, vocabulary or Vocabulary())
    found = list(dict.fromkeys(checking.all()))
    order = {each.id: place for place, each in enumerate(diagram.elements)}
    order |= {each.id: order.get(each.source, 0) for each in diagram.flows}
    return tuple(
        sorted(found, key=lambda each: (not each.is_error, order.get(each.element_id, -1)))
    )


def is_identifier(text: str) -> bool:
    """Tell whether a text can be a name in conditions."""
    return bool(_IDENTIFIER.fullmatch(text)) and text not in _RESERVED


@dataclass(frozen=True, slots=True)
class _Checking:
    diagram: Diagram
    vocabulary: Vocabulary

    def all(self) -> Iterator[Finding]:
        yield from self._oddities()
        for problem in (*self._ids(), *structure.problems(self.diagram, self.vocabulary)):
            yield self._finding(problem)
        for flow in self.diagram.flows:
            if flow.condition:
                where = _("The condition of the flow “%(where)s” cannot be used:") % {
                    "where": flow.label
                }
                for code, reason in self._expression(flow.condition):
                    yield Finding("error", flow.id, flow.label, f"{where} {reason}", code)
        for element in self.diagram.elements:
            for problem in self._of(element):
                yield self._finding(problem)

    def _finding(self, problem: Problem) -> Finding:
        severity = "warning" if problem.code in WARNINGS else "error"
        return Finding(
            severity, problem.element_id, problem.element_name, problem.sentence, problem.code
        )

    def _oddities(self) -> Iterator[Finding]:
        for odd in self.diagram.oddities:
            where = odd.element_name or odd.element_id or _("The diagram")
            sentence = str(SENTENCES[odd.code]) % {"where": where, "detail": odd.detail}
            yield Finding("error", odd.element_id, where, sentence, odd.code)

    def _expression(self, text: str) -> Iterator[tuple[str, str]]:
        return expressions.problems(text, self.diagram, self.vocabulary)

    # ── ids ──────────────────────────────────────────────────────────────────────────────────

    def _ids(self) -> Iterator[Problem]:
        diagram = self.diagram
        if not _CODE.fullmatch(diagram.process):
            yield Problem(
                "bad_id",
                "",
                diagram.name,
                _(
                    "“%(id)s” cannot be the code of a process. Use letters, digits, hyphens and"
                    " underscores, beginning with a letter."
                )
                % {"id": diagram.process},
            )
        if diagram.variant and not _CODE.fullmatch(diagram.variant):
            yield Problem(
                "bad_id",
                "",
                diagram.name,
                _("“%(id)s” cannot be the name of a variant. Use one word.")
                % {"id": diagram.variant},
            )
        for element in diagram.elements:
            if not is_identifier(element.id):
                yield Problem.at(
                    element,
                    "bad_id",
                    _(
                        "“%(where)s” has the id “%(id)s”, which conditions cannot name. Use"
                        " letters, digits and underscores, beginning with a letter."
                    )
                    % {"where": element.label, "id": element.id},
                )
        counted = Counter([each.id for each in diagram.elements])
        counted.update(each.id for each in diagram.flows)
        for key, count in counted.items():
            if count > 1 or not key:
                yield Problem(
                    "bad_id",
                    key,
                    key,
                    _("%(count)s elements have the id “%(id)s”. Give each its own.")
                    % {"count": count, "id": key},
                )

    # ── elements ─────────────────────────────────────────────────────────────────────────────

    def _of(self, element: Element) -> Iterator[Problem]:
        spec = element.spec
        if isinstance(spec, TaskSpec):
            yield from self._task(element, spec)
        elif isinstance(spec, ApprovalSpec):
            yield from self._approval(element, spec)
        elif isinstance(spec, CallSpec):
            yield from self._call(element, spec)
        elif isinstance(spec, TimerSpec):
            yield from self._timer(element, spec)
        elif isinstance(spec, ErrorSpec):
            yield from structure.error_problems(self.diagram, element, self.vocabulary)
        elif element.kind is Kind.SERVICE_TASK:
            yield Problem.at(
                element,
                "no_service",
                _("“%(where)s” does not say which service it uses. Choose one of: %(services)s.")
                % {"where": element.label, "services": self._services()},
            )
        elif element.kind is Kind.CALL:
            yield from self._called(element)
        if element.kind is Kind.USER_TASK and not element.name:
            yield Problem.at(
                element,
                "no_name",
                _("The task “%(where)s” has no name, and people will read its id. Name it.")
                % {"where": element.id},
            )

    def _services(self) -> str:
        return ", ".join(sorted(self.vocabulary.services))

    def _known(
        self, element: Element, code: str, known: frozenset[str] | None, sentence: str
    ) -> Iterator[Problem]:
        if code and known is not None and code not in known:
            yield Problem.at(
                element, "unknown_code", sentence % {"where": element.label, "code": code}
            )

    def _task(self, element: Element, spec: TaskSpec) -> Iterator[Problem]:
        has, where = self.vocabulary, {"where": element.label}
        yield from self._known(
            element, spec.team, has.teams,
            _("“%(where)s” goes to the team “%(code)s”, which does not exist. Choose another."),
        )  # fmt: skip
        yield from self._known(
            element, spec.function, has.functions,
            _("“%(where)s” goes to the function “%(code)s”, which does not exist."
              " Choose another."),
        )  # fmt: skip
        yield from self._known(
            element, spec.form, has.forms,
            _("“%(where)s” uses the form “%(code)s”, which does not exist. Choose another."),
        )  # fmt: skip
        if spec.team and spec.function:
            yield Problem.at(
                element,
                "task",
                _("“%(where)s” names both a team and a function. Keep one of them.") % where,
            )
        if spec.unit not in UNITS:
            yield Problem.at(
                element,
                "task",
                _("“%(where)s” has a target in “%(unit)s”. Use one of: %(units)s.")
                % {**where, "unit": spec.unit, "units": ", ".join(sorted(UNITS))},
            )
        wrong = [each for each in spec.outcomes if not is_identifier(each)]
        if wrong or len(set(spec.outcomes)) < len(spec.outcomes):
            yield Problem.at(
                element,
                "task",
                _(
                    "“%(where)s” has outcomes that cannot be used. Write different words of"
                    " letters, digits and underscores, with commas between them."
                )
                % where,
            )
        if any(not each.text.strip() for each in spec.checks):
            yield Problem.at(
                element,
                "task",
                _("“%(where)s” has an empty line in its checklist. Write it or remove it.") % where,
            )

    def _approval(self, element: Element, spec: ApprovalSpec) -> Iterator[Problem]:
        where = {"where": element.label}
        if spec.by not in APPROVERS:
            yield Problem.at(
                element,
                "approval",
                _("“%(where)s” does not say who approves. Use one of: %(known)s.")
                % {**where, "known": ", ".join(sorted(APPROVERS))},
            )
        if (spec.by == "role") != bool(spec.role):
            yield Problem.at(
                element,
                "approval",
                _("“%(where)s” must name a role where a role approves, and only there.") % where,
            )
        if (spec.by == "person") != bool(spec.person):
            yield Problem.at(
                element,
                "approval",
                _(
                    "“%(where)s” must name the form's field with the person where a person of"
                    " the form approves, and only there."
                )
                % where,
            )
        yield from self._known(
            element, spec.role, self.vocabulary.roles,
            _("“%(where)s” is approved by the role “%(code)s”, which does not exist."
              " Choose another."),
        )  # fmt: skip
        yield from self._known(
            element, spec.person, self.vocabulary.fields,
            _("“%(where)s” is approved by the person in “%(code)s”, but the form has no such"
              " field."),
        )  # fmt: skip
        for text in filter(None, (spec.remind, spec.expires)):
            if not _lasts(text):
                yield self._bad_time(element, text)
        if spec.on_expiry not in ON_EXPIRY or (spec.on_expiry and not spec.expires):
            yield Problem.at(
                element,
                "approval",
                _(
                    "“%(where)s” says wrongly what follows when it expires. Use refused, approved"
                    " or escalated, together with the time after which it expires."
                )
                % where,
            )

    def _call(self, element: Element, spec: CallSpec) -> Iterator[Problem]:
        service = self.vocabulary.services.get(spec.service)
        if service is None:
            yield Problem.at(
                element,
                "unknown_service",
                _(
                    "“%(where)s” uses the service “%(service)s”, which is not known. Choose one"
                    " of: %(services)s."
                )
                % {
                    "where": element.label,
                    "service": spec.service,
                    "services": self._services(),
                },
            )
            return
        given = Counter(each.name for each in spec.values)
        for name, wanted in service.values.items():
            if wanted.is_required and not given[name]:
                yield self._value(element, name, _("“%(where)s” lacks the value “%(name)s”."))
        for value in spec.values:
            if value.name not in service.values:
                yield self._value(
                    element,
                    value.name,
                    _("“%(where)s” has the value “%(name)s”, which its service does not know."),
                )
                continue
            if given[value.name] > 1:
                yield self._value(
                    element, value.name, _("“%(where)s” has the value “%(name)s” twice.")
                )
            yield from self._given(element, value, service.values[value.name])

    def _value(self, element: Element, name: str, sentence: str) -> Problem:
        return Problem.at(element, "value", sentence % {"where": element.label, "name": name})

    def _given(self, element: Element, value: Value, wanted: ServiceValue) -> Iterator[Problem]:
        if value.expression:
            for code, reason in self._expression(value.expression):
                yield Problem.at(
                    element,
                    code,
                    _("“%(where)s” has the value “%(name)s”, which cannot be used: %(reason)s")
                    % {"where": element.label, "name": value.name, "reason": reason},
                )
        elif not _fits(value.text, wanted):
            yield self._value(element, value.name, str(_MISFITS[wanted.kind]()))

    def _timer(self, element: Element, spec: TimerSpec) -> Iterator[Problem]:
        literal = _lasts if spec.kind == "duration" else _is_moment
        if literal(spec.text):
            return
        if parse_duration(spec.text) is not None or re.match(r"P\d|PT\d|\d{4}-", spec.text):
            yield self._bad_time(element, spec.text)
            return
        for code, reason in self._expression(spec.text):
            yield Problem.at(
                element,
                code if code == "python" else "time",
                _("The time of “%(where)s” cannot be used: %(reason)s")
                % {"where": element.label, "reason": reason},
            )

    def _bad_time(self, element: Element, text: str) -> Problem:
        return Problem.at(
            element,
            "time",
            _(
                "“%(where)s” has the time “%(text)s”, which cannot be read. Write a duration such"
                " as P2D or PT4H, longer than nothing, or a moment such as 2027-03-01T09:00Z."
            )
            % {"where": element.label, "text": text},
        )

    def _called(self, element: Element) -> Iterator[Problem]:
        processes, where = self.vocabulary.processes, {"where": element.label}
        if not element.called:
            yield Problem.at(
                element,
                "called",
                _("“%(where)s” does not say which process it calls. Choose one.") % where,
            )
        elif element.called == self.diagram.process or (
            processes is not None and structure.calls(self.diagram.process, element, processes)
        ):
            yield Problem.at(
                element,
                "recursion",
                _(
                    "“%(where)s” calls the process “%(code)s”, which leads back to this one and"
                    " would never end. Draw the way back with a gateway instead."
                )
                % {**where, "code": element.called},
            )
        elif processes is not None and element.called not in processes:
            yield Problem.at(
                element,
                "called",
                _("“%(where)s” calls the process “%(code)s”, which does not exist. Choose another.")
                % {**where, "code": element.called},
            )


_MISFITS: dict[ValueKind, Callable[[], str]] = {
    ValueKind.TEXT: lambda: _("“%(where)s” has an empty value “%(name)s”. Write it."),
    ValueKind.ANY: lambda: _("“%(where)s” has an empty value “%(name)s”. Write it."),
    ValueKind.ADDRESS: lambda: _(
        "“%(where)s”: the value “%(name)s” must be a web address such as https://example.org/hook."
    ),
    ValueKind.IDENTIFIER: lambda: _(
        "“%(where)s”: the value “%(name)s” must be the key of a field: letters, digits and"
        " underscores."
    ),
}


def _fits(text: str, wanted: ServiceValue) -> bool:
    if wanted.kind is ValueKind.ADDRESS:
        return bool(re.fullmatch(r"https?://[^\s/]+\S*", text))
    if wanted.kind is ValueKind.IDENTIFIER:
        return is_identifier(text)
    return bool(text.strip()) or not wanted.is_required or wanted.kind is ValueKind.ANY


def _lasts(text: str) -> bool:
    duration = parse_duration(text)
    return duration is not None and (duration.months > 0 or duration.span > timedelta())


def _is_moment(text: str) -> bool:
    return parse_moment(text) is not None
