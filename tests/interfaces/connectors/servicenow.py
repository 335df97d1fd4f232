"""Logs as a ServiceNow writes them, made for a test: a few rows in the columns of the real one."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

SHARED_LOG = (
    Path(__file__).parents[4] / "shared/data/servicenow-incident-log/incident_event_log.csv.gz"
)

FIRST = {
    "number": "INC0000045",
    "incident_state": "New",
    "active": "true",
    "reassignment_count": "0",
    "reopen_count": "0",
    "sys_mod_count": "0",
    "made_sla": "true",
    "caller_id": "Caller 2403",
    "opened_by": "Opened by  8",
    "opened_at": "29/2/2016 01:16",
    "sys_created_by": "?",
    "sys_created_at": "?",
    "sys_updated_by": "Updated by 21",
    "sys_updated_at": "29/2/2016 01:23",
    "contact_type": "Phone",
    "location": "Location 143",
    "category": "Category 55",
    "subcategory": "Subcategory 170",
    "u_symptom": "Symptom 72",
    "cmdb_ci": "?",
    "impact": "2 - Medium",
    "urgency": "2 - Medium",
    "priority": "3 - Moderate",
    "assignment_group": "Group 56",
    "assigned_to": "?",
    "knowledge": "true",
    "u_priority_confirmation": "false",
    "notify": "Do Not Notify",
    "problem_id": "?",
    "rfc": "?",
    "vendor": "?",
    "caused_by": "?",
    "closed_code": "code 5",
    "resolved_by": "Resolved by 149",
    "resolved_at": "29/2/2016 11:29",
    "closed_at": "5/3/2016 12:00",
}

Row = Mapping[str, str]


def life(number: str, *updates: Row, **first: str) -> list[dict[str, str]]:
    """Return the rows of one incident: each holds what the one before held, and what is given.

    Args:
        number: of the incident.
        updates: by column, what differs after each update.
        first: what differs from ``FIRST`` in the first row.
    """
    rows = [{**FIRST, "number": number, **first}]
    for update in updates:
        rows.append({**rows[-1], **update})
    return rows


def at(moment: str, **columns: str) -> dict[str, str]:
    """Return an update at a moment of the log, such as ``1/3/2016 09:00``."""
    return {"sys_updated_at": moment, **columns}


# One of everything that the real log holds: see the comments.
PLAIN = life(
    "INC0000045",
    at("29/2/2016 08:53", incident_state="Resolved", sys_updated_by="Updated by 642"),
    at("29/2/2016 11:29", sys_updated_by="Updated by 804"),  # nothing that has a place here
    at("5/3/2016 12:00", incident_state="Closed", active="false", sys_updated_by="Updated by 908"),
)
# Handed over twice, waits for two things in turn, reopened, priority raised and lowered.
BUSY = life(
    "INC0000047",
    at("1/3/2016 08:00", incident_state="Active", assigned_to="Resolver 17"),
    at("1/3/2016 09:00", assignment_group="Group 70", reassignment_count="1"),
    at("1/3/2016 10:00", impact="1 - High", priority="2 - High", u_symptom="Symptom 9"),
    at("1/3/2016 11:00", incident_state="Awaiting User Info"),
    at("1/3/2016 12:00", incident_state="Awaiting Vendor", vendor="Vendor 1"),
    at("1/3/2016 13:00", incident_state="Active", vendor="?", assigned_to="Resolver 33"),
    at("1/3/2016 14:00", category="Category 26", subcategory="?", problem_id="Problem ID  14"),
    at("1/3/2016 15:00", incident_state="Resolved"),
    at("2/3/2016 08:00", incident_state="Active", reopen_count="1"),
    at("2/3/2016 09:00", impact="3 - Low", urgency="3 - Low", priority="4 - Low"),
    at("2/3/2016 09:30", assignment_group="?", assigned_to="?", reassignment_count="2"),
    at(
        "2/3/2016 10:00",
        incident_state="Resolved",
        assignment_group="Group 24",
        reassignment_count="3",
    ),
    at("9/3/2016 10:00", incident_state="Closed", active="false"),
    at("10/3/2016 10:00", incident_state="Awaiting User Info", active="true", reopen_count="2"),
    at("11/3/2016 10:00", incident_state="Closed", active="false", resolved_at="11/3/2016 09:00"),
)
# Begins in the middle, names nobody, holds the dirty state, ends open.
ODD = life(
    "INC0000050",
    at("1/3/2016 08:00", incident_state="-100"),
    at("1/3/2016 09:00", caller_id="Caller 7", location="Location 9"),
    at("1/3/2016 10:00", incident_state="Awaiting Evidence", priority="1 - Critical"),
    at("1/3/2016 11:00", priority="3 - Moderate"),
    incident_state="Active",
    caller_id="?",
    opened_by="?",
    assignment_group="?",
    category="?",
    subcategory="?",
    u_symptom="?",
    location="?",
    closed_code="?",
    contact_type="Email",
)
SAMPLE = [*PLAIN, *BUSY, *ODD]


def as_csv(rows: Sequence[Row], columns: Sequence[str] = tuple(FIRST)) -> str:
    """Return rows as the text of a log."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def write_log(path: Path, rows: Sequence[Row] = SAMPLE) -> Path:
    """Write a log, packed if the name says so."""
    content = as_csv(rows).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def head_of_shared_log(path: Path, *, rows: int) -> Path | None:
    """Write the first incidents of the real log, whole ones, or return None where it is absent."""
    if not SHARED_LOG.exists():
        return None
    with gzip.open(SHARED_LOG, "rt", encoding="utf-8", newline="") as log:
        lines = [line for line, _ in zip(log, range(rows + 1), strict=False)]
    last = lines[-1].partition(",")[0]
    path.write_text("".join(line for line in lines if not line.startswith(f"{last},")), "utf-8")
    return path
