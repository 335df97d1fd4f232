"""What the processes and services that are audited are called, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timshel.leadership.responsibility.models import Matrix
from timshel.performance_evaluation.internal_audit.rules import Scope
from timshel.performance_evaluation.internal_audit.states import SubjectKind
from timshel.service_portfolio.service.queries import all_service_names, names_by_code


@dataclass(frozen=True, slots=True)
class SubjectNames:
    """Names by code; what is gone goes by its code, and clauses by their number."""

    processes: Mapping[str, str]
    services: Mapping[str, str]

    def of(self, kind: str, code: str) -> str:
        """Return the name of a process or service; what is no such thing is returned as it is."""
        named = {
            SubjectKind.PROCESS.value: self.processes,
            SubjectKind.SERVICE.value: self.services,
        }
        return named.get(kind, {}).get(code, code)

    def either(self, code: str) -> str:
        """Return the name of what has a code, where nothing says what kind of thing it is."""
        return self.processes.get(code) or self.services.get(code, code)

    def scope(self, scope: Scope) -> tuple[str, ...]:
        """Return what an audit looks at: the clauses, then processes and services by name."""
        return (
            *scope.clauses,
            *(self.of(SubjectKind.PROCESS, code) for code in scope.processes),
            *(self.of(SubjectKind.SERVICE, code) for code in scope.services),
        )

    def code_of(self, words: str) -> str:
        """Return the code of what is called so; words that name nothing are taken for one."""
        for names in (self.processes, self.services):
            for code, name in names.items():
                if name.casefold() == words.casefold():
                    return code
        return words


def subject_names(
    subjects: Iterable[tuple[str, str]] | None = None, *, language: str
) -> SubjectNames:
    """Return what processes and services are called; two queries at most.

    Args:
        subjects: kind and code of each that is wanted; None for all.
        language: the reader's.
    """
    processes = Matrix.objects.filter(kind=SubjectKind.PROCESS.value)
    if subjects is None:
        services = all_service_names(language=language)
    else:
        wanted = set(subjects)
        processes = processes.filter(code__in=_codes(wanted, SubjectKind.PROCESS))
        services = names_by_code(_codes(wanted, SubjectKind.SERVICE), language=language)
    return SubjectNames({each.code: each.text("name", language) for each in processes}, services)


def report_subjects(kept: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield kind and code of what a report names; it keeps codes, so that names follow them."""
    about = [each["subject"] for each in kept["findings"] if each["subject"]]
    yield from ((SubjectKind.PROCESS.value, code) for code in (*kept["processes"], *about))
    yield from ((SubjectKind.SERVICE.value, code) for code in (*kept["services"], *about))


def scope_subjects(scope: Scope) -> Iterator[tuple[str, str]]:
    """Yield kind and code of the processes and services that an audit looks at."""
    for kind, codes in (
        (SubjectKind.PROCESS, scope.processes),
        (SubjectKind.SERVICE, scope.services),
    ):
        yield from ((kind.value, code) for code in codes)


def _codes(subjects: set[tuple[str, str]], wanted: SubjectKind) -> list[str]:
    return sorted(code for kind, code in subjects if kind == wanted)
