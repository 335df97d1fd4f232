"""Reading processes and their runs (clause 8.1)."""

from __future__ import annotations

from timshel.operation.process.queries.checking import check_diagram
from timshel.operation.process.queries.definitions import (
    ProcessRow,
    VersionRow,
    VersionView,
    process_draft,
    process_list,
    process_version,
    process_versions,
    published_codes,
    variant_choices,
    variant_for,
)
from timshel.operation.process.queries.runs import (
    RunView,
    StepView,
    TroubledRun,
    run_diagram,
    run_view,
    troubled_runs,
)

__all__ = [
    "ProcessRow",
    "RunView",
    "StepView",
    "TroubledRun",
    "VersionRow",
    "VersionView",
    "check_diagram",
    "process_draft",
    "process_list",
    "process_version",
    "process_versions",
    "published_codes",
    "run_diagram",
    "run_view",
    "troubled_runs",
    "variant_choices",
    "variant_for",
]
