"""Compare an imported ServiceNow incident log with what the product holds of it.

    DATABASE_URL=postgresql://… python bench/compare_servicenow_log.py incident_event_log.csv.gz

The file is read by DuckDB and not by the product; ours are the tables and the journal, copied
out by plain SQL. Every incident is compared in every question. A difference is explained by the
rows of the file themselves, with a named reason, or it is a fault: the script then ends with 1.
``--differences FILE`` writes all of them, one a line. Where the incidents were promised something
by ``bench/promise_servicenow_log.py``, the time from opening to resolution is compared, too.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import duckdb
import psycopg

OURS = {
    "item": """
        SELECT ref.external_id AS number, item.stage, item.waiting_reason, item.impact,
               item.urgency, item.priority, item.reopenings, item.opened_at AT TIME ZONE 'UTC'
               AS opened_at, item.closed_at AT TIME ZONE 'UTC' AS closed_at,
               team.name AS team, assignee.name AS assignee, requester.name AS requester,
               service.name AS service, offering.name AS offering, incident.symptom
        FROM work_externalreference AS ref
        JOIN work_workitem AS item ON item.id = ref.work_item_id
        JOIN incident_incident AS incident ON incident.work_item_id = item.id
        LEFT JOIN organization_team AS team ON team.id = item.team_id
        LEFT JOIN people_person AS assignee ON assignee.id = item.assignee_id
        LEFT JOIN people_person AS requester ON requester.id = item.requester_id
        LEFT JOIN service_service AS service ON service.id = item.service_id
        LEFT JOIN service_offering AS offering ON offering.id = incident.offering_id
        WHERE ref.source = 'servicenow'
    """,
    "entry": """
        SELECT ref.external_id AS number, entry.id, entry.at AT TIME ZONE 'UTC' AS happened_at,
               entry.verb, entry.version, entry.actor_name,
               entry.changes -> 'stage' ->> 1 AS stage,
               entry.changes -> 'waiting_reason' ->> 1 AS waiting_reason,
               (entry.changes -> 'impact' ->> 1)::int AS impact,
               (entry.changes -> 'urgency' ->> 1)::int AS urgency,
               (entry.changes -> 'priority' ->> 1)::int AS priority,
               entry.changes ? 'team' AS has_team,
               entry.changes -> 'team' -> 0 ->> 'name' AS team_before,
               entry.changes -> 'team' -> 1 ->> 'name' AS team
        FROM work_externalreference AS ref
        JOIN journal_entry AS entry
          ON entry.subject_kind = 'work_item' AND entry.subject_id = ref.work_item_id
        WHERE ref.source = 'servicenow' AND entry.verb LIKE 'incident.%'
    """,
    "clock": """
        SELECT ref.external_id AS number, clock.state,
               extract(epoch FROM clock.elapsed) / 60 AS minutes
        FROM work_externalreference AS ref
        JOIN service_level_clock AS clock USING (work_item_id)
        JOIN service_level_agreement AS agreement ON agreement.id = clock.agreement_id
        WHERE ref.source = 'servicenow' AND agreement.code = 'servicenow-log'
          AND clock.kind = 'resolve' AND clock.stopped_at IS NOT NULL
    """,
}

PREPARE = """
CREATE MACRO label(text) AS nullif(trim(regexp_replace(text, '\\s+', ' ', 'g')), '?');
CREATE MACRO moment(text) AS strptime(nullif(text, '?'), '%-d/%-m/%Y %H:%M');

CREATE TABLE log AS
SELECT row_number() OVER () + 1 AS line, number, label(incident_state) AS state,
       moment(sys_updated_at) AS updated_at, moment(opened_at) AS opened_at,
       moment(resolved_at) AS resolved_at, moment(closed_at) AS closed_at,
       reassignment_count::int AS reassignments, reopen_count::int AS reopenings,
       coalesce(label(assignment_group), 'Unnamed group') AS team, label(assigned_to) AS assignee,
       coalesce(label(caller_id), 'Unnamed caller') AS requester,
       coalesce(label(category), 'Unnamed category') AS service, label(subcategory) AS offering,
       coalesce(label(u_symptom), '') AS symptom,
       left(impact, 1)::int AS impact, left(urgency, 1)::int AS urgency,
       left(priority, 1)::int AS priority
