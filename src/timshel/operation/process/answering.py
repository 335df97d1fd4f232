"""What processes are called, as clause 5 asks for its matrices."""

from __future__ import annotations

from collections.abc import Collection

from timshel.kernel.translation import translated
from timshel.leadership.responsibility.subjects import SubjectFacts
from timshel.operation.process.models import ProcessVersion
from timshel.operation.process.states import VersionState


def process_facts(codes: Collection[str] | None, *, language: str) -> dict[str, SubjectFacts]:
    """Return the names of published processes by code, in one query.

    Args:
        codes: of which; None for all that are published.
        language: the reader's.
    """
    rows = ProcessVersion.objects.filter(state=VersionState.PUBLISHED).order_by("-variant")
    if codes is not None:
        rows = rows.filter(code__in=codes)
    columns = rows.values_list("code", "name", "translations", "owner_id")
    return {
        code: SubjectFacts(
            code=code, name=translated(name, more, "name", language), owner_id=owner_id
        )
        for code, name, more, owner_id in columns
    }
