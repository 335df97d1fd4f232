"""Reading a ServiceNow log and planning histories from it, without a database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.interfaces.connectors.servicenow import (
    BUSY,
    FIRST,
    ODD,
    PLAIN,
    SAMPLE,
    Row,
    as_csv,
    at,
    life,
    write_log,
)
from timshel.context.people.bulk import KnownPerson
from timshel.interfaces.connectors.packs import InvalidPack
from timshel.interfaces.connectors.servicenow_log.log import LogRow, count_rows, read_log
from timshel.interfaces.connectors.servicenow_log.mapping import (
    code_of,
    load_mapping,
    packs_directory,
)
from timshel.interfaces.connectors.servicenow_log.planner import plan
from timshel.interfaces.connectors.servicenow_log.report import Finding, Outcome, write_report
from timshel.interfaces.connectors.servicenow_log.stages import way
from timshel.interfaces.connectors.servicenow_log.standing import incident_log
from timshel.kernel.errors import Invalid
from timshel.operation.work.states import Stage, Trigger, WaitingReason
from timshel.resolution_fulfilment.incident.histories import (
    Assigned,
    Changed,
    Closed,
    Happening,
    IncidentHistory,
    Noted,
    Reopened,
    Resolved,
    Started,
    Waited,
)

MAPPING = load_mapping()


class Anyone(dict[str, KnownPerson]):
    def __missing__(self, code: str) -> KnownPerson:
        known = self[code] = KnownPerson(len(self) + 1, code.removeprefix("servicenow-"))
        return known


def read(path: Path) -> tuple[list[LogRow], list[Finding]]:
    findings: list[Finding] = []
    return list(read_log(path, mapping=MAPPING, refuse=findings.append)), findings


def planned(rows: Sequence[Row], folder: Path) -> tuple[IncidentHistory, list[Finding]]:
    read_rows, findings = read(write_log(folder / "log.csv", rows))
    log = incident_log(read_rows, mapping=MAPPING, tell=findings.append)
    made = plan(log, mapping=MAPPING, people=Anyone(), tell=findings.append)
    return made.history, findings


def told(happening: Happening) -> str:
    """Return a happening as one line."""
    moment = f"{happening.at:%d %H:%M}"
    match happening:
        case Assigned(team=team, assignee_id=assignee):
            return f"{moment} assigned {team} {'somebody' if assignee else 'nobody'}"
        case Waited(reason=reason):
            return f"{moment} waited {reason.value}"
        case Changed(changes=changes):
            return f"{moment} changed {' '.join(sorted(changes))}"
        case Noted(text=text):
            return f"{moment} noted {text}"
        case _:
            return f"{moment} {type(happening).__name__.lower()}"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


class TestReading:
    @pytest.mark.parametrize("name", ["log.csv", "log.csv.gz", "packed-without-saying-so"])
    def test_plain_and_packed_files(self, tmp_path: Path, name: str) -> None:
        path = write_log(tmp_path / name)
        rows, findings = read(path)
        assert (len(rows), findings) == (len(SAMPLE), [])
        assert count_rows(path) == len(SAMPLE)

    def test_a_row(self, tmp_path: Path) -> None:
        row = read(write_log(tmp_path / "log.csv"))[0][0]
        assert (row.line, row.number) == (2, "INC0000045")
        assert row.opened_at == utc(2016, 2, 29, 1, 16)
        assert row.updated_at == utc(2016, 2, 29, 1, 23)
        assert row.resolved_at == utc(2016, 2, 29, 11, 29)
        assert row.word("opened_by") == "Opened by 8"
        assert row.word("assignee") == ""
        assert row.notes == {"Location": "Location 143"}

    def test_a_byte_order_mark_is_no_part_of_the_first_column(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        path.write_text("\ufeff" + as_csv(PLAIN), "utf-8")
        assert len(read(path)[0]) == len(PLAIN)

    def test_the_zone_of_the_mapping(self, tmp_path: Path) -> None:
        text = (packs_directory() / "mappings/servicenow-log.yaml").read_text("utf-8")
        own = tmp_path / "own.yaml"
        own.write_text(text.replace("time_zone: UTC", "time_zone: America/Sao_Paulo"), "utf-8")
        rows = list(
            read_log(write_log(tmp_path / "log.csv"), mapping=load_mapping(own), refuse=pytest.fail)
        )
        assert rows[0].opened_at == utc(2016, 2, 29, 4, 16)

    def test_rows_that_cannot_be_read_are_refused_with_their_line(self, tmp_path: Path) -> None:
        path = tmp_path / "log.csv"
        bad_moment = as_csv(life("INC1", sys_updated_at="31/2/2016 08:00")).splitlines()[1]
        no_opening = as_csv(life("INC2", opened_at="?")).splitlines()[1]
        no_number = as_csv(life("?")).splitlines()[1]
        path.write_text(
            "\n".join([as_csv(PLAIN).strip(), "INC9,too,short", bad_moment, no_opening, no_number]),
            "utf-8",
        )
        rows, findings = read(path)
        assert len(rows) == len(PLAIN)
        assert [(each.line, each.incident, each.reason) for each in findings] == [
            (6, "", "The row has 3 columns and not 36."),
            (7, "INC1", "sys_updated_at is no moment: 31/2/2016 08:00"),
            (8, "INC2", "opened_at is no moment: ?"),
            (9, "", "The row has no number."),
        ]
        assert {each.outcome for each in findings} == {Outcome.REFUSED}

    def test_another_file_is_told_apart(self, tmp_path: Path) -> None:
        path = tmp_path / "people.csv"
        path.write_text("name,number\nA,1\n", "utf-8")
        with pytest.raises(Invalid, match=r"its first line lacks the columns assigned_to, assignm"):
            read(path)

    def test_an_empty_file(self, tmp_path: Path) -> None:
        (tmp_path / "log.csv").touch()
        with pytest.raises(Invalid, match="is empty"):
            read(tmp_path / "log.csv")

    def test_a_torn_file(self, tmp_path: Path) -> None:
        path = write_log(tmp_path / "log.csv.gz", SAMPLE * 100)
        path.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(Invalid, match="cannot be read on from line"):
            read(path)

    def test_a_picture(self, tmp_path: Path) -> None:
        path = tmp_path / "picture.csv"
        path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe")
        with pytest.raises(Invalid, match="cannot be read on"):
            read(path)

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(Invalid, match="No such file"):
            read(tmp_path / "nothing.csv")


class TestMapping:
    def test_a_wrong_mapping_is_told_with_its_line(self, tmp_path: Path) -> None:
        text = (packs_directory() / "mappings/servicenow-log.yaml").read_text("utf-8")
        own = tmp_path / "own.yaml"
        own.write_text(text.replace("New: {stage: new}", "New: {stage: fresh}"), "utf-8")
        with pytest.raises(InvalidPack, match=r"own.yaml, line \d+, states.New.stage: 'fresh'"):
            load_mapping(own)

    def test_an_unknown_zone(self, tmp_path: Path) -> None:
        text = (packs_directory() / "mappings/servicenow-log.yaml").read_text("utf-8")
        own = tmp_path / "own.yaml"
        own.write_text(text.replace("time_zone: UTC", "time_zone: Mars/Base"), "utf-8")
        with pytest.raises(InvalidPack, match="There is no time zone Mars/Base"):
            load_mapping(own)

    def test_a_code_is_the_words_where_that_loses_nothing(self) -> None:
        assert code_of("servicenow", "Caller 2403") == "servicenow-caller-2403"
        assert code_of("servicenow", "Category 9", "Part 1") == "servicenow-category-9-part-1"

    @pytest.mark.parametrize("word", ["cmdb_ci 31", "Réseau", "A  B", "C++", "–"])
    def test_a_code_has_some_of_the_hash_where_it_does(self, word: str) -> None:
        assert re.fullmatch(r"servicenow(-[a-z0-9]+)*-[0-9a-f]{6}", code_of("servicenow", word))

    def test_codes_of_different_words_differ(self) -> None:
        words = ["a-b", "a b", "a_b", "A B", "ab", "a" * 50, "a" * 51]
        assert len({code_of("x", word) for word in words}) == len(words) - 1  # case is one word
        assert max(len(code_of("x", word)) for word in words) == 40


class TestStages:
    @pytest.mark.parametrize(
        ("here", "there", "triggers"),
        [
            ("new", "new", ()),
            ("new", "in_progress", (Trigger.START,)),
            ("new", "closed", (Trigger.RESOLVE, Trigger.CLOSE)),
            ("in_progress", "new", None),
            ("in_progress", "waiting supplier", (Trigger.WAIT,)),
            ("waiting requester", "waiting supplier", (Trigger.RESUME, Trigger.WAIT)),
            ("waiting requester", "resolved", (Trigger.RESOLVE,)),
            ("resolved", "closed", (Trigger.CLOSE,)),
            ("resolved", "in_progress", (Trigger.REOPEN,)),
            ("resolved", "new", None),
            ("closed", "waiting requester", (Trigger.REOPEN, Trigger.WAIT)),
            ("closed", "resolved", (Trigger.REOPEN, Trigger.RESOLVE)),
            ("resolved", "cancelled", (Trigger.REOPEN, Trigger.CANCEL)),
            ("new", "cancelled", (Trigger.CANCEL,)),
            ("cancelled", "in_progress", None),
        ],
    )
    def test_ways(self, here: str, there: str, triggers: tuple[Trigger, ...] | None) -> None:
        assert way(self.place(here), self.place(there)) == triggers

    @staticmethod
    def place(text: str) -> tuple[Stage, WaitingReason | None]:
        stage, _, reason = text.partition(" ")
        return Stage(stage), WaitingReason(reason) if reason else None


class TestPlanning:
    def test_a_plain_life(self, tmp_path: Path) -> None:
        history, findings = planned(PLAIN, tmp_path)
        assert findings == []
        assert history.report.title == "Category 55 · Subcategory 170 · Symptom 72"
        assert history.report.description == (
            "Imported from ServiceNow, where it is INC0000045.\nLocation: Location 143"
        )
        assert history.report.service == "servicenow-category-55"
        assert history.report.offering == "servicenow-category-55-subcategory-170"
        assert history.report.channel == "phone"
        assert history.opened_by.name == "opened-by-8"
        assert [told(each) for each in history.happenings] == [
            "29 01:16 assigned servicenow-group-56 nobody",
            "29 08:53 resolved",
            "05 12:00 closed",
        ]
        resolved = history.happenings[1]
        assert isinstance(resolved, Resolved)
        assert (resolved.code, resolved.text, resolved.by.name) == (
            "fixed",
            "It was resolved there with the code “code 5”.",
            "updated-by-642",
        )

    def test_a_busy_life(self, tmp_path: Path) -> None:
        history, findings = planned(BUSY, tmp_path)
        assert [told(each) for each in history.happenings] == [
            "29 01:16 assigned servicenow-group-56 nobody",
            "01 08:00 assigned servicenow-group-56 somebody",
            "01 08:00 started",
            "01 09:00 assigned servicenow-group-70 somebody",
            "01 10:00 changed impact symptom",
            "01 11:00 waited requester",
            "01 12:00 noted Supplier: Vendor 1",
            "01 12:00 resumed",
            "01 12:00 waited supplier",
            "01 13:00 assigned servicenow-group-70 somebody",
            "01 13:00 noted Supplier: no longer named",
            "01 13:00 resumed",
            "01 14:00 changed offering service",
            "01 14:00 noted Problem: Problem ID 14",
            "01 15:00 resolved",
            "02 08:00 reopened",
            "02 09:00 changed impact urgency",
            "02 09:30 assigned servicenow-unnamed-group nobody",
            "02 10:00 assigned servicenow-group-24 nobody",
            "02 10:00 resolved",
            "09 10:00 closed",
            "10 10:00 reopened",
            "10 10:00 waited requester",
            "11 09:00 resolved",
            "11 10:00 closed",
        ]
        assert [(each.line, each.outcome, each.reason) for each in findings] == [
            (
                13,
                Outcome.REPAIRED,
                "From here on the incident has rows that do not name the assignment_group.",
            ),
            (17, Outcome.REPAIRED, "It was closed without having been resolved."),
        ]
        by_the_way = history.happenings[-2]
        assert by_the_way.by.name == "resolved-by-149"

    def test_an_odd_life(self, tmp_path: Path) -> None:
        history, findings = planned(ODD, tmp_path)
        assert history.report.title == "Unnamed category"
        assert history.report.channel == "mail"
        assert [told(each) for each in history.happenings] == [
            "29 01:16 assigned servicenow-unnamed-group nobody",
            "29 01:23 started",
            "01 09:00 changed requester_id",
            "01 09:00 noted Location: Location 9",
            "01 10:00 changed priority priority_reason",
            "01 10:00 waited evidence",
            "01 11:00 changed priority",
        ]
        reasons = sorted(f"{each.line} {each.reason}" for each in findings)
        gap = "From here on the incident has rows that do not name the"
        assert reasons == [
            f"2 {gap} assignment_group.",
            f"2 {gap} caller_id.",
            f"2 {gap} category.",
            f"2 {gap} opened_by.",
            "3 The state -100 says nothing.",
            "4 The state -100 says nothing.",
            "5 The priority is not what impact and urgency give.",
        ]

    def test_what_came_too_late_is_refused_and_made_up_for_on_reopening(
        self, tmp_path: Path
    ) -> None:
        rows = life(
            "INC1",
            at("1/3/2016 08:00", incident_state="Resolved"),
            at("1/3/2016 09:00", assignment_group="Group 70", reassignment_count="1"),
            at("1/3/2016 10:00", incident_state="Closed"),
            at("1/3/2016 11:00", category="Category 9"),
            at("1/3/2016 12:00"),
            at("1/3/2016 13:00", incident_state="Active", reopen_count="1"),
        )
        history, findings = planned(rows, tmp_path)
        assert [told(each) for each in history.happenings] == [
            "29 01:16 assigned servicenow-group-56 nobody",
            "01 08:00 resolved",
            "01 10:00 closed",
            "01 13:00 reopened",
            "01 13:00 changed offering service",
            "01 13:00 assigned servicenow-group-70 nobody",
        ]
        assert [(each.line, each.outcome, each.reason) for each in findings] == [
            (4, Outcome.REFUSED, "It was assigned to Group 70 after it was resolved."),
            (6, Outcome.REFUSED, "offering, service changed after it was closed."),
        ]

    def test_what_is_counted_but_not_shown(self, tmp_path: Path) -> None:
        rows = life("INC1", at("1/3/2016 08:00", reassignment_count="2"))
        _history, findings = planned(rows, tmp_path)
        assert [(each.line, each.outcome, each.reason) for each in findings] == [
            (3, Outcome.INCOMPLETE, "reassignment_count grows by 2, but the row shows 0."),
        ]

    def test_no_way_back_to_new_is_told_once(self, tmp_path: Path) -> None:
        rows = life(
            "INC1",
            at("1/3/2016 08:00", incident_state="Active"),
            at("1/3/2016 09:00", incident_state="New"),
            at("1/3/2016 10:00"),
        )
        history, findings = planned(rows, tmp_path)
        assert [type(each) for each in history.happenings] == [Assigned, Started]
        assert [(each.line, each.reason, each.done) for each in findings] == [
            (4, "No way leads from in_progress to new.", "The stage stayed in_progress."),
        ]

    def test_unknown_words(self, tmp_path: Path) -> None:
        rows = life(
            "INC1",
            at("1/3/2016 08:00", incident_state="Paused", impact="0 - Huge", priority="9"),
        )
        history, findings = planned(rows, tmp_path)
        assert [type(each) for each in history.happenings] == [Assigned]
        assert [(each.reason, each.done) for each in findings] == [
            ("The mapping does not know the state Paused.", "The stage stayed new."),
            ("The mapping does not know the impact 0 - Huge.", "2 was taken."),
            ("The mapping does not know the priority 9.", "3 was taken."),
        ]


class TestTimes:
    def test_one_row_dated_too_late_is_moved_and_not_all_that_follow(self, tmp_path: Path) -> None:
        rows = life(
            "INC1",
            at("29/2/2016 02:00", incident_state="Active"),
            at("29/2/2016 03:00", incident_state="Resolved"),
            at("29/2/2016 04:00", incident_state="Closed"),
            sys_updated_at="29/2/2016 11:10",
        )
        history, findings = planned(rows, tmp_path)
        assert [type(each) for each in history.happenings] == [Assigned, Started, Resolved, Closed]
        assert history.happenings[1].at == utc(2016, 2, 29, 2, 0)
        assert [(each.line, each.reason, each.done) for each in findings] == [
            (2, "The row is dated out of order.", "It was dated 2016-02-29 02:00 UTC."),
        ]

    def test_one_row_dated_too_early_is_moved(self, tmp_path: Path) -> None:
        rows = life(
            "INC1",
            at("29/2/2016 02:00", incident_state="Active"),
            at("29/2/2016 01:30", incident_state="Resolved"),
            at("29/2/2016 04:00", incident_state="Closed"),
        )
        history, findings = planned(rows, tmp_path)
        assert history.happenings[2].at == utc(2016, 2, 29, 2, 0)
        assert [each.line for each in findings] == [4]

    def test_nothing_happens_before_the_opening(self, tmp_path: Path) -> None:
        rows = life("INC1", incident_state="Active", sys_updated_at="29/2/2016 01:00")
        history, findings = planned(rows, tmp_path)
        assert {each.at for each in history.happenings} == {utc(2016, 2, 29, 1, 16)}
        assert [each.reason for each in findings] == [
            "The row is dated before the incident was opened."
        ]

    def test_a_file_that_runs_backwards(self, tmp_path: Path) -> None:
        history, findings = planned(list(reversed(BUSY)), tmp_path)
        straight, _ = planned(BUSY, tmp_path)
        assert [told(each) for each in history.happenings] == [
            told(each) for each in straight.happenings
        ]
        assert sum(isinstance(each, Reopened) for each in history.happenings) == 2
        assert len(findings) == 2


def test_the_report_is_a_table_in_the_order_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    write_report(
        path,
        [
            Finding(9, "INC2", Outcome.REPAIRED, "Late", "Moved"),
            Finding(3, "=INC1", Outcome.REFUSED, "Odd, very", "Left out"),
        ],
    )
    assert path.read_text("utf-8").splitlines() == [
        "line,incident,outcome,reason,done",
        '3,\'=INC1,refused,"Odd, very",Left out',
        "9,INC2,repaired,Late,Moved",
    ]
    assert list(tmp_path.iterdir()) == [path]


def test_every_column_of_the_mapping_is_in_the_sample() -> None:
    assert set(MAPPING.columns.values()) | set(MAPPING.notes) <= set(FIRST)
