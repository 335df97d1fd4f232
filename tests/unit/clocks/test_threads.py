"""Each mistake of other engines that their users reported, and the tests that show it is not ours.

A thread is named by the repository of its tracker and its number there.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]

FIELD = "unit/clocks/test_field.py::TestWhatOthersGotWrong::"
WALK = "unit/clocks/test_walk.py::test_clocks_equal_the_walk"
UPDATES = "domain/clocks/test_next_update.py::"
NIGHTS = "domain/test_escalations.py::"

THREADS: dict[str, tuple[str, ...]] = {
    # A pause was lost when the agreement or the priority changed.
    "glpi#6902": (FIELD + "test_a_pause_survives_a_change_of_the_agreement", WALK),
    "glpi#15605": (FIELD + "test_a_pause_survives_a_change_of_the_priority", WALK),
    # Late while pending; pending work that goes on has expired at once.
    "glpi#24481": (
        FIELD + "test_nothing_is_breached_while_pending",
        "unit/clocks/test_walk.py::"
        "test_nothing_breaches_while_paused_and_readings_never_contradict_later_ones",
    ),
    "glpi#14148": (FIELD + "test_after_pending_the_rest_is_there_and_nothing_has_expired",),
    # Units mixed with calendars.
    "glpi#10594": (FIELD + "test_a_weekend_of_pending_credits_no_more_than_its_working_time",),
    "glpi#14492": (FIELD + "test_waiting_outside_the_hours_changes_nothing", WALK),
    "glpi#8712": (FIELD + "test_the_calendar_is_the_one_of_the_target",),
    "glpi#15429": (FIELD + "test_no_time_is_negative_across_zones", WALK),
    # One target worked out from another; reopened work that counted as pending.
    "glpi#2184": (FIELD + "test_each_clock_has_its_own_target",),
    "glpi#23359": (FIELD + "test_time_while_resolved_is_neither_counted_nor_pending",),
    # The update overruled the first response; late though somebody had answered.
    "zammad#5177": (
        FIELD + "test_a_later_update_never_overrules_the_first_response",
        FIELD + "test_the_update_is_another_clock_than_the_response",
    ),
    "zammad#3140": (
        FIELD + "test_no_breach_of_the_response_once_an_agent_answered",
        FIELD + "test_no_update_is_late_though_an_agent_has_answered",
    ),
    # What a customer wrote on the web did not restart the clock.
    "zammad#1322": (
        FIELD + "test_what_the_requester_writes_restarts_the_next_update",
        UPDATES + "test_what_the_requester_writes_in_the_portal_restarts_it",
    ),
    # The results of clocks were not kept.
    "zammad#2579": (
        FIELD + "test_the_results_of_a_stop_are_kept",
        FIELD + "test_the_result_of_each_lap_is_kept",
        UPDATES + "test_the_result_of_each_stop_is_stored",
    ),
    # Another calendar was not computed.
    "zammad#534": (
        FIELD + "test_a_change_of_the_calendar_is_computed_from_its_moment_on",
        "domain/clocks/test_configuration.py::TestConfiguration::"
        "test_a_changed_calendar_counts_from_now_on",
    ),
    # Escalations by mail at midnight.
    "zammad#4432": (
        FIELD + "test_nobody_is_warned_at_midnight",
        NIGHTS + "test_zammad_4432_no_escalation_mail_at_midnight",
    ),
    "zammad#2157": (
        FIELD + "test_nobody_is_warned_at_midnight",
        NIGHTS + "test_nobody_hears_in_the_morning_of_what_was_done_at_night",
    ),
    # Deadlines in the reader's zone; time on hold added to the opening; no lunch break.
    "frappe/helpdesk#3776": (FIELD + "test_a_deadline_is_of_the_calendars_zone_whoever_reads_it",),
    "frappe/helpdesk#2449": (
        FIELD + "test_the_time_on_hold_moves_the_deadline_and_not_the_opening",
    ),
    "frappe/helpdesk#2212": (FIELD + "test_the_lunch_break_does_not_count",),
    # Right only where certain weekdays were set.
    "osTicket#6739": (FIELD + "test_any_set_of_weekdays_is_right",),
    # No thread but many: nobody sees why.
    "people cannot see why": (
        FIELD + "test_why_a_clock_is_paused_and_why_a_deadline_is_what_it_is",
        "domain/clocks/test_bulk.py::TestBulk::test_stored_and_explained_readings_agree",
        "unit/clocks/test_precedence.py::TestMismatch::test_it_is_said_why_it_does_not_apply",
    ),
}

GATHERED = (
    *(f"glpi#{n}" for n in (6902, 15605, 24481, 14148, 10594, 14492, 8712, 15429, 2184, 23359)),
    *(f"zammad#{n}" for n in (5177, 3140, 1322, 2579, 534, 4432, 2157)),
    *(f"frappe/helpdesk#{n}" for n in (3776, 2449, 2212)),
    "osTicket#6739",
    "people cannot see why",
)
"""All threads that were gathered."""


def test_the_table_is_complete() -> None:
    assert set(THREADS) == set(GATHERED)
    assert all(THREADS.values())


@pytest.mark.parametrize("thread", GATHERED)
def test_the_tests_are_there(thread: str) -> None:
    for each in THREADS[thread]:
        path, *names = each.split("::")
        assert is_defined(TESTS / path, names), each


def is_defined(path: Path, names: list[str]) -> bool:
    """Whether a file defines a test, in a class or by itself; where no class is named, in any."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bodies = [tree.body]
    bodies += [each.body for each in tree.body if isinstance(each, ast.ClassDef)]
    if len(names) > 1:
        bodies = [
            each.body
            for each in tree.body
            if isinstance(each, ast.ClassDef) and each.name == names[0]
        ]
    return any(
        isinstance(each, ast.FunctionDef) and each.name == names[-1]
        for body in bodies
        for each in body
    )