FROM read_csv(getvariable('log'), all_varchar = true, header = true, parallel = false);

-- What each state of the log is with us; the dirty one says nothing.
CREATE TABLE meaning AS FROM (VALUES
    ('New', 'new'), ('Active', 'in_progress'), ('Awaiting User Info', 'waiting requester'),
    ('Awaiting Vendor', 'waiting supplier'), ('Awaiting Problem', 'waiting problem'),
    ('Awaiting Evidence', 'waiting evidence'), ('Resolved', 'resolved'), ('Closed', 'closed'),
    ('-100', NULL)) AS words(state, stage);

CREATE TABLE step AS
SELECT log.*, meaning.stage,
       lag(log.line) OVER life IS NULL AS is_first,
       lag(log.state) OVER life AS state_before, lag(log.team) OVER life AS team_before,
       log.reassignments - lag(log.reassignments, 1, 0) OVER life AS more_reassignments,
       log.reopenings - lag(log.reopenings, 1, 0) OVER life AS more_reopenings,
       lag(log.updated_at) OVER life AS before_at
FROM log LEFT JOIN meaning USING (state)
WINDOW life AS (PARTITION BY number ORDER BY line);

CREATE TABLE last_step AS
SELECT DISTINCT ON (number) * FROM step ORDER BY number, line DESC;

-- What a difference may come from, by incident: named, and seen in the rows of the file alone.
CREATE TABLE reason AS
SELECT number, 'dirty state -100' AS reason, count(*) AS times FROM step
    WHERE stage IS NULL GROUP BY ALL
UNION ALL
SELECT number, 'closed without having been resolved', count(*) FROM step
    WHERE state = 'Closed' AND state_before NOT IN ('Resolved', 'Closed') GROUP BY ALL
UNION ALL
SELECT number, 'reassignment counted but not shown by any row', count(*) FROM step
    WHERE NOT is_first AND more_reassignments = 1 AND team = team_before GROUP BY ALL
UNION ALL
SELECT number, 'given to another group after it was resolved', count(*) FROM step
    WHERE NOT is_first AND team <> team_before AND state IN ('Resolved', 'Closed')
      AND state_before IN ('Resolved', 'Closed') GROUP BY ALL
UNION ALL
SELECT number, 'rows dated out of order or before the opening', count(*) FROM step
    WHERE updated_at < before_at OR updated_at < opened_at GROUP BY ALL
UNION ALL
SELECT this.number, 'changed after it was closed', count(*) FROM step AS this
    JOIN step AS last ON last.number = this.number AND last.line = this.line - 1
    WHERE this.state = 'Closed' AND last.state = 'Closed'
      AND (this.service, this.offering) IS DISTINCT FROM (last.service, last.offering)
    GROUP BY ALL
UNION ALL
SELECT this.number, 'given to another person after it was resolved', count(*) FROM step AS this
    JOIN step AS last ON last.number = this.number AND last.line = this.line - 1
    WHERE this.state IN ('Resolved', 'Closed') AND last.state IN ('Resolved', 'Closed')
      AND this.assignee IS DISTINCT FROM last.assignee
    GROUP BY ALL;
