"""The page on clocks in docs/algorithms says what the clocks do."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.clocks.desk import (
    CARRIER,
    DESK,
    HOUR,
    MINUTE,
    NETWORK,
    active,
    agreement,
    answered,
    asked,
    begun,
    cancelled,
    done,
    handed,
    laps,
    line,
    opened,
    priority,
    promise,
    standard,
    waits,
    zurich,
)
from timshel.relationship_agreement.service_level.rules.book import AgreementBook
from timshel.relationship_agreement.service_level.rules.happenings import ClockEvent, OwnTarget
from timshel.relationship_agreement.service_level.rules.waiting import DEFAULT_WAITING
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    ClockState,
    DurationUnit,
)

PAGE = Path(__file__).parents[3] / "docs" / "algorithms" / "service-level-clocks.md"
EACH_CLOCK = AgreementBook(
    [
        agreement("all", *(line(each, None, promise(HOUR)) for each in ClockKind)),
        agreement(
            "network",
            line(ClockKind.HOP, None, promise(HOUR)),
            kind=AgreementKind.OPERATIONAL,
            provider_team_id=NETWORK,
        ),
        agreement(
            "carrier",
            line(ClockKind.HOP, None, promise(HOUR)),
            kind=AgreementKind.SUPPLIER,
            supplier_id=CARRIER,
        ),
    ]
)
TEAMS = {"desk": DESK, "network": NETWORK, "nobody": None}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def rows(heading: str) -> list[list[str]]:
    """The rows of the table under a heading, as text."""
    text = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    found = [
        [cell.strip() for cell in each.strip("|").split("|")]
        for each in text.splitlines()
        if each.startswith("|")
    ]
    return found[2:]


def written(text: str) -> datetime:
    """A moment as the page writes it: "Mon 09:00", in the week of Monday 1 June 2026."""
    day, clock = text.split()
    hour, minute = clock.split(":")
    return zurich(DAYS.index(day) + 1, int(hour), int(minute))


def span(text: str) -> timedelta:
    """An amount as the page writes it: "1:30"."""
    hours, minutes = text.split(":")
    return HOUR * int(hours) + MINUTE * int(minutes)


def begins(at: datetime, told: list[str]) -> ClockEvent:
    """An opening as the page writes it: the kind of work, the team, a target of its own."""
    kinds = {"request": "service_request", "task": "task"}
    process = kinds[told.pop(0)] if told and told[0] in kinds else "incident"
    team_id = TEAMS[told.pop(0)] if told else None
    target = OwnTarget(int(told[0]), DurationUnit(told[1])) if told else None
    return opened(at, team_id=team_id, process=process, target=target)


def happened(text: str) -> ClockEvent:
    """An event as the page writes it."""
    word, *rest = text.split(" ")
    at, told = written(" ".join(rest[-2:])), rest[:-2]
    match word:
        case "opened":
            return begins(at, told)
        case "priority":
            return priority(at, int(told[0]))
        case "waiting":
            return waits(at, told[0], CARRIER if told[1:] == ["carrier"] else None)
        case "handed":
            return handed(at, TEAMS[told[0]])
    plain = {
        "resumed": active,
        "reopened": active,
        "answered": answered,
        "begun": begun,
        "asked": asked,
        "resolved": done,
        "withdrawn": cancelled,
    }
    return plain[word](at)


EXAMPLES = rows("Worked examples")
LAPS = rows("Worked laps")


@pytest.mark.parametrize("row", EXAMPLES, ids=lambda row: row[0])
def test_the_page_says_what_the_clock_does(row: list[str]) -> None:
    _name, log, kind, at, state, elapsed, due, breached = row
    events = [happened(text.strip()) for text in log.split(",")]
    (reading,) = (each for each in laps(ClockKind(kind), written(at), *events) if each.is_current)
    assert reading.state == state
    assert reading.elapsed == span(elapsed)
    assert reading.due_at == (None if due == "–" else written(due))
    assert reading.breached_at == (None if breached == "–" else written(breached))


@pytest.mark.parametrize("row", LAPS, ids=lambda row: row[0])
def test_the_page_says_which_laps_there_are(row: list[str]) -> None:
    name, log, kind, at, expected = row
    events = [happened(text.strip()) for text in log.split(",")]
    book = standard(restarts_on_reopening=name.startswith("anew"))
    found = laps(ClockKind(kind), written(at), *events, book=book)
    told = [f"{each.lap} {each.state} {written_span(each.elapsed)}" for each in found]
    assert told == [each.strip() for each in expected.split(",")]


def written_span(amount: timedelta) -> str:
    """An amount as the page writes it."""
    hours, rest = divmod(amount, HOUR)
    return f"{hours}:{rest // MINUTE:02}"


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 18
    assert len(LAPS) >= 10
    assert {row[2] for row in LAPS} == {"update", "resolve", "hop", "fulfil"}


def test_the_page_says_which_work_has_which_clocks() -> None:
    for process, *answers in rows("Which work has which clocks"):
        begins = opened(zurich(1, 9), process=process, team_id=NETWORK)
        log = (begins, answered(zurich(1, 9)), waits(zurich(1, 10), "supplier", CARRIER))
        for kind, answer in zip(ClockKind, answers, strict=True):
            found = laps(kind, zurich(1, 11), *log, book=EACH_CLOCK)
            assert bool(found) == (answer != "–"), (process, kind)
            if kind is ClockKind.HOP:
                teams = [each for each in found if each.holder and each.holder.team_id]
                assert bool(teams) == ("teams" in answer)


def test_the_page_says_which_waiting_pauses() -> None:
    table = {
        (ClockKind(kind), reason): answer == "pauses"
        for reason, *answers in rows("What pauses")
        for kind, answer in zip(ClockKind, answers, strict=True)
    }
    assert {key for key, pauses in table.items() if pauses} == {
        key for key, pauses in DEFAULT_WAITING.items() if pauses
    }


def test_the_page_names_every_state_and_kind() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for word in (*ClockState, *ClockKind):
        assert f"`{word}`" in text or f"| {word} |" in text
