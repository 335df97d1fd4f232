"""Whether an expression of a diagram can be evaluated at all, and speaks of what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from django.utils.translation import gettext as _

from timshel.kernel import conditions
from timshel.kernel.bpmn.diagram import (
    ApprovalSpec,
    CallSpec,
    Diagram,
    Element,
    Kind,
    MessageSpec,
    TaskSpec,
    TimerSpec,
)
from timshel.kernel.bpmn.values import NAMES
from timshel.kernel.bpmn.vocabulary import Vocabulary
from timshel.kernel.errors import Invalid

_SYNTAX = re.compile(r"ERROR: <input>:\d+:(\d+): ([^\n|]*)")
_TEXT = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""")
_PYTHON = re.compile(
    r"__\w+__|(?<![\w.])(?:import|eval|exec|compile|open|getattr|setattr|globals|locals|lambda|os|sys|"
    r"subprocess|builtins)\b(?=\s*[.(:]|\s+\w)"
)
_PYTHON_KEY = re.compile(r"""\[\s*["']__\w*""")
_STEP = re.compile(r"""(?<![\w.])steps(?:\.([A-Za-z_]\w*)|\[\s*["']([^"']*)["']\s*\])""")
_FIELD = re.compile(r"""(?<![\w.])answers(?:\.([A-Za-z_]\w*)|\[\s*["']([^"']*)["']\s*\])""")
_OUTCOME = re.compile(
    r"""(?<![\w.])steps\.([A-Za-z_]\w*)\.outcome\s*(?:==|!=)\s*(?:"([^"]*)"|'([^']*)')"""
)
_OUTCOME_IN = re.compile(r"""(?<![\w.])steps\.([A-Za-z_]\w*)\.outcome\s+in\s+\[([^\]]*)\]""")
_QUOTED = re.compile(r""""([^"]*)"|'([^']*)'""")


def problems(
    expression: str, diagram: Diagram, vocabulary: Vocabulary
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an expression, as a code and a sentence; the worst comes alone.

    Args:
        expression: CEL text.
        diagram: whose steps it may speak of.
        vocabulary: which fields ``answers`` holds, and with what called processes end.
    """
    found = _PYTHON.search(_TEXT.sub('""', expression)) or _PYTHON_KEY.search(expression)
    if found:
        yield (
            "python",
            _(
                "it tries to reach the program (“%(word)s”). Conditions read answers, requester,"
                " request, steps, parts and now, and nothing else."
            )
            % {"word": found.group()},
        )
        return
    try:
        conditions.check(expression, names=NAMES)
    except Invalid as error:
        yield "expression", _reason(" ".join(str(each) for each in error.fields["condition"]))
        return
    unknown = sorted(conditions.unknown_functions(expression))
    if unknown:
        yield (
            "expression",
            _("there is no function of the name %(names)s.") % {"names": ", ".join(unknown)},
        )
    yield from _unknown_names(expression, diagram, vocabulary.fields)
    yield from _impossible_outcomes(expression, diagram, vocabulary.processes or {})


def _reason(text: str) -> str:
    """Return a reason as one sentence; of a syntax error only where and what, not the picture."""
    found = _SYNTAX.search(text)
    if found:
        return _("it cannot be read at character %(place)s: %(reason)s.") % {
            "place": int(found.group(1)) + 1,
            "reason": found.group(2).strip(),
        }
    return " ".join(text.split()).rstrip(".") + "."


def _unknown_names(
    expression: str, diagram: Diagram, fields: frozenset[str] | None
) -> Iterator[tuple[str, str]]:
    for match in _STEP.finditer(expression):
        name = match.group(1) or match.group(2) or ""
        if name not in diagram.by_id:
            yield (
                "unknown_step",
                _("there is no step “%(name)s” in the diagram. Use the id of an element.")
                % {"name": name},
            )
    if fields is None:
        return
    known = fields | _fields_set(diagram)
    for match in _FIELD.finditer(expression):
        name = match.group(1) or match.group(2) or ""
        if name not in known:
            yield (
                "unknown_field",
                _("the form has no field “%(name)s”.") % {"name": name},
            )


@lru_cache(maxsize=256)
def _fields_set(diagram: Diagram) -> frozenset[str]:
    """Return the fields that the process itself sets."""
    return frozenset(
        value.text
        for element in diagram.elements
        if isinstance(element.spec, CallSpec) and element.spec.service == "set_field"
        for value in element.spec.values
        if value.name == "field"
    )


def _impossible_outcomes(
    expression: str, diagram: Diagram, processes: Mapping[str, Diagram]
) -> Iterator[tuple[str, str]]:
    spoken = [(m.group(1), m.group(2) or m.group(3) or "") for m in _OUTCOME.finditer(expression)]
    for match in _OUTCOME_IN.finditer(expression):
        words = _QUOTED.findall(match.group(2))
        spoken += [(match.group(1), first or second) for first, second in words]
    for name, outcome in spoken:
        element = diagram.by_id.get(name)
        allowed = outcomes(diagram, element, processes) if element else None
        if outcome and allowed is not None and outcome not in allowed:
            yield (
                "unknown_outcome",
                _("“%(step)s” never ends with “%(outcome)s”, but with: %(allowed)s.")
                % {"step": name, "outcome": outcome, "allowed": ", ".join(sorted(allowed))},
            )


def outcomes(
    diagram: Diagram, element: Element, processes: Mapping[str, Diagram]
) -> frozenset[str] | None:
    """Return what a step can end with; none = it cannot be told.

    Args:
        diagram: the diagram.
        element: of it.
        processes: those that are known to be called, by code.
    """
    spec = element.spec
    found: frozenset[str] | None = None
    if isinstance(spec, (TaskSpec, ApprovalSpec)):
        found = frozenset(spec.outcomes) | {"skipped", "error"}
    elif isinstance(spec, TimerSpec):
        found = frozenset({"fired", "skipped"})
    elif isinstance(spec, MessageSpec):
        found = frozenset({"received", "skipped"})
    elif element.kind is Kind.SUB_PROCESS:
        found = _ends(diagram, element.id)
    elif element.called in processes:
        found = _ends(processes[element.called], "")
    elif element.kind not in (Kind.CALL, Kind.SERVICE_TASK, Kind.BOUNDARY):
        found = frozenset()
    return found


def _ends(diagram: Diagram, scope: str) -> frozenset[str]:
    return frozenset(each.id for each in diagram.inside(scope) if each.kind is Kind.END)