"""

# Each question: what the file says, what we say, and which reasons may explain a difference.
QUESTIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "incident is there": (
        "SELECT DISTINCT number, 1 AS value FROM log",
        "SELECT number, 1 AS value FROM item",
        (),
    ),
    "opened at": (
        "SELECT DISTINCT number, opened_at AS value FROM log",
        "SELECT number, opened_at AS value FROM item",
        (),
    ),
    "stage at the end, from the journal": (
        "SELECT number, stage AS value FROM last_step",
        "SELECT number, arg_max(trim(concat_ws(' ', stage, waiting_reason)), (happened_at, id))"
        " AS value FROM entry WHERE stage IS NOT NULL GROUP BY number",
        ("dirty state -100",),
    ),
    "stage at the end, from the table": (
        "SELECT number, stage AS value FROM last_step",
        "SELECT number, trim(concat_ws(' ', stage, waiting_reason)) AS value FROM item",
        ("dirty state -100",),
    ),
    # Every stage with the minute it was entered; within a minute the last one counts.
    "all stages with their moments, from the journal": (
        """
        SELECT number, list(strftime(happened_at, '%Y-%m-%d %H:%M ') || stage
                            ORDER BY happened_at) AS value FROM (
            SELECT number, happened_at, stage,
                   lag(stage, 1, 'new') OVER (PARTITION BY number ORDER BY happened_at) AS before
            FROM (SELECT number, updated_at AS happened_at, arg_max(stage, line) AS stage FROM step
                  WHERE stage IS NOT NULL GROUP BY ALL)
        ) WHERE stage <> before GROUP BY number
        """,
        """
        SELECT number, list(strftime(happened_at, '%Y-%m-%d %H:%M ') || stage
                            ORDER BY happened_at) AS value FROM (
            SELECT number, happened_at, stage,
                   lag(stage, 1, 'new') OVER (PARTITION BY number ORDER BY happened_at) AS before
            FROM (SELECT number, happened_at,
                         arg_max(trim(concat_ws(' ', stage, waiting_reason)), id) AS stage
                  FROM entry WHERE stage IS NOT NULL AND verb <> 'incident.opened' GROUP BY ALL)
        ) WHERE stage <> before GROUP BY number
        """,
        (
            "dirty state -100",
            "closed without having been resolved",
            "rows dated out of order or before the opening",
        ),
    ),
    # What an incident is given to when it is opened is no reassignment, there and here.
    "reassignments, from the journal": (
        "SELECT number, max(reassignments) AS value FROM log GROUP BY number",
        "SELECT number, (count(*) FILTER (has_team AND team_before IS NOT NULL))::int AS value"
        " FROM entry GROUP BY number",
        (
            "reassignment counted but not shown by any row",
            "given to another group after it was resolved",
        ),
    ),
    "reopenings, from the journal": (
        "SELECT number, max(reopenings) AS value FROM log GROUP BY number",
        "SELECT number, (count(*) FILTER (verb = 'incident.reopened'))::int AS value"
        " FROM entry GROUP BY number",
        (),
    ),
    "reopenings, from the table": (
        "SELECT number, max(reopenings) AS value FROM log GROUP BY number",
        "SELECT number, reopenings AS value FROM item",
        (),
    ),
    "impact, urgency and priority, all that ever held, from the journal": (
        "SELECT number, list_sort(list(DISTINCT [impact, urgency, priority])) AS value"
        " FROM log GROUP BY number",
        "SELECT number, list_sort(list(DISTINCT [impact, urgency, priority])) AS value"
        " FROM held GROUP BY number",
        (),
    ),
    "impact, urgency and priority at the end": (
        "SELECT number, [impact, urgency, priority] AS value FROM last_step",
        "SELECT number, [impact, urgency, priority] AS value FROM item",
        (),
    ),
    "group at the end": (
        "SELECT number, team AS value FROM last_step",
        "SELECT number, team AS value FROM item",
        ("given to another group after it was resolved",),
    ),
    "person at the end": (
        "SELECT number, assignee AS value FROM last_step",
        "SELECT number, assignee AS value FROM item",
        (
            "given to another group after it was resolved",
            "given to another person after it was resolved",
        ),
    ),
    "caller at the end": (
        "SELECT number, requester AS value FROM last_step",
        "SELECT number, requester AS value FROM item",
        (),
    ),
    "category, subcategory and symptom at the end": (
        "SELECT number, [service, offering, symptom] AS value FROM last_step",
        "SELECT number, [service, offering, symptom] AS value FROM item",
        ("changed after it was closed",),
    ),
    "closed at": (
        """
        SELECT number, max(updated_at) AS value FROM step
        WHERE state = 'Closed' AND state_before <> 'Closed'
          AND number IN (SELECT number FROM last_step WHERE state = 'Closed') GROUP BY number
        """,
        "SELECT number, closed_at AS value FROM item WHERE closed_at IS NOT NULL",
        (),
    ),
}

# Around the clock, while nobody else is waited for: the minutes between each row and the next in
# which the incident was new or in work, from the opening on, for what was resolved in the end.
DURATION = "minutes from opening to resolution, without waiting"
DURATIONS = (
    """
    WITH told AS (SELECT number, line, opened_at, updated_at, stage FROM step
                  WHERE stage IS NOT NULL),
    span AS (
        SELECT number, opened_at AS since, min(updated_at) AS until, 'new' AS stage
        FROM told GROUP BY number, opened_at
        UNION ALL
        SELECT number, updated_at,
               lead(updated_at) OVER (PARTITION BY number ORDER BY updated_at, line), stage
        FROM told)
    SELECT number, (sum(date_diff('minute', since, until))
                    FILTER (stage IN ('new', 'in_progress')))::bigint AS value
    FROM span WHERE number IN (
        SELECT number FROM (SELECT number, arg_max(stage, line) AS stage FROM told GROUP BY number)
        WHERE stage IN ('resolved', 'closed'))
    GROUP BY number
    """,
    "SELECT number, round(minutes)::bigint AS value FROM clock",
    (
        "dirty state -100",
        "closed without having been resolved",
        "rows dated out of order or before the opening",
    ),
)

# How everything stood after each entry of the journal: the last value given to each field.
HELD = """
CREATE TABLE held AS
SELECT number, id,
       last_value(impact IGNORE NULLS) OVER life AS impact,
       last_value(urgency IGNORE NULLS) OVER life AS urgency,
       last_value(priority IGNORE NULLS) OVER life AS priority
