"""Diagrams of stored versions, read once per version."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from timshel.kernel.bpmn.diagram import Diagram
from timshel.kernel.bpmn.reading import read_diagram
from timshel.operation.process.models import ProcessRun, ProcessVersion
from timshel.operation.process.states import Variant, VersionState


@lru_cache(maxsize=500)
def _read(pk: int, digest: str) -> Diagram:  # noqa: ARG001 - the digest is part of the key
    return read_diagram(ProcessVersion.objects.values_list("xml", flat=True).get(pk=pk))


def diagram_of(version: ProcessVersion) -> Diagram:
    """Return the diagram of a stored version."""
    return _read(version.pk, version.digest)


def diagrams_by_key(keys: Mapping[str, int]) -> dict[str, Diagram]:
    """Return the diagrams of versions, by the code under which they are called."""
    if not keys:
        return {}
    digests = dict(ProcessVersion.objects.filter(pk__in=keys.values()).values_list("pk", "digest"))
    return {code: _read(pk, digests[pk]) for code, pk in keys.items()}


def diagrams_called(run: ProcessRun) -> dict[str, Diagram]:
    """Return the diagrams that a run's process calls, as they were when it began."""
    return diagrams_by_key(run.called)


def published(code: str, variant: str) -> ProcessVersion | None:
    """Return the published version of a process in a variant, or the full one where none is."""
    found = ProcessVersion.objects.filter(code=code, state=VersionState.PUBLISHED).defer("xml")
    by_variant = {each.variant: each for each in found}
    return by_variant.get(variant) or by_variant.get(Variant.FULL)


def called_versions(diagram: Diagram, variant: str) -> dict[str, int]:
    """Return the published versions of all that a diagram calls, at any depth, by code."""
    found: dict[str, int] = {}
    waiting = list(codes_called(diagram))
    while waiting:
        code = waiting.pop()
        version = None if code in found else published(code, variant)
        if version is not None:
            found[code] = version.pk
            waiting += codes_called(diagram_of(version))
    return found


def codes_called(diagram: Diagram) -> set[str]:
    """Return the codes of the processes that a diagram calls itself."""
    return {each.called for each in diagram.elements if each.called}


def published_diagrams() -> dict[str, Diagram]:
    """Return the diagrams of all published processes by code; of each, the full variant."""
    found = ProcessVersion.objects.filter(state=VersionState.PUBLISHED).defer("xml")
    return {each.code: diagram_of(each) for each in found.order_by("-variant")}
