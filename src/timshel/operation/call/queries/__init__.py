"""Reading calls, call-backs, lines and templates, and finding who calls."""

from timshel.operation.call.queries.call_backs import (
    CallBackRow,
    CallBackTold,
    call_back,
    call_back_list,
    call_backs_seen,
    call_backs_told_of,
    due_count,
)
from timshel.operation.call.queries.calls import (
    CallFilters,
    CallRow,
    What,
    call_list,
    call_view,
    calls_of_person,
    calls_of_work,
    chosen_calls,
    unlogged_call,
)
from timshel.operation.call.queries.lines import (
    LineRow,
    TemplateRow,
    line_list,
    own_team,
    shown_numbers,
    template,
    template_list,
)
from timshel.operation.call.queries.people import CallerRow, callers_matching, person_calling

__all__ = [
    "CallBackRow",
    "CallBackTold",
    "CallFilters",
    "CallRow",
    "CallerRow",
    "LineRow",
    "TemplateRow",
    "What",
    "call_back",
    "call_back_list",
    "call_backs_seen",
    "call_backs_told_of",
    "call_list",
    "call_view",
    "callers_matching",
    "calls_of_person",
    "calls_of_work",
    "chosen_calls",
    "due_count",
    "line_list",
    "own_team",
    "person_calling",
    "shown_numbers",
    "template",
    "template_list",
    "unlogged_call",
]