FROM entry
WINDOW life AS (PARTITION BY number ORDER BY happened_at, id
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
"""


def copy_ours(database_url: str, folder: Path) -> None:
    """Copy our rows out of the database into files that DuckDB reads."""
    with psycopg.connect(database_url) as connection:
        for name, query in OURS.items():
            with (
                (folder / f"{name}.csv").open("wb") as file,
                connection.cursor() as cursor,
                cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)") as copy,
            ):
                for block in copy:
                    file.write(block)


def prepare(log: Path, database_url: str) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that holds both sides."""
    db = duckdb.connect()
    db.execute("SET TimeZone = 'UTC'")
    db.execute("SET VARIABLE log = $path", {"path": str(log)})
    db.execute(PREPARE)
    with tempfile.TemporaryDirectory() as folder:
        copy_ours(database_url, Path(folder))
        for name in OURS:
            path = str(Path(folder) / f"{name}.csv")
            # Nothing is written as nothing, an empty text in quotes: the two stay apart.
            db.execute(
                f"CREATE TABLE {name} AS FROM read_csv($path, header = true, nullstr = '',"
                " allow_quoted_nulls = false)",
                {"path": path},
            )
    db.execute(HELD)
    return db


def ask(db: duckdb.DuckDBPyConnection, question: str) -> tuple[int, int]:
    """Compare one question over all incidents; returns how many differ, explained and not."""
    theirs, ours, reasons = QUESTIONS.get(question, DURATIONS)
    db.execute(
        f"""
        INSERT INTO difference
        SELECT $question, number, theirs.value::varchar, ours.value::varchar,
               (SELECT string_agg(reason || ' (' || times || ')', '; ' ORDER BY reason)
                FROM reason WHERE reason.number = both_sides.number
                  AND list_contains($reasons::varchar[], reason))
        FROM (SELECT number FROM ({theirs}) UNION SELECT number FROM ({ours})) AS both_sides
        LEFT JOIN ({theirs}) AS theirs USING (number)
        LEFT JOIN ({ours}) AS ours USING (number)
        WHERE theirs.value::varchar IS DISTINCT FROM ours.value::varchar
        """,
        {"question": question, "reasons": list(reasons)},
    )
    counted = db.execute(
        "SELECT count(reason), count(*) - count(reason) FROM difference WHERE question = $question",
        {"question": question},
    ).fetchone()
    return counted[0], counted[1]


def unexplained_counts(db: duckdb.DuckDBPyConnection) -> int:
    """A difference in a count must be as large as its reasons say; return how many are not."""
    db.execute(
        """
        UPDATE difference SET reason = NULL
        WHERE question LIKE 'reassignments%' AND theirs::int - ours::int <> (
            SELECT sum(times) FROM reason WHERE reason.number = difference.number
              AND reason IN ('reassignment counted but not shown by any row',
                             'given to another group after it was resolved'))
        """
    )
    return db.execute("SELECT count(*) FROM difference WHERE reason IS NULL").fetchone()[0]


def print_matrix(db: duckdb.DuckDBPyConnection) -> bool:
    """Print the priority matrix of both sides; returns whether they are the same."""
    query = "SELECT DISTINCT impact, urgency, priority FROM {} ORDER BY ALL"
    theirs = db.execute(query.format("log")).fetchall()
    ours = db.execute(query.format("held")).fetchall()
    print("Priority by impact and urgency")
    for side, cells in (("file", theirs), ("journal", ours)):
        words = " ".join(f"{impact}{urgency}→{value}" for impact, urgency, value in cells)
        print(f"  {side:<8} {words}")
    return bool(theirs == ours)


def print_reasons(db: duckdb.DuckDBPyConnection) -> None:
    print("\nDifferences by reason")
    found = db.execute(
        "SELECT question, coalesce(regexp_replace(reason, ' \\(\\d+\\)', '', 'g'), 'UNEXPLAINED'),"
        " count(*) FROM difference GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for question, reason, count in found:
        print(f"  {count:>6}  {question}: {reason}")
    if not found:
        print("  none")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log", type=Path)
    parser.add_argument("--database", default=os.environ.get("DATABASE_URL"))
    parser.add_argument("--differences", type=Path)
    arguments = parser.parse_args()
    if not arguments.database:
        parser.error("name the database with --database or DATABASE_URL")
    db = prepare(arguments.log, arguments.database)
    rows, incidents = db.execute("SELECT count(*), count(DISTINCT number) FROM log").fetchone()
    entries = db.execute("SELECT count(*) FROM entry").fetchone()[0]
    print(f"The file holds {rows:,} rows of {incidents:,} incidents; we, {entries:,} entries.\n")
    is_same_matrix = print_matrix(db)
    db.execute(
        "CREATE TABLE difference (question text, number text, theirs text, ours text, reason text)"
    )
    print(f"\n{'equal':>8} {'explained':>10} {'unexplained':>12}")
    promised = db.execute("SELECT count(*) FROM clock").fetchone()[0]
    for question in (*QUESTIONS, *([DURATION] if promised else [])):
        explained, unexplained = ask(db, question)
        equal = incidents - explained - unexplained
        print(f"{equal:>8,} {explained:>10,} {unexplained:>12,}  {question}")
    faults = unexplained_counts(db)
    print_reasons(db)
    if arguments.differences:
        target = str(arguments.differences)
        db.execute("COPY (FROM difference ORDER BY ALL) TO $path (HEADER)", {"path": target})
        print(f"\nAll differences, one a line: {arguments.differences}")
    print("\nEverything is explained." if not faults and is_same_matrix else f"\n{faults} faults.")
    return int(bool(faults) or not is_same_matrix)


if __name__ == "__main__":
    sys.exit(main())
